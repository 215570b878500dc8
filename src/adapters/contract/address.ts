// Where a server listens: the options that say so, checked, and the url that they come to.
import {
  checkNames,
  checkType,
  checkWholeNumber,
  describeValue,
  longestDelayMs,
  TidingsError,
} from '../../base/index.ts'
import { serveNames, tlsNames, type ServeOptions } from './options.ts'

/**
 * Checks the options of `serve`, on every runtime.
 *
 * @throws TidingsError `ERR_OPTION` for an option that does not exist, a value that cannot work, and for a Unix socket with a
 * port or a host name
 */
export function checkServeOptions(options: ServeOptions): void {
  const { fetch, port, hostname, path, keepAliveTimeoutMs, tls, compression } = options
  checkNames('`serve`', options, serveNames)
  checkFetch(fetch)
  checkWholeNumber('port', port, { least: 0, most: 65_535 })
  checkWholeNumber('keepAliveTimeoutMs', keepAliveTimeoutMs, { most: longestDelayMs, orFalse: true })
  checkType('hostname', hostname, 'string')
  checkType('compression', compression, 'boolean')
  checkType('tls', tls, 'object')
  checkNames('`tls`', tls, tlsNames)
  if (path === undefined) return
  if (typeof path !== 'string' || path === '')
    throw new TidingsError('ERR_OPTION', `path must be the path of a Unix socket, not ${describeValue(path)}.`)
  if (port !== undefined || hostname !== undefined)
    throw new TidingsError('ERR_OPTION', `path is for a Unix socket: leave out port and hostname beside ${path}.`)
}

/**
 * Checks what answers the requests.
 *
 * @throws TidingsError `ERR_OPTION` for anything but a function
 */
export function checkFetch(fetch: unknown): void {
  if (typeof fetch !== 'function')
    throw new TidingsError('ERR_OPTION', `fetch must be a function, not ${describeValue(fetch)}.`)
}

/** The url of a server that listens on `port`, or on the Unix socket of the options. */
export function toUrl({ tls, hostname = 'localhost', path }: ServeOptions, port: number): string {
  if (path !== undefined) return `unix:${path}`
  // RFC 3986 3.2.2: an IPv6 address stands in brackets.
  const host = hostname.includes(':') ? `[${hostname}]` : hostname
  return `${tls === undefined ? 'http' : 'https'}://${host}:${port}`
}
