// Turns SQLite's errors into TidingsErrors. Drivers report SQLite's error code in different properties.
import { TidingsError } from '../../base/index.ts'
import { isRow } from './database.ts'

const codes = { SQLITE_BUSY: 5, SQLITE_LOCKED: 6, SQLITE_FULL: 13 } as const

/** Whether another connection has locked the file: a retry may succeed. */
export function isBusy(error: unknown): boolean {
  return hasCode(error, 'SQLITE_BUSY') || hasCode(error, 'SQLITE_LOCKED')
}

/** The TidingsError for an error of SQLite, with the file's name; a TidingsError is returned as it is. */
export function toJournalError(error: unknown, address: string): TidingsError {
  if (error instanceof TidingsError) return error
  const reason = error instanceof Error ? error.message : String(error)
  if (hasCode(error, 'SQLITE_FULL')) {
    return new TidingsError('ERR_JOURNAL_FULL', `No space is left for ${address}: ${reason}.`, { cause: error })
  }
  return new TidingsError('ERR_JOURNAL_UNAVAILABLE', `The journal in ${address} cannot be used: ${reason}.`, {
    cause: error,
  })
}

/** libsql: `rawCode`; node:sqlite: `errcode`; bun:sqlite: `errno`; better-sqlite3: `code`, at times with a suffix. */
function hasCode(error: unknown, name: keyof typeof codes): boolean {
  if (!isRow(error)) return false
  if (typeof error['code'] === 'string' && error['code'].startsWith(name)) return true
  const number = error['rawCode'] ?? error['errcode'] ?? error['errno']
  // The low byte is the primary code; the higher ones extend it.
  return typeof number === 'number' && (number & 0xff) === codes[name]
}
