// What an error of Postgres means to whoever called the journal.
import { TidingsError } from '../../base/index.ts'

/** The SQLSTATE of an error, or the code of the socket's; `''` where it has none. */
function codeOf(error: unknown): string {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' ? code : ''
}

/** A table (42P01) or a function (42883) of the journal is not there. */
export function isMissing(error: unknown): boolean {
  return ['42P01', '42883'].includes(codeOf(error))
}

/** serialization_failure and deadlock_detected: nothing was done, and the same statement may succeed now. */
export function isPassing(error: unknown): boolean {
  return ['40001', '40P01'].includes(codeOf(error))
}

/** The error of the contract, with Postgres's own as its `cause`. */
export function toJournalError(error: unknown, address: string): TidingsError {
  if (error instanceof TidingsError) return error
  const code = codeOf(error)
  const reason = `${reasonOf(error) || code}${isMissing(error) ? ': run what postgresSchema() returns' : ''}`
  if (code === '53100')
    return new TidingsError('ERR_JOURNAL_FULL', `Postgres at ${address} is full: ${reason}`, { cause: error })
  // Class 22: a NUL, half a surrogate pair, or a character that the database's encoding does not have.
  if (/^22...$/.test(code))
    return new TidingsError('ERR_EVENT_DATA', `Postgres cannot keep this text: ${reason}`, { cause: error })
  return new TidingsError('ERR_JOURNAL_UNAVAILABLE', `Postgres at ${address} cannot be asked: ${reason}`, {
    cause: error,
  })
}

/** An AggregateError, which a name with two addresses gives, has its reasons inside. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(reasonOf).join(', ')
  return error instanceof Error ? error.message : String(error)
}
