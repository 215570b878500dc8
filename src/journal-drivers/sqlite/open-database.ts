// Opens a file with the SQLite that is available.
import { TidingsError } from '../../base/index.ts'
import { isRow, isSqliteDatabase, type SqliteDatabase } from './database.ts'

/** A database that the journal opened itself, and closes. */
export interface OpenedDatabase extends SqliteDatabase {
  close(): unknown
}

/** Opens the file with Node's own SQLite, or with `libsql` if Node has none. */
export async function openDatabase(file: string): Promise<OpenedDatabase> {
  const construct = findBuiltin() ?? (await loadLibsql())
  const database: unknown = Reflect.construct(construct, [file])
  if (isSqliteDatabase(database) && isClosable(database)) return database
  throw new TidingsError('ERR_JOURNAL_UNAVAILABLE', `Opening ${file} returned an object that is not a SQLite database.`)
}

/** Node 22.13 and newer, and Deno. */
function findBuiltin(): Constructor | undefined {
  const builtin: unknown = process.getBuiltinModule?.('node:sqlite')
  const found = isRow(builtin) ? builtin['DatabaseSync'] : undefined
  return isConstructor(found) ? found : undefined
}

async function loadLibsql(): Promise<Constructor> {
  try {
    const { default: loaded }: { default: unknown } = await import('libsql')
    if (isConstructor(loaded)) return loaded
  } catch (cause) {
    throw new TidingsError('ERR_JOURNAL_UNAVAILABLE', noSqlite, { cause })
  }
  throw new TidingsError('ERR_JOURNAL_UNAVAILABLE', noSqlite)
}

const noSqlite =
  'No SQLite was found. Use Node 22.13 or newer, install `libsql`, or pass a database of `better-sqlite3`.'

type Constructor = new (...values: never[]) => unknown

function isConstructor(value: unknown): value is Constructor {
  return typeof value === 'function'
}

function isClosable(database: SqliteDatabase): database is OpenedDatabase {
  return 'close' in database && typeof database.close === 'function'
}
