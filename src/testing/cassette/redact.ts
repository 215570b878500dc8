// Takes secrets out of a cassette: headers, parts of the url and, by a function, data.
import {
  checkOptions,
  describeValue,
  isSecretName,
  listOf,
  TidingsError,
  typed,
  type OptionChecks,
} from '../../base/index.ts'
import type { Cassette, CassetteChunk, CassetteRequest } from './cassette.ts'

/** What is taken out of a cassette beside headers and parameters whose names say that they are secret. */
export interface RedactOptions {
  /** More headers whose values are replaced, of the request and of the response, in any case. */
  readonly headers?: readonly string[] | undefined
  /** More parameters of the url whose values are replaced, in any case. */
  readonly query?: readonly string[] | undefined
  /**
   * Is given each line of the response and of the request's body, without its line break, and returns what is to be kept of
   * it. A line is given whole, however many chunks it came in; one that is changed is then in the first of them.
   */
  readonly data?: ((line: string) => string) | undefined
}

/** The checks of {@link RedactOptions}. */
export const redactChecks: OptionChecks<RedactOptions> = {
  headers: listOf('names of headers', (name) => name !== ''),
  query: listOf('names of parameters', (name) => name !== ''),
  data: typed('function'),
}

/**
 * The cassette without its secrets: "[redacted]" is in the place of the value of each header and parameter whose name is
 * that of a secret (authorization, cookie, key, token, secret, password, signature, session, ...), and of a user in the url.
 *
 * @throws TidingsError `ERR_OPTION` for an option that cannot work, or what `data` returns and is no string
 */
export function redact(cassette: Cassette, options: RedactOptions): Cassette {
  checkOptions('`redact`', options, redactChecks, 'redact.')
  const { request, response, chunks } = cassette
  const isSecret = {
    header: matcher(options.headers),
    parameter: matcher(options.query),
  }
  const toKept = options.data === undefined ? undefined : checked(options.data)
  return {
    ...cassette,
    ...(request === undefined ? {} : { request: redactRequest(request, isSecret, toKept) }),
    response: { ...response, headers: redactHeaders(response.headers, isSecret.header) },
    chunks: toKept === undefined ? chunks : redactChunks(chunks, toKept),
  }
}

type Matches = (name: string) => boolean
type ToKept = (line: string) => string

const redacted = '[redacted]'

function matcher(more: readonly string[] = []): Matches {
  const names = new Set(more.map((name) => name.toLowerCase()))
  return (name) => isSecretName(name) || names.has(name.toLowerCase())
}

function checked(data: ToKept): ToKept {
  return (line) => {
    const kept: unknown = data(line)
    if (typeof kept === 'string') return kept
    throw new TidingsError('ERR_OPTION', `redact.data must return a string, not ${describeValue(kept)}.`)
  }
}

function redactRequest(
  request: CassetteRequest,
  isSecret: { readonly header: Matches; readonly parameter: Matches },
  toKept: ToKept = (line) => line,
): CassetteRequest {
  const { headers, body } = request
  return {
    ...request,
    url: redactUrl(request.url, isSecret.parameter),
    ...(headers === undefined ? {} : { headers: redactHeaders(headers, isSecret.header) }),
    ...(body === undefined ? {} : { body: body.split('\n').map(toKept).join('\n') }),
  }
}

function redactHeaders(headers: Readonly<Record<string, string>>, isSecret: Matches): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, isSecret(name) ? redacted : value]))
}

/** By text, so that all else of the url stays as it was asked for. A token may be in the fragment, too. */
function redactUrl(url: string, isSecret: Matches): string {
  return url
    .replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/?#]*@/i, `$1${redacted}@`)
    .replace(/([?&#])([^=&#]*)=[^&#]*/g, (whole, before: string, name: string) =>
      isSecret(decode(name)) ? `${before}${name}=${redacted}` : whole,
    )
}

function decode(name: string): string {
  try {
    return decodeURIComponent(name)
  } catch {
    // A stray percent sign: the name is what it looks like.
    return name
  }
}

/** A part of a line, and the chunk that it is in. */
interface Part {
  readonly index: number
  readonly bytes: Uint8Array<ArrayBuffer>
}

/** The chunks with each line as `toKept` returns it. The borders stay where they were, but for those inside a changed line. */
function redactChunks(chunks: readonly CassetteChunk[], toKept: ToKept): CassetteChunk[] {
  const pieces = chunks.map((): Uint8Array<ArrayBuffer>[] => [])
  for (const line of linesOf(chunks)) {
    for (const { index, bytes } of keepLine(line, toKept)) pieces[index]?.push(bytes)
  }
  return chunks
    .map(({ at }, index) => ({ at, bytes: join(pieces[index] ?? []) }))
    .filter(({ bytes }) => bytes.length > 0)
}

function keepLine(line: readonly Part[], toKept: ToKept): readonly Part[] {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(join(line.map(({ bytes }) => bytes)))
  const kept = text === '' || isLineBreak(text.charCodeAt(0)) ? text : toKept(text)
  return kept === text ? line : [{ index: line[0]?.index ?? 0, bytes: new TextEncoder().encode(kept) }]
}

/** The lines, and each character of a line break as one of its own. */
function linesOf(chunks: readonly CassetteChunk[]): (readonly Part[])[] {
  const lines: (readonly Part[])[] = []
  let line: Part[] = []
  for (const [index, { bytes }] of chunks.entries()) {
    let from = 0
    for (let at = 0; at < bytes.length; at += 1) {
      if (!isLineBreak(bytes[at])) continue
      lines.push([...line, { index, bytes: bytes.subarray(from, at) }], [{ index, bytes: bytes.subarray(at, at + 1) }])
      line = []
      from = at + 1
    }
    line.push({ index, bytes: bytes.subarray(from) })
  }
  return [...lines, line]
}

function isLineBreak(byte: number | undefined): boolean {
  return byte === 10 || byte === 13
}

function join(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    joined.set(part, at)
    at += part.length
  }
  return joined
}
