// A stream as a command.
import { redacted, type InspectedStream } from '../../inspector-model/index.ts'

/** What the shell takes as one word as it is. */
const plain = /^[\w@%+=:,./-]+$/
/** What HTTP allows as the name of a header or a method (RFC 9110, 5.6.2). */
const token = /^[!#$%&'*+.^_`|~\dA-Za-z-]+$/
/** Headers that curl makes itself. */
const left: ReadonlySet<string> = new Set([
  'host',
  'connection',
  'content-length',
  'accept-encoding',
  'transfer-encoding',
])

/**
 * A command of a POSIX shell that asks for the stream once more. Secrets are not known, and stand as `[redacted]`; a body
 * that was not told is left out.
 */
export function toCurl({ opened }: InspectedStream, base: string): string {
  const { method, url, requestHeaders = {}, requestBody, lastEventId } = opened
  const address = URL.canParse(url, base) ? new URL(url, base).href : url
  // encodeURI leaves none of what the address had in brackets.
  const words = ['curl', '--no-buffer', '--globoff']
  if (token.test(method) && method !== 'GET') words.push('--request', method)
  words.push('--url', quote(address.replaceAll(encodeURI(redacted), redacted)))
  const headers = new Map(Object.entries(requestHeaders).filter(([name]) => token.test(name) && !left.has(name)))
  if (!headers.has('accept')) headers.set('accept', 'text/event-stream')
  if (lastEventId !== undefined) headers.set('last-event-id', lastEventId)
  for (const [name, value] of headers) words.push('--header', quote(`${name}: ${value}`))
  if (requestBody !== undefined) words.push('--data-raw', quote(requestBody))
  return words.join(' ')
}

function quote(text: string): string {
  // No terminal takes these as text: a line that is pasted ends at the first of them.
  // oxlint-disable-next-line no-control-regex -- they are what is looked for
  const safe = text.replaceAll(/[\0-\x08\x0b-\x1f\x7f]/g, '')
  return plain.test(safe) ? safe : `'${safe.replaceAll("'", `'\\''`)}'`
}
