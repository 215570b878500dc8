// What an error of Redis, or of its client, means for a command of the journal.
import { TidingsError } from '../../base/index.ts'

/** The code that a reply of Redis begins with (`OOM`, `READONLY`, `ERR`); nothing for an error of the client. */
export function replyCode(error: unknown): string | undefined {
  // Before version 7 an error inside of a script was wrapped: `ERR Error running script ...: -OOM command not allowed ...`.
  const message = error instanceof Error ? error.message : ''
  return /: -([A-Z]+) /.exec(message)?.[1] ?? /^-?([A-Z]{3,}) /.exec(message)?.[1]
}

/** What passes: a server that starts, fails over or moves slots, or a connection that comes back. */
export function mayPass(error: unknown): boolean {
  const code = replyCode(error)
  if (code !== undefined) return passingCodes.has(code)
  return !(error instanceof TidingsError || error instanceof TypeError)
}

const passingCodes = new Set([
  'ASK',
  'BUSY',
  'CLUSTERDOWN',
  'LOADING',
  'MASTERDOWN',
  'MOVED',
  'NOREPLICAS',
  'READONLY',
  'TRYAGAIN',
])

/** What the caller of the journal gets, with the client's or the server's own error as its cause. */
export function toJournalError(error: unknown, address: string): TidingsError {
  if (error instanceof TidingsError) return error
  const options = error === undefined ? {} : { cause: error }
  if (replyCode(error) === 'OOM') {
    return new TidingsError('ERR_JOURNAL_FULL', `Redis at ${address} has no memory left: ${messageOf(error)}`, options)
  }
  return new TidingsError('ERR_JOURNAL_UNAVAILABLE', `Redis at ${address} cannot be used: ${messageOf(error)}`, options)
}

/** The message of an error; of several addresses that were tried, a client makes one error without a message. */
export function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(messageOf).join('; ')
  return error instanceof Error ? error.message : 'it is not connected'
}
