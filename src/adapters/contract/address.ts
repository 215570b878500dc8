// Where a server listens: the options that say so, checked, and the url that they come to.
import { checkWholeNumber, describeValue, TidingsError } from '../../base/index.ts'
import type { ServeOptions } from './options.ts'

/**
 * Checks the options of `serve`, on every runtime.
 *
 * @throws TidingsError `ERR_OPTION` for a value that cannot work, and for a Unix socket with a port or a host name
 */
export function checkServeOptions({ port, hostname, path, keepAliveTimeoutMs }: ServeOptions): void {
  checkWholeNumber('port', port, { least: 0, most: 65_535 })
  checkWholeNumber('keepAliveTimeoutMs', keepAliveTimeoutMs, { orFalse: true })
  if (path === undefined) return
  if (typeof path !== 'string' || path === '')
    throw new TidingsError('ERR_OPTION', `path must be the path of a Unix socket, not ${describeValue(path)}.`)
  if (port !== undefined || hostname !== undefined)
    throw new TidingsError('ERR_OPTION', `path is for a Unix socket: leave out port and hostname beside ${path}.`)
}

/** The url of a server that listens on `port`, or on the Unix socket of the options. */
export function toUrl({ tls, hostname = 'localhost', path }: ServeOptions, port: number): string {
  if (path !== undefined) return `unix:${path}`
  // RFC 3986 3.2.2: an IPv6 address stands in brackets.
  const host = hostname.includes(':') ? `[${hostname}]` : hostname
  return `${tls === undefined ? 'http' : 'https'}://${host}:${port}`
}
