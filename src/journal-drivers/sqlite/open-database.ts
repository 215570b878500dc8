// Opens a file with the SQLite that there is.
import { TidingsError } from '../../base/index.ts'
import { isRow, isSqliteDatabase, type SqliteDatabase } from './database.ts'

/** A database that the journal has opened, and has to close. */
export interface OpenedDatabase extends SqliteDatabase {
  close(): unknown
}

/** Opens the file with Node's own SQLite, or, where Node has none, with `libsql`. */
export async function openDatabase(file: string): Promise<OpenedDatabase> {
  const construct = findBuiltin() ?? (await loadLibsql())
  const database: unknown = Reflect.construct(construct, [file])
  if (isSqliteDatabase(database) && isClosable(database)) return database
  throw new TidingsError('ERR_JOURNAL_UNAVAILABLE', `${file} was opened as something that is no database.`)
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
    throw new TidingsError('ERR_JOURNAL_UNAVAILABLE', nothingFound, { cause })
  }
  throw new TidingsError('ERR_JOURNAL_UNAVAILABLE', nothingFound)
}

const nothingFound =
  'There is no SQLite: Node has one from 22.13 on; before, install `libsql`, or hand in a database of `better-sqlite3`.'

type Constructor = new (...values: never[]) => unknown

function isConstructor(value: unknown): value is Constructor {
  return typeof value === 'function'
}

function isClosable(database: SqliteDatabase): database is OpenedDatabase {
  return 'close' in database && typeof database.close === 'function'
}
