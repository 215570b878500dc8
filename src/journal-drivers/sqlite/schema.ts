// The tables of the journal: creates them, and adds what a file of an earlier version does not have.
import { TidingsError } from '../../base/index.ts'
import { eventTableSql, newEventColumns } from './event-table.ts'
import { logTableSql, newLogColumns } from './log-table.ts'
import { isRow, numberIn, textIn, type SqliteDatabase } from './database.ts'

/**
 * The version of the tables. Raised when an earlier version of this package could no longer use them: so far each added
 * columns with defaults, and two versions can use one file at the same time.
 */
const version = 1

/**
 * Creates the tables, in one transaction, or completes those of an earlier version. Takes no write when they are whole.
 *
 * @throws TidingsError `ERR_JOURNAL_UNAVAILABLE` for the tables of a later version that this one cannot use
 */
export function createTables(database: SqliteDatabase): void {
  if (isWhole(database)) return
  database.exec('BEGIN IMMEDIATE')
  try {
    database.exec(logTableSql)
    database.exec(eventTableSql)
    addColumns(database, 'tidings_log', newLogColumns)
    addColumns(database, 'tidings_event', newEventColumns)
    database.exec('CREATE TABLE IF NOT EXISTS tidings_version (version INTEGER NOT NULL)')
    database.exec(`INSERT INTO tidings_version SELECT ${version} WHERE NOT EXISTS (SELECT * FROM tidings_version)`)
    database.exec('COMMIT')
  } catch (error) {
    database.exec('ROLLBACK')
    throw error
  }
}

function isWhole(database: SqliteDatabase): boolean {
  if (columnsOf(database, 'tidings_version').size === 0) return false
  const row = database.prepare('SELECT max(version) AS version FROM tidings_version').get()
  const found = isRow(row) ? numberIn(row, 'version') : 0
  if (found > version) {
    const message = `The journal's tables have version ${found}, and this version of tidings knows ${version}: update it.`
    throw new TidingsError('ERR_JOURNAL_UNAVAILABLE', message)
  }
  return true
}

function addColumns(database: SqliteDatabase, table: string, columns: Readonly<Record<string, string>>): void {
  const known = columnsOf(database, table)
  for (const [name, definition] of Object.entries(columns)) {
    if (!known.has(name)) database.exec(`ALTER TABLE ${table} ADD COLUMN ${name} ${definition}`)
  }
}

function columnsOf(database: SqliteDatabase, table: string): Set<string> {
  return new Set(
    database
      .prepare(`PRAGMA table_info(${table})`)
      .all()
      .filter(isRow)
      .map((row) => textIn(row, 'name')),
  )
}
