// What everything rejects with once a journal was closed.
import { TidingsError } from '../base/index.ts'

/** `ERR_JOURNAL_CLOSED`; `name` says which journal it was. */
export function closedError(name = 'The journal'): TidingsError {
  return new TidingsError('ERR_JOURNAL_CLOSED', `${name} has been closed.`)
}
