// A way into servers that can be closed: every handle of `serve` has one, so that closing it leaves other handles alone.
import {
  checkOptions,
  describeValue,
  longestDelayMs,
  TidingsError,
  wholeNumber,
  type OptionChecks,
} from '../base/index.ts'

/** Options of `close`, of a handle and of a server. */
export interface CloseOptions {
  /** How long handlers have to finish, in milliseconds; a handle closes their connections then. Default 10,000. */
  readonly drainMs?: number | undefined
}

const closeChecks: OptionChecks<CloseOptions> = { drainMs: wholeNumber({ least: 0, most: longestDelayMs }) }

/**
 * Checks the options of `close`.
 *
 * @throws TidingsError `ERR_OPTION` for what is no object, an option that does not exist, and a time that no timer can wait
 */
export function checkCloseOptions(options: CloseOptions): void {
  if (typeof options === 'object') return checkOptions('`close`', options, closeChecks)
  // A number, or what a caller of listeners passes: the name of a signal, say.
  const message = `\`close\` takes options, such as close({ drainMs: 10_000 }), not ${describeValue(options)}.`
  throw new TidingsError('ERR_OPTION', message)
}

/** What an entrance asks of a server. */
export interface Entered {
  /**
   * Ends the streams of the requests that came through `entrance`, and waits for their handlers. The last open entrance
   * of a server waits for the server's runs, too.
   */
  leave(entrance: Entrance, options: CloseOptions): Promise<void>
}

/** One listening handle, as the servers behind it see it. */
export class Entrance {
  readonly #servers = new Set<Entered>()
  #isClosing = false

  /** Whether {@link close} has been called: streams that are requested through this entrance are refused from then on. */
  get isClosing(): boolean {
    return this.#isClosing
  }

  /** Enters a server, which is then left by {@link close}. Returns whether it is new here and the entrance is open. */
  join(server: Entered): boolean {
    if (this.#isClosing || this.#servers.has(server)) return false
    this.#servers.add(server)
    return true
  }

  /** Closes it for good: leaves every server behind it. */
  async close(options: CloseOptions = {}): Promise<void> {
    this.#isClosing = true
    await Promise.all(Array.from(this.#servers, (server) => server.leave(this, options)))
  }
}
