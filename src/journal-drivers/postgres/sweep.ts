// Logs that are to be forgotten and that nobody touches any more: dropped a few at a time.
import type { PostgresNames } from './name.ts'
import type { PostgresTables } from './tables.ts'

const everyMs = 60_000
/** About so many events go in one transaction. */
const eventsAtOnce = 10_000

/** Looks for such logs once a minute, as long as something is appended; with no timer of its own. */
export class Sweep {
  readonly #tables: PostgresTables
  readonly #statement: string
  readonly #timeoutMs: number
  #nextAt = 0
  #running: Promise<void> | undefined

  constructor(tables: PostgresTables, { sweep }: PostgresNames, timeoutMs: number) {
    this.#tables = tables
    this.#statement = `select ${sweep}($1) as is_more`
    this.#timeoutMs = timeoutMs
  }

  /** Resolves when no sweep is running. */
  async settled(): Promise<void> {
    await this.#running
  }

  /** Starts a sweep, if it is time for one. */
  start(): void {
    if (this.#running !== undefined || performance.now() < this.#nextAt) return
    this.#nextAt = performance.now() + everyMs
    this.#running = this.#run().finally(() => {
      this.#running = undefined
    })
  }

  async #run(): Promise<void> {
    try {
      const deadline = performance.now() + this.#timeoutMs
      const [row] = await this.#tables.ask(deadline, this.#statement, [eventsAtOnce])
      // The next append goes on with it.
      if (row?.['is_more'] === true) this.#nextAt = 0
    } catch {
      // Nothing depends on it, and what was in the way shows in everything else: in a minute it is tried again.
    }
  }
}
