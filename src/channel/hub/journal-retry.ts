// How a topic's readers wait for a journal that is away.
import { sleep } from '../../base/index.ts'

const longestPauseMs = 2000

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
        await sleep(pauseMs(failures), signal).catch(() => {})
      }
    }
  }

  #report(error: unknown): void {
    if (this.#isAway) return
    this.#isAway = true
    this.#onError(error)
  }
}

/** 50 ms, 100 ms, ... 2 s, less up to a half: a whole fleet does not come back at once. */
export function pauseMs(failures: number): number {
  return Math.min(longestPauseMs, 50 * 2 ** Math.min(failures, 10)) * (1 - Math.random() / 2)
}
