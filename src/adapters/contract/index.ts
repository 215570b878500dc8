// contract: the types of `serve`, the same for the adapter of every runtime.

/** Options of `serve`. */
export interface ServeOptions {
  /** A server's `fetch`, or any function that answers a standard `Request`. */
  readonly fetch: (request: Request) => Response | Promise<Response>
  /** The port to listen on. Default 3000; 0 picks a free one. */
  readonly port?: number | undefined
  /** The host name or address to listen on. Default: all addresses of the machine. */
  readonly hostname?: string | undefined
  /** Serves HTTPS: PEM key and certificate. On Node with HTTP/2, where browsers are not limited to six streams. */
  readonly tls?: { readonly key: string; readonly cert: string } | undefined
  /**
   * Compresses streams (brotli or gzip) for readers that accept it, flushed each turn of the event loop, so that no
   * event waits. Saves about 80 % on model tokens, for about 0.1 ms an event and 100 to 200 KB of memory a stream. Node
   * only. Default `false`.
   */
  readonly compression?: boolean | undefined
}

/** Options of {@link ServeHandle.close}. */
export interface CloseOptions {
  /** How long handlers have to finish, in milliseconds, before their connections are closed. Default 10,000. */
  readonly drainMs?: number | undefined
}

/** A running server. */
export interface ServeHandle {
  /** The url that the server listens on, such as `http://127.0.0.1:3000`; known once `ready` has resolved. */
  readonly url: string
  /** The `fetch` that it serves, so that the handle can be a worker's default export. */
  readonly fetch: (request: Request) => Response | Promise<Response>
  /** Resolves when the server listens; rejects when it cannot, with the address in the message. */
  readonly ready: Promise<void>
  /**
   * Stops accepting connections, ends every stream properly (its readers are asked to reconnect), waits for the
   * handlers' `finally` and for requests in progress, and closes the remaining connections after `drainMs`.
   */
  close(options?: CloseOptions): Promise<void>
}

/** Starts a server; `onListen` is called once it listens. */
export type Serve = (options: ServeOptions, onListen?: (handle: ServeHandle) => void) => ServeHandle
