// Where a server listens: the options of `serve`, checked, and the url that they come to.
import { checkOptions, TidingsError, typed } from '../../base/index.ts'
import { checkCloseTimes } from '../../server/internal.ts'
import { serveChecks, type ServeOptions } from './options.ts'

/**
 * Checks what `serve` was called with, on every runtime.
 *
 * @throws TidingsError `ERR_OPTION` for an option that does not exist, a value that cannot work, and for a Unix socket with a
 * port or a host name
 */
export function checkServeOptions(options: ServeOptions, onListen: unknown): void {
  if (typeof options === 'function')
    throw new TidingsError('ERR_OPTION', '`serve` takes options, not a function: serve({ fetch: server.fetch }).')
  checkOptions('`serve`', options, serveChecks)
  typed('function')('onListen', onListen)
  const { port, hostname, path, closeOnSignal } = options
  if (typeof closeOnSignal === 'object') checkCloseTimes('`serve`: closeOnSignal', closeOnSignal)
  if (path !== undefined && (port !== undefined || hostname !== undefined))
    throw new TidingsError('ERR_OPTION', `path is for a Unix socket: leave out port and hostname beside ${path}.`)
}

/** The url of a server that listens on `port`, or on the Unix socket of the options. */
export function toUrl({ tls, hostname = 'localhost', path }: ServeOptions, port: number): string {
  if (path !== undefined) return `unix:${path}`
  // RFC 3986 3.2.2: an IPv6 address stands in brackets.
  const host = hostname.includes(':') ? `[${hostname}]` : hostname
  return `${tls === undefined ? 'http' : 'https'}://${host}:${port}`
}
