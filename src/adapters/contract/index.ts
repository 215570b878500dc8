// contract: the types of `serve`, and what the adapters of all runtimes do alike.
import type { CloseOptions } from '../../server/internal.ts'
import type { Fetch, ServeOptions } from './options.ts'

export { checkServeOptions, toUrl } from './address.ts'
export { closeOnSignals, createClosing, lastOfConnection, type Closable } from './closing.ts'
export { answerForeign } from './foreign.ts'
export type { CloseOptions, Fetch, ServeOptions }

/** A running server. */
export interface ServeHandle {
  /**
   * The url that the server listens on, such as `http://127.0.0.1:3000` or `http://[::1]:3000`; `unix:` and the path for a
   * Unix socket. Known once `ready` has resolved.
   */
  readonly url: string
  /** The `fetch` that it serves, so that the handle can be a worker's default export. */
  readonly fetch: Fetch
  /** Resolves when the server listens; rejects when it cannot, with the address in the message. */
  readonly ready: Promise<void>
  /**
   * Closes the handle. For `notReadyMs` milliseconds everything is served as before, but the readiness probe of `tidings/observe`
   * answers 503, and answers end their HTTP/1.1 connections (on Node). Then it stops accepting connections, cuts the idle
   * ones, ends every stream that came through this handle properly (its readers are asked to reconnect), spread over
   * `spreadMs`, waits for the handlers' `finally` and for requests in progress, and closes the remaining connections
   * `drainMs` after the call. The server can still be served by other handles and by a later `serve`; its runs are
   * waited for by the last handle that is open.
   *
   * Later calls wait for the first. Of the times that they give, counted from their own call, those count that are sooner:
   * `close({ drainMs: 0 })` ends at once what another call has begun.
   *
   * Rejects with TidingsError `ERR_OPTION` for options that cannot work, such as times that do not fit into `drainMs`;
   * nothing is closed then.
   */
  close(options?: CloseOptions): Promise<void>
  /** Resolves when the handle has been closed, by whomever: the time to close channels and journals. Never rejects. */
  readonly closed: Promise<void>
}

/** Starts a server; `onListen` is called once it listens. */
export type Serve = (options: ServeOptions, onListen?: (handle: ServeHandle) => void) => ServeHandle
