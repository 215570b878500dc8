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

/** A name that has one of these words in it is that of a secret: `api_key`, `accessToken`, `X-Goog-Api-Key`. */
const secretWords =
  /(^|[-_.])(api-?key|apikey|key|token|jwt|secret|password|passwd|pwd|signature|sig|auth|credential|session)($|[-_.])/i

/** Headers by their names in lower case, with the values of those replaced that are secrets, and of those in `more`. Urls in others have none. */
export function redactHeaders(
  headers: Iterable<readonly [string, string]>,
  more: readonly string[] = [],
): RecordedHeaders {
  const secret = new Set(more.map((name) => name.toLowerCase()))
  const entries = Array.from(headers, ([given, value]) => {
    const name = given.toLowerCase()
    const isSecret = secretHeaders.has(name) || secret.has(name) || isSecretName(name)
    return [name, isSecret ? redacted : redactParameters(value)] as const
  })
  return Object.fromEntries(entries)
}

/** A url without its password, and with the values of those parameters replaced that are secrets, in the fragment, too. */
export function redactUrl(url: string): string {
  return redactParameters(url.replace(/^([a-z][a-z\d+.-]*:)?\/\/[^/?#]*@/i, '$1//'))
}

/** A text in which the secret parameters of urls are replaced: a `Referer`, or an error that says what could not be read. */
export function redactParameters(text: string): string {
  return text.replace(/([?&#])([^\s=&?#]*)=([^\s&#"'<>]*)/g, (whole, before: string, name: string) =>
    isSecretName(decode(name)) ? `${before}${name}=${redacted}` : whole,
  )
}

function isSecretName(name: string): boolean {
  return secretWords.test(name) || secretWords.test(name.replace(/(?<=[a-z\d])(?=[A-Z])/g, '-'))
}

function decode(name: string): string {
  try {
    return decodeURIComponent(name)
  } catch {
    // No url encoding: the name is what it is.
    return name
  }
}
