// A way into servers that can be closed: every handle of `serve` has one, so that closing it leaves other handles alone.
import { Closing, type CloseOptions } from './closing.ts'

/** What an entrance asks of a server. */
export interface Entered {
  /**
   * Ends the streams of the requests that came through `entrance`, and waits for their handlers. The last open entrance
   * of a server waits for the server's runs, too.
   */
  leave(entrance: Entrance): Promise<void>
}

/** What listens behind an entrance. */
export interface Listener {
  /** Takes no new connections, and resolves when all are closed. Called before streams end. */
  stop(): Promise<unknown>
  /** Cuts the connections that are left. */
  cut(): void
}

/** One listening handle, as the servers behind it see it; or a part of one, such as a single invocation. */
export class Entrance {
  /** How far it is closed. */
  readonly closing: Closing = new Closing()
  /** The entrance that this is a part of: the servers behind it stay in use when this one closes. */
  readonly outer: Entrance | undefined
  readonly #servers = new Set<Entered>()

  constructor(outer?: Entrance) {
    this.outer = outer
  }

  /** Whether new readers should be sent elsewhere. */
  get isClosing(): boolean {
    return this.closing.isClosing || this.outer?.isClosing === true
  }

  /** Whether new streams are refused. */
  get isEnding(): boolean {
    return this.closing.isEnding || this.outer?.isEnding === true
  }

  /** Enters a server, which is then left by {@link close}. Returns whether it is new here and the entrance is open. */
  join(server: Entered): boolean {
    if (this.isEnding || this.#servers.has(server)) return false
    this.#servers.add(server)
    return true
  }

  /**
   * Closes it for good: once its streams are to end, stops `listener` and leaves every server behind it. Later calls bring
   * that forward.
   *
   * Rejects with TidingsError `ERR_OPTION` for options that cannot work.
   */
  close(options: CloseOptions, listener: Listener): Promise<void> {
    return this.closing.close(options, () => {
      void this.closing.over.past.then(() => listener.cut())
      const stopped = listener.stop()
      return Promise.all([stopped, ...Array.from(this.#servers, (server) => server.leave(this))])
    })
  }
}
