// Retries of a topic while its journal is unavailable.
import { backoffMs, sleep } from '../../base/index.ts'

/** The backoff between attempts to reach the journal. */
export const journalPauses = { firstMs: 50, longestMs: 2000 } as const

/** Retries work until it succeeds. All readers of a topic share one instance, so that an outage is reported once. */
export class JournalRetry {
  readonly #onError: (error: unknown) => void
  #isAway = false

  constructor(onError: (error: unknown) => void) {
    this.#onError = onError
  }

  /** Resolves when `work` has succeeded, or `signal` aborts. Never rejects. */
  async until(work: () => Promise<void>, signal: AbortSignal): Promise<void> {
    for (let failures = 0; !signal.aborted; failures += 1) {
      try {
        await work()
        this.#isAway = false
        return
      } catch (error) {
        this.#report(error)
        // An abort ends the wait, and then the loop.
        await sleep(backoffMs(failures, journalPauses), signal).catch(() => {})
      }
    }
  }

  #report(error: unknown): void {
    if (this.#isAway) return
    this.#isAway = true
    this.#onError(error)
  }
}
