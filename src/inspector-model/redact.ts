// What a record does not say: the values of headers and of query parameters that let in whoever has them.
import { isSecretName } from '../base/index.ts'
import type { RecordedHeaders } from './record.ts'

/** What stands in the place of a secret. */
export const redacted = '[redacted]'

/** Headers by their names in lower case, with the values of those replaced that are secrets, and of those in `more`. Urls in others have none. */
export function redactHeaders(
  headers: Iterable<readonly [string, string]>,
  more: readonly string[] = [],
): RecordedHeaders {
  const secret = new Set(more.map((name) => name.toLowerCase()))
  const entries = Array.from(headers, ([given, value]) => {
    const name = given.toLowerCase()
    const isSecret = secret.has(name) || isSecretName(given)
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

function decode(name: string): string {
  try {
    return decodeURIComponent(name)
  } catch {
    // No url encoding: the name is what it is.
    return name
  }
}
