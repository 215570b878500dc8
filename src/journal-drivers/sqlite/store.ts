// The journal's database: its two tables, and transactions.
import { TidingsError } from '../../base/index.ts'
import { createTables } from './schema.ts'
import { EventTable } from './event-table.ts'
import { LogTable } from './log-table.ts'
import { isRow, numberIn, type SqliteDatabase, type SqliteStatement } from './database.ts'

/** When a commit is on disk: `full` syncs each commit, `normal` leaves that to the operating system. */
export type Synchronous = 'full' | 'normal'

/**
 * The tables, whose statements are prepared once, and transactions. BEGIN and COMMIT are not prepared: with libsql a
 * prepared one that found the file busy stays in progress, and no transaction can be committed from then on.
 */
export class Store {
  readonly logs: LogTable
  readonly events: EventTable
  readonly #database: SqliteDatabase
  readonly #dataVersion: SqliteStatement

  /** Configures the connection, and creates the tables if they are missing. */
  constructor(database: SqliteDatabase, synchronous: Synchronous) {
    setUp(database, synchronous)
    this.logs = new LogTable(database)
    this.events = new EventTable(database)
    this.#database = database
    this.#dataVersion = database.prepare('PRAGMA data_version')
  }

  /** Runs `work` in a read transaction: it reads one snapshot. */
  reading<Result>(work: () => Result): Result {
    return this.#within('BEGIN', work)
  }

  /** Runs `work` in a write transaction: committed when this returns (see {@link Synchronous}), undone if it throws. */
  writing<Result>(work: () => Result): Result {
    return this.#within('BEGIN IMMEDIATE', work)
  }

  /** A number that changes when another connection commits. */
  dataVersion(): number {
    const row = this.#dataVersion.get()
    return isRow(row) ? numberIn(row, 'data_version') : 0
  }

  #within<Result>(begin: string, work: () => Result): Result {
    this.#database.exec(begin)
    try {
      const result = work()
      this.#database.exec('COMMIT')
      return result
    } catch (error) {
      this.#undo()
      throw error
    }
  }

  #undo(): void {
    try {
      this.#database.exec('ROLLBACK')
    } catch {
      // After a full disk or a failed write SQLite has rolled back by itself; the caller throws the first error.
    }
  }
}

function setUp(database: SqliteDatabase, synchronous: Synchronous): void {
  // 0: the journal itself waits for other processes, without blocking this one (retry.ts, WriteQueue).
  database.exec('PRAGMA busy_timeout = 0')
  const mode = database.prepare('PRAGMA journal_mode = WAL').get()
  if (!isRow(mode) || mode['journal_mode'] !== 'wal') {
    throw new TidingsError(
      'ERR_JOURNAL_UNAVAILABLE',
      'SQLite cannot use a write-ahead log for this database: it is in memory, or on a file system without locks.',
    )
  }
  database.exec(`PRAGMA synchronous = ${synchronous}`)
  // After a burst the write-ahead log is truncated to 64 MiB.
  database.exec('PRAGMA journal_size_limit = 67108864')
  // Pages that become free are overwritten where that takes no further writing: what was erased is not left in the file.
  database.exec('PRAGMA secure_delete = FAST')
  createTables(database)
}
