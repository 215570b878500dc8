// Where the inspector is, as it prints it at start.

/** The address of an inspector. */
export interface InspectorAddress {
  /** Where records are posted to, without the program's name. */
  readonly records: URL
  readonly token: string
  /** The page, to be shown: it has no secret. */
  readonly page: string
}

/** Reads `http://localhost:3000/_tidings?token=...`; `undefined` for what is no such address. */
export function parseAddress(text: string): InspectorAddress | undefined {
  if (!URL.canParse(text)) return undefined
  const url = new URL(text)
  const token = url.searchParams.get('token') ?? ''
  const isWeb = url.protocol === 'http:' || url.protocol === 'https:'
  if (!isWeb || !/^[\w.~+/=-]+$/.test(token)) return undefined
  const page = `${url.origin}${url.pathname.replace(/\/$/, '')}`
  return { records: new URL(`${page}/records`), token, page }
}
