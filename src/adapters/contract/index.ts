// contract: the types of `serve`, and what the adapters of all runtimes do alike.
import type { CloseOptions } from '../../server/internal.ts'
import type { Fetch, ServeOptions } from './options.ts'

export { checkServeOptions, toUrl } from './address.ts'
export { createClose } from './closing.ts'
export { answerForeign, print } from './foreign.ts'
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
   * Stops accepting connections, cuts the idle ones, ends every stream that came through this handle properly (its readers
   * are asked to reconnect), waits for the handlers' `finally` and for requests in progress, and closes the remaining
   * connections after `drainMs`. The server can still be served by other handles and by a later `serve`; its runs are
   * waited for by the last handle that is open. Later calls wait for the first.
   *
   * Rejects with TidingsError `ERR_OPTION` for options that cannot work; nothing is closed then.
   */
  close(options?: CloseOptions): Promise<void>
}

/** Starts a server; `onListen` is called once it listens. */
export type Serve = (options: ServeOptions, onListen?: (handle: ServeHandle) => void) => ServeHandle
