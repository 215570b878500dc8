// The end of a run that its journal has refused: written as soon as the journal takes it.
import { backoffMs, letGo } from '../../base/index.ts'
import { hasCode } from '../refusal.ts'

/** How long {@link endLater} tries, and how long it pauses, in milliseconds. */
export interface LateEndOptions {
  readonly forMs: number
  readonly longestPauseMs: number
}

/** The first pause, in milliseconds: the journal has refused the same a moment ago. */
const firstPauseMs = 1000

/**
 * Does `work` later, and again until it succeeds. Nobody waits for it, and its timers keep no process alive: the runs of one
 * that has ended are ended by those who follow them. It ends with the journal of this process.
 */
export function endLater(work: () => Promise<void>, { forMs, longestPauseMs }: LateEndOptions): void {
  const until = performance.now() + forMs
  const pauses = { firstMs: Math.min(firstPauseMs, longestPauseMs), longestMs: longestPauseMs }
  const plan = (failures: number): void => {
    const again = (error: unknown): void => {
      if (!hasCode(error, 'ERR_JOURNAL_CLOSED') && performance.now() < until) plan(failures + 1)
    }
    letGo(setTimeout(() => void work().catch(again), backoffMs(failures, pauses)))
  }
  plan(0)
}
