// The error of every call to a journal after it was closed.
import { TidingsError } from '../base/index.ts'

/** Creates an `ERR_JOURNAL_CLOSED`; `name` says which journal was closed. */
export function closedError(name = 'The journal'): TidingsError {
  return new TidingsError('ERR_JOURNAL_CLOSED', `${name} has been closed.`)
}
