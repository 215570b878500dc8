// The methods of a SQLite database that the journal calls. better-sqlite3, libsql, node:sqlite and bun:sqlite fit.

/** A value that is bound to a parameter of a statement. */
export type SqliteValue = string | number | null

/** A prepared statement. */
export interface SqliteStatement {
  run(...values: SqliteValue[]): unknown
  /** The first row, an object keyed by column names; `undefined` or `null` if there is none. */
  get(...values: SqliteValue[]): unknown
  all(...values: SqliteValue[]): unknown[]
}

/** A synchronous connection to a SQLite database. */
export interface SqliteDatabase {
  prepare(sql: string): SqliteStatement
  exec(sql: string): unknown
}

/** Whether a value has the methods of a {@link SqliteDatabase}. */
export function isSqliteDatabase(value: unknown): value is SqliteDatabase {
  return isRow(value) && typeof value['prepare'] === 'function' && typeof value['exec'] === 'function'
}

/** A row, keyed by column names. */
export type SqliteRow = Readonly<Record<string, unknown>>

/** Whether the result of a statement is a row. */
export function isRow(value: unknown): value is SqliteRow {
  return typeof value === 'object' && value !== null
}

/** The whole number in a column; a database may be configured to return `bigint`. */
export function numberIn(row: SqliteRow, name: string): number {
  return Number(row[name])
}

/** The text in a column. */
export function textIn(row: SqliteRow, name: string): string {
  const value = row[name]
  return typeof value === 'string' ? value : ''
}
