// The error of a run whose source has said that it failed.
import type { Failure } from './draft.ts'
import type { ChatErrorCode } from './event.ts'

/** A source has failed: `cause` is what it said, which is for the server's log and never for the client. */
export class ChatFailure extends Error {
  /** What went wrong, in a word for programs. */
  readonly code: ChatErrorCode
  /** Whether trying again may help. */
  readonly retryable: boolean

  constructor({ code, retryable, error }: Failure) {
    super('A source of the answer has failed.', { cause: error })
    this.name = 'ChatFailure'
    this.code = code
    this.retryable = retryable
  }
}
