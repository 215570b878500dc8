// What an append asks of the log before it goes in.
import { TidingsError } from '../base/index.ts'
import type { AppendOptions } from './journal.ts'

/** What a fence is compared with. */
export interface LogState {
  /** `''` where there is no log yet: any will do. */
  readonly epoch: string
  readonly tail: number
  readonly closed: boolean
}

/**
 * Lets an append pass that is no duplicate.
 *
 * @throws TidingsError `ERR_LOG_CLOSED` behind a last event, `ERR_FENCED` when `expectSeq` or `epoch` is not the log's
 */
export function checkFence({ epoch, tail, closed }: LogState, expected: AppendOptions): void {
  if (closed) throw new TidingsError('ERR_LOG_CLOSED', `The log has had its last event, number ${tail}.`)
  if (expected.expectSeq !== undefined && expected.expectSeq !== tail) {
    throw new TidingsError('ERR_FENCED', `The log was expected to be at ${expected.expectSeq} and is at ${tail}.`)
  }
  if (expected.epoch !== undefined && epoch !== '' && expected.epoch !== epoch) {
    throw new TidingsError(
      'ERR_FENCED',
      `The log was expected to be ${expected.epoch}; there is another one in its place.`,
    )
  }
}
