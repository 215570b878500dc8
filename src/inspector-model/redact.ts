// What a record does not say: the values of headers and of query parameters that let in whoever has them.
import type { RecordedHeaders } from './record.ts'

/** What stands in the place of a secret. */
export const redacted = '[redacted]'

const secretHeaders: ReadonlySet<string> = new Set([
  'authorization',
  'cookie',
  'proxy-authorization',
  'set-cookie',
  'x-api-key',
  'api-key',
])

/** A name that has one of these words in it is that of a secret: `api_key`, `access-token`, `X-Goog-Api-Key`. */
const secretWords =
  /(^|[-_.])(api-?key|apikey|key|token|secret|password|passwd|signature|sig|auth|credential|session)($|[-_.])/i

/** Headers by their names in lower case, with the values of those replaced that are secrets, and of those in `more`. */
export function redactHeaders(
  headers: Iterable<readonly [string, string]>,
  more: readonly string[] = [],
): RecordedHeaders {
  const secret = new Set(more.map((name) => name.toLowerCase()))
  const entries = Array.from(headers, ([given, value]) => {
    const name = given.toLowerCase()
    const isSecret = secretHeaders.has(name) || secret.has(name) || secretWords.test(name)
    return [name, isSecret ? redacted : value] as const
  })
  return Object.fromEntries(entries)
}

/** A url without its password, and with the values of those query parameters replaced that are secrets. */
export function redactUrl(url: string): string {
  const [head = '', ...fragment] = url.replace(/^([a-z][a-z\d+.-]*:)?\/\/[^/?#]*@/i, '$1//').split('#')
  const [path = '', ...query] = head.split('?')
  const parameters = query.join('?').split('&').map(redactParameter).join('&')
  return [query.length === 0 ? path : `${path}?${parameters}`, ...fragment].join('#')
}

function redactParameter(parameter: string): string {
  const end = parameter.indexOf('=')
  if (end === -1) return parameter
  const name = parameter.slice(0, end)
  return secretWords.test(name) ? `${name}=${redacted}` : parameter
}
