// One request of the differential tests, and what it is answered.

/** A request as it goes over the wire. */
export interface WireRequest {
  readonly method: string
  /** The target as it is sent. */
  readonly target: string
  /** Names may be repeated. */
  readonly headers: readonly (readonly [string, string])[]
  readonly body?: string | undefined
  readonly status: number
  /** What it is answered, where a `Request` cannot say this, so that only sockets are asked. */
  readonly answer?: Answer | undefined
}

/** What is compared of an answer. */
export interface Answer {
  readonly status: number
  /** By lower-case names, those that every host writes by itself left out. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** What hosts write by themselves: the clock, the connection, and the framing of a body, which is checked by decoding it. */
const ofHost = new Set(['date', 'connection', 'keep-alive', 'transfer-encoding', 'content-length'])

/** An answer without what differs from one time to the next: the clock, and the jitter of `retry`. */
export function toAnswer(status: number, headers: Iterable<readonly [string, string]>, body: string): Answer {
  const kept: Record<string, string> = {}
  for (const [name, value] of headers) {
    const key = name.toLowerCase()
    if (!ofHost.has(key)) kept[key] = kept[key] === undefined ? value : `${kept[key]}, ${value}`
  }
  return { status, headers: kept, body: body.replaceAll(/^retry: (?!50$|1234$)\d+$/gm, 'retry: some') }
}
