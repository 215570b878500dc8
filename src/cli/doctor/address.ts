// The address and the headers that a user gave, checked.
import { TidingsError } from '../../base/index.ts'

/**
 * The address of a server.
 *
 * @throws TidingsError `ERR_OPTION` unless it begins with `http://` or `https://`
 */
export function toUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url
  const message = `An address begins with http:// or https://; this one is ${JSON.stringify(text)}.`
  throw new TidingsError('ERR_OPTION', message)
}

/** The header for the user and password of an address, as browsers send it; none if it has no user. */
export function authorizationOf({ username, password }: URL): Readonly<Record<string, string>> {
  if (username === '') return {}
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  return { authorization: `Basic ${Buffer.from(pair).toString('base64')}` }
}

/** The address without user and password. */
export function withoutUser(url: URL): URL {
  const plain = new URL(url)
  plain.username = ''
  plain.password = ''
  return plain
}

/**
 * Headers by lower-case name; `Headers` knows what one may be.
 *
 * @throws TidingsError `ERR_OPTION` for a name or a value that HTTP does not allow
 */
export function toHeaders(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  try {
    return Object.fromEntries(new Headers(headers))
  } catch (error) {
    throw new TidingsError('ERR_OPTION', 'headers has a name or a value that HTTP does not allow.', { cause: error })
  }
}
