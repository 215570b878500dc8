// Fencing: the conditions that a log must meet before an append is accepted.
import { TidingsError } from '../base/index.ts'
import type { AppendOptions } from './journal.ts'

/** The state of a log with which an append's conditions are compared. */
export interface LogState {
  /** `''` if there is no log yet: any expected epoch is accepted then. */
  readonly epoch: string
  readonly tail: number
  readonly closed: boolean
}

/**
 * Checks the conditions of an append (`expectSeq`, `epoch`). Duplicates are accepted always, and not checked here.
 *
 * @throws TidingsError `ERR_LOG_CLOSED` after the last event of a closed log, `ERR_FENCED` when `expectSeq` or `epoch`
 * is not that of the log
 */
export function checkFence({ epoch, tail, closed }: LogState, expected: AppendOptions): void {
  if (closed) throw new TidingsError('ERR_LOG_CLOSED', `The log was closed by its last event, number ${tail}.`)
  if (expected.expectSeq !== undefined && expected.expectSeq !== tail) {
    throw new TidingsError('ERR_FENCED', `The log was expected to end at ${expected.expectSeq} and ends at ${tail}.`)
  }
  if (expected.epoch !== undefined && epoch !== '' && expected.epoch !== epoch) {
    throw new TidingsError(
      'ERR_FENCED',
      `The log was expected to have epoch ${expected.epoch}; another log has replaced it.`,
    )
  }
}
