// Attempts at work that needs a journal: repeated while the journal is away, or full.
import { backoffMs, sleep } from '../../base/index.ts'
import { journalPauses } from '../hub/journal-retry.ts'
import { hasCode } from '../refusal.ts'

/** How long a run waits for its journal, in milliseconds. */
const journalPatienceMs = 90_000

/** Options of {@link persist}. */
export interface Persistence {
  /** For how long the work is repeated, in milliseconds. Default 90,000. */
  readonly forMs?: number
  /** Called once, with the error of the attempt that brings the failures to `troubleAfter` (1). */
  readonly onTrouble?: (error: unknown) => void
  readonly troubleAfter?: number
  /** Ends the attempts. */
  readonly signal?: AbortSignal
}

/**
 * Does work, and repeats it for as long as the journal is unavailable or full.
 *
 * Rejects with the last error after `forMs` and when `signal` aborts, and at once with an error that does not pass.
 */
export async function persist<Value>(work: () => Promise<Value>, options: Persistence): Promise<Value> {
  const { forMs = journalPatienceMs, onTrouble, troubleAfter = 1, signal } = options
  const since = performance.now()
  for (let failures = 1; ; failures += 1) {
    try {
      return await work()
    } catch (error) {
      if (!doesPass(error) || signal?.aborted || performance.now() - since >= forMs) throw error
      if (failures === troubleAfter) onTrouble?.(error)
      // An abort ends the pause, and the next failure is the last.
      await sleep(backoffMs(failures - 1, journalPauses), signal).catch(() => {})
    }
  }
}

/** Whether the same work may succeed later. */
export function doesPass(error: unknown): boolean {
  return hasCode(error, 'ERR_JOURNAL_UNAVAILABLE') || hasCode(error, 'ERR_JOURNAL_FULL')
}
