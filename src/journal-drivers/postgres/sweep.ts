// The sweep: deletes expired logs (those past `forgetAfterMs`) that are no longer used, a few at a time.
import type { PostgresNames } from './name.ts'
import type { PostgresTables } from './tables.ts'

const everyMs = 60_000
/** About how many events are deleted in one transaction. */
const eventsPerSweep = 10_000

const sweepStatement = ({ sweep }: PostgresNames): string => `select ${sweep}($1) as has_more`

/** Deletes expired logs at most once a minute. It has no timer: each append starts a sweep if it is due. */
export class Sweep {
  readonly #tables: PostgresTables
  readonly #timeoutMs: number
  #nextAt = 0
  #running: Promise<void> | undefined

  constructor(tables: PostgresTables, timeoutMs: number) {
    this.#tables = tables
    this.#timeoutMs = timeoutMs
  }

  /** Resolves when no sweep is running. */
  async settled(): Promise<void> {
    await this.#running
  }

  /** Starts a sweep if one is due and none is running. */
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
      const [row] = await this.#tables.query(deadline, sweepStatement, [eventsPerSweep])
      // The next append continues the sweep.
      if (row?.['has_more'] === true) this.#nextAt = 0
    } catch {
      // No caller depends on a sweep, and other calls report the same failure. The next attempt is in a minute.
    }
  }
}
