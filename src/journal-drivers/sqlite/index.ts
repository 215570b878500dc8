// sqlite: the journal in a file that all processes of one machine share.
export type { SqliteDatabase, SqliteStatement, SqliteValue } from './database.ts'
export { TidingsError, type ErrorCode } from '../../base/index.ts'
export { sqliteJournal, type SqliteJournalOptions } from './journal.ts'
