// What the journal calls of a SQLite database: better-sqlite3, libsql, node:sqlite and bun:sqlite have it.

/** What is bound to a statement. */
export type SqliteValue = string | number | null

/** A prepared statement. */
export interface SqliteStatement {
  run(...values: SqliteValue[]): unknown
  /** The first row, an object by the names of the columns; nothing, or null, where there is none. */
  get(...values: SqliteValue[]): unknown
  all(...values: SqliteValue[]): unknown[]
}

/** A connection whose calls return when they are done. */
export interface SqliteDatabase {
  prepare(sql: string): SqliteStatement
  exec(sql: string): unknown
}

/** Whether a value has the methods of a database. */
export function isSqliteDatabase(value: unknown): value is SqliteDatabase {
  return isRow(value) && typeof value['prepare'] === 'function' && typeof value['exec'] === 'function'
}

/** A row: its columns by their names. */
export type SqliteRow = Readonly<Record<string, unknown>>

/** Whether a statement has given a row. */
export function isRow(value: unknown): value is SqliteRow {
  return typeof value === 'object' && value !== null
}

/** A column that holds a whole number; databases may be set to give `bigint`. */
export function numberIn(row: SqliteRow, name: string): number {
  return Number(row[name])
}

/** A column that holds a text. */
export function textIn(row: SqliteRow, name: string): string {
  const value = row[name]
  return typeof value === 'string' ? value : ''
}
