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
  if (closed) throw closedLogError(tail)
  if (expected.expectSeq !== undefined && expected.expectSeq !== tail) throw wrongSeqError(expected.expectSeq, tail)
  if (expected.epoch !== undefined && epoch !== '' && expected.epoch !== epoch) throw wrongEpochError(expected.epoch)
}

/** The refusal of an append to a log whose last event has the number `tail`. */
export function closedLogError(tail: number): TidingsError {
  return new TidingsError('ERR_LOG_CLOSED', `The log was closed by its last event, number ${tail}.`)
}

/** The refusal of an append that expected the log to end elsewhere. */
export function wrongSeqError(expectSeq: number, tail: number): TidingsError {
  return new TidingsError('ERR_FENCED', `The log was expected to end at ${expectSeq} and ends at ${tail}.`)
}

/** The refusal of an append to another log than the expected one. The log's own epoch is not named: a run's is secret. */
export function wrongEpochError(epoch: string): TidingsError {
  return new TidingsError('ERR_FENCED', `The log was expected to have epoch ${epoch}; another log has replaced it.`)
}
