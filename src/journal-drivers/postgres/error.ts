// Converts errors of Postgres and of the socket to the errors of the journal contract.
import { TidingsError } from '../../base/index.ts'

/** The SQLSTATE of a Postgres error, or the code of a socket error; `''` if it has none. */
function codeOf(error: unknown): string {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' ? code : ''
}

/** Whether a table (42P01) or a function (42883) of the journal does not exist. */
export function isMissing(error: unknown): boolean {
  return ['42P01', '42883'].includes(codeOf(error))
}

/** Whether the statement may be repeated: serialization_failure and deadlock_detected have rolled back everything. */
export function isTransient(error: unknown): boolean {
  return ['40001', '40P01'].includes(codeOf(error))
}

/** Whether a statement was given up because of a lock or a `statement_timeout`: it has done nothing, and may be repeated. */
export function isLocked(error: unknown): boolean {
  return error instanceof Error && ['55P03', '57014'].includes(codeOf(error.cause))
}

/** Whether a statement was refused because no transaction is under way. */
export function isOutside(error: unknown): boolean {
  return error instanceof Error && codeOf(error.cause) === '25P01'
}

/** Whether the role lacks a permission. */
export function isForbidden(error: unknown): boolean {
  return error instanceof Error && codeOf(error.cause) === '42501'
}

/** The error of the journal contract, with the original error as its `cause`. */
export function toJournalError(error: unknown, address: string): TidingsError {
  if (error instanceof TidingsError) return error
  const code = codeOf(error)
  const reason = `${reasonOf(error) || code}${isMissing(error) ? ': run the statements of postgresSchema() first' : ''}`
  if (code === '53100')
    return new TidingsError('ERR_JOURNAL_FULL', `Postgres at ${address} has no disk space left: ${reason}`, {
      cause: error,
    })
  // Class 22: a NUL, half a surrogate pair, or a character that the encoding of the database does not contain.
  if (/^22...$/.test(code))
    return new TidingsError('ERR_EVENT_DATA', `Postgres cannot store this text: ${reason}`, { cause: error })
  return new TidingsError('ERR_JOURNAL_UNAVAILABLE', `Postgres at ${address} cannot be used: ${reason}`, {
    cause: error,
  })
}

/** The message. An AggregateError, which a host name with two addresses causes, has the messages in its `errors`. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(reasonOf).join(', ')
  return error instanceof Error ? error.message : String(error)
}
