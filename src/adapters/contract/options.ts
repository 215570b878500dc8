// The options of `serve`, the same for every runtime.
import type { OptionNames } from '../../base/index.ts'

/** A function that answers a request; `host` is what the runtime hands in after it. */
export type Fetch = (request: Request, ...host: readonly unknown[]) => Response | Promise<Response>

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
}

/** The names of the options of `tls`. */
export const tlsNames: OptionNames<NonNullable<ServeOptions['tls']>> = { key: true, cert: true }

/** The names of all {@link ServeOptions}. */
export const serveNames: OptionNames<ServeOptions> = {
  fetch: true,
  port: true,
  hostname: true,
  path: true,
  keepAliveTimeoutMs: true,
  tls: tlsNames,
  compression: true,
}
