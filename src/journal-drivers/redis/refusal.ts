// Classifies errors of Redis and of its client: transient or not, and as which TidingsError.
import { TidingsError } from '../../base/index.ts'

/** The code that starts an error reply of Redis (`OOM`, `READONLY`, `ERR`); `undefined` for an error of the client. */
export function replyCode(error: unknown): string | undefined {
  // Redis before 7 wraps an error inside a script: `ERR Error running script ...: -OOM command not allowed ...`.
  const message = error instanceof Error ? error.message : ''
  return /: -([A-Z]+) /.exec(message)?.[1] ?? /^-?([A-Z]{3,}) /.exec(message)?.[1]
}

/** Whether a retry may succeed: the server is starting, failing over or moving slots, or the connection was lost. */
export function isTransient(error: unknown): boolean {
  const code = replyCode(error)
  if (code !== undefined) return transientCodes.has(code)
  return !(error instanceof TidingsError || error instanceof TypeError)
}

const transientCodes = new Set([
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

/** The TidingsError for an error of the client or the server, which becomes its `cause`. */
export function toJournalError(error: unknown, address: string): TidingsError {
  if (error instanceof TidingsError) return error
  const options = error === undefined ? {} : { cause: error }
  if (replyCode(error) === 'OOM') {
    return new TidingsError('ERR_JOURNAL_FULL', `Redis at ${address} is out of memory: ${messageOf(error)}`, options)
  }
  return new TidingsError('ERR_JOURNAL_UNAVAILABLE', `Redis at ${address} cannot be used: ${messageOf(error)}`, options)
}

/** The message of an error. If several addresses failed, a client throws an AggregateError with an empty message. */
export function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(messageOf).join('; ')
  return error instanceof Error ? error.message : 'it is not connected'
}
