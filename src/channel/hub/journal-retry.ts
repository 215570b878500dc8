// How a topic's readers wait for a journal that is away.
import { backoffMs, sleep } from '../../base/index.ts'

/** How long is waited for a journal that does not answer, before it is asked again. */
export const journalPauses = { firstMs: 50, longestMs: 2000 } as const

/** Does work again until it succeeds. All readers of a topic share one, so that an interruption is reported once. */
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
        // Woken by the signal it has nothing more to do.
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
