// The sweep: deletes expired logs (those past `forgetAfterMs`) that are no longer used, a few at a time.
import type { PostgresNames } from './name.ts'
import type { PostgresTables } from './tables.ts'

const everyMs = 60_000
/** How long after the append: the next ones of its caller would wait for the connection. */
const delayMs = 200
/** About how many events are deleted in one transaction. */
const eventsPerSweep = 10_000

const sweepStatement = ({ sweep }: PostgresNames): string => `select ${sweep}($1) as has_more`

/** Deletes expired logs at most once a minute. Each append starts a sweep if it is due; no timer keeps the process alive. */
export class Sweep {
  readonly #tables: PostgresTables
  readonly #timeoutMs: number
  #nextAt = 0
  #timer: ReturnType<typeof setTimeout> | undefined
  #running: Promise<void> | undefined

  constructor(tables: PostgresTables, timeoutMs: number) {
    this.#tables = tables
    this.#timeoutMs = timeoutMs
  }

  /** Starts none any more, and resolves when none is running. */
  async close(): Promise<void> {
    this.#nextAt = Infinity
    clearTimeout(this.#timer)
    await this.#running
  }

  /** Starts a sweep if one is due and none is running. */
  start(): void {
    if (this.#running !== undefined || performance.now() < this.#nextAt) return
    this.#nextAt = performance.now() + everyMs
    this.#timer = setTimeout(() => this.#sweep(), delayMs)
    this.#timer.unref()
  }

  #sweep(): void {
    this.#running = this.#run().finally(() => {
      this.#running = undefined
    })
  }

  async #run(): Promise<void> {
    try {
      const deadline = performance.now() + this.#timeoutMs
      const [row] = await this.#tables.query(deadline, sweepStatement, [eventsPerSweep])
      // The next append continues the sweep.
      if (row?.['has_more'] === true && this.#nextAt !== Infinity) this.#nextAt = 0
    } catch {
      // No caller depends on a sweep, and other calls report the same failure. The next attempt is in a minute.
    }
  }
}
