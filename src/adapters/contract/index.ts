// contract: what the adapter of each runtime offers, under the same names.

/** What `serve` needs. */
export interface ServeOptions {
  /** A server's `fetch`, or any function that answers a standard `Request`. */
  readonly fetch: (request: Request) => Response | Promise<Response>
  /** Default 3000; 0 takes a free one. */
  readonly port?: number | undefined
  /** Default: all addresses of the machine. */
  readonly hostname?: string | undefined
  /** Serves HTTPS, on Node with HTTP/2 beside HTTP/1.1, so that browsers are not held to six streams. */
  readonly tls?: { readonly key: string; readonly cert: string } | undefined
  /**
   * Compresses streams for readers that accept it, with a flush for each turn of the event loop, so that no event waits.
   * Saves about 80 % on model tokens, for about 0.1 ms an event and 100 to 200 KB of memory a stream. Node only. Default
   * `false`.
   */
  readonly compression?: boolean | undefined
}

/** How a running server is closed. */
export interface CloseOptions {
  /** How long handlers have to wind up, in milliseconds, before connections are cut. Default 10,000. */
  readonly drainMs?: number | undefined
}

/** A running server. */
export interface ServeHandle {
  /** Where it listens, such as `http://127.0.0.1:3000`; known from `ready` on. */
  readonly url: string
  /** What it serves, so that a handle can be a worker's default export. */
  readonly fetch: (request: Request) => Response | Promise<Response>
  /** Resolves when it listens; rejects when it cannot, with the address in the message. */
  readonly ready: Promise<void>
  /**
   * Stops accepting, ends every stream properly (its readers are asked to come back), waits for the handlers'
   * `finally` and for requests that are under way, and cuts what is left after `drainMs`.
   */
  close(options?: CloseOptions): Promise<void>
}

/** Starts a server; `onListen` is called once it listens. */
export type Serve = (options: ServeOptions, onListen?: (handle: ServeHandle) => void) => ServeHandle
