// Retries of a topic while its journal is unavailable.
import { backoffMs, sleep } from '../../base/index.ts'

/** The backoff between attempts to reach the journal. */
export const journalPauses = { firstMs: 50, longestMs: 2000 } as const

/** How long retries go on. */
export interface Lifetime {
  readonly isOver: boolean
  /** Aborts at the end. Asked for only while the journal is unavailable: most readers never make one, of a kilobyte each. */
  readonly signal: AbortSignal
}

/** Retries work until it succeeds. All readers of a topic share one instance, so that an outage is reported once. */
export class JournalRetry {
  readonly #onError: (error: unknown) => void
  #isAway = false

  constructor(onError: (error: unknown) => void) {
    this.#onError = onError
  }

  /** Resolves when `work` has succeeded, or `life` is over. Never rejects. */
  async until(work: () => Promise<void>, life: Lifetime): Promise<void> {
    for (let failures = 0; !life.isOver; failures += 1) {
      try {
        await work()
        this.#isAway = false
        return
      } catch (error) {
        this.#report(error)
        // An abort ends the wait, and then the loop.
        await sleep(backoffMs(failures, journalPauses), life.signal).catch(() => {})
      }
    }
  }

  #report(error: unknown): void {
    if (this.#isAway) return
    this.#isAway = true
    this.#onError(error)
  }
}
