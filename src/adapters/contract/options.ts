// The options of `serve`, the same for every runtime.
import {
  describeValue,
  longestDelayMs,
  options,
  required,
  TidingsError,
  typed,
  wholeNumber,
  type OptionChecks,
} from '../../base/index.ts'
import { closeChecks, type CloseOptions } from '../../server/internal.ts'

/**
 * A function that answers a request; `host` is what the runtime hands in after it. The type of a method, whose parameters
 * may be narrower than it says, as those of `app.fetch` of Hono are: what `host` is, the one who picks the runtime knows.
 */
export type Fetch = { method(request: Request, ...host: readonly unknown[]): Response | Promise<Response> }['method']

/** Options of `serve`. */
export interface ServeOptions {
  /**
   * A server's `fetch`, or any function that answers a standard `Request`. It is called with what the runtime hands in
   * after the request, if anything. A function that passes its request on to a server has to pass on that object, not a
   * copy: otherwise the handle's `close` does not know which streams are its own, and cuts them after `drainMs`.
   */
  readonly fetch: Fetch
  /** The port to listen on. Default 3000; 0 picks a free one. */
  readonly port?: number | undefined
  /** The host name or address to listen on. Default: all addresses of the machine. */
  readonly hostname?: string | undefined
  /** The Unix socket to listen on, instead of a port and a host name: the path of a file that does not exist yet. */
  readonly path?: string | undefined
  /**
   * How long a connection is kept open for the next request, in milliseconds; `false` for ever. Default 65,000: a load
   * balancer that keeps its own for 60 s then never sends a request on a connection that is just being closed. Node only,
   * HTTP/1.1 only.
   */
  readonly keepAliveTimeoutMs?: number | false | undefined
  /** Serves HTTPS: PEM key and certificate. On Node with HTTP/2, where browsers are not limited to six streams. */
  readonly tls?: { readonly key: string; readonly cert: string } | undefined
  /**
   * Compresses streams (brotli or gzip) for readers that accept it, flushed each turn of the event loop, so that no
   * event waits. Saves about 80 % on model tokens, for about 0.1 ms an event and 100 to 200 KB of memory a stream. Node
   * only. Default `false`.
   */
  readonly compression?: boolean | undefined
  /**
   * Closes the handle when the process gets SIGTERM or SIGINT, with these options of `close`; `true` with their defaults. A second
   * signal ends all streams at once, and within a second what is left. The process ends by itself once nothing keeps
   * it: close channels and journals after `handle.closed`. Not on Workers, which get no signals. Default `false`.
   */
  readonly closeOnSignal?: CloseOptions | boolean | undefined
}

const tlsChecks: OptionChecks<NonNullable<ServeOptions['tls']>> = { key: required(checkPem), cert: required(checkPem) }

/** The checks of all {@link ServeOptions}. */
export const serveChecks: OptionChecks<ServeOptions> = {
  fetch: checkFetch,
  port: wholeNumber({ least: 0, most: 65_535 }),
  hostname: typed('string'),
  path: checkPath,
  keepAliveTimeoutMs: wholeNumber({ most: longestDelayMs, orFalse: true }),
  tls: options(tlsChecks),
  compression: typed('boolean'),
  closeOnSignal: options(closeChecks, [true, false]),
}

function checkFetch(name: string, value: unknown): void {
  if (typeof value === 'function') return
  const message = `${name} must be a function, such as server.fetch, not ${describeValue(value)}.`
  throw new TidingsError('ERR_OPTION', message)
}

function checkPath(name: string, value: unknown): void {
  if (value === undefined || (typeof value === 'string' && value !== '')) return
  throw new TidingsError('ERR_OPTION', `${name} must be the path of a Unix socket, not ${describeValue(value)}.`)
}

function checkPem(name: string, value: unknown): void {
  if (typeof value === 'string' && value.includes('-----BEGIN ')) return
  // A text may be the key, which belongs into no log.
  const given = typeof value === 'string' ? 'a text without it' : describeValue(value)
  const expected = "the text of a PEM file, with its -----BEGIN line: readFileSync(path, 'utf8')"
  throw new TidingsError('ERR_OPTION', `${name} must be ${expected}, not ${given}.`)
}
