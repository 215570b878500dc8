// What SQLite's errors mean for the journal. Its drivers name the code in three different ways.
import { TidingsError } from '../../base/index.ts'
import { isRow } from './database.ts'

const codes = { SQLITE_BUSY: 5, SQLITE_LOCKED: 6, SQLITE_FULL: 13 } as const

/** Whether another connection has the file at this moment: it is worth trying again. */
export function isBusy(error: unknown): boolean {
  return hasCode(error, 'SQLITE_BUSY') || hasCode(error, 'SQLITE_LOCKED')
}

/** The journal's own errors as they are; SQLite's as what they mean, with the file's name. */
export function toJournalError(error: unknown, address: string): TidingsError {
  if (error instanceof TidingsError) return error
  const reason = error instanceof Error ? error.message : String(error)
  if (hasCode(error, 'SQLITE_FULL')) {
    return new TidingsError('ERR_JOURNAL_FULL', `There is no room left in ${address}: ${reason}.`, { cause: error })
  }
  return new TidingsError('ERR_JOURNAL_UNAVAILABLE', `The journal in ${address} cannot be used: ${reason}.`, {
    cause: error,
  })
}

/** libsql has `rawCode`, node:sqlite `errcode`, bun:sqlite `errno`; better-sqlite3 only `code`, with a suffix at times. */
function hasCode(error: unknown, name: keyof typeof codes): boolean {
  if (!isRow(error)) return false
  if (typeof error['code'] === 'string' && error['code'].startsWith(name)) return true
  const number = error['rawCode'] ?? error['errcode'] ?? error['errno']
  // The low byte is the code; what is above says more of it.
  return typeof number === 'number' && (number & 0xff) === codes[name]
}
