// A journal of the reader's own: SQLite's, over a file in the working directory.
import { sqliteJournal } from 'tidings/journal/sqlite'

export const myJournal = sqliteJournal
export const connection = (): string => 'my.db'
