// The file as the journal uses it: two tables, and transactions over them.
import { TidingsError } from '../../base/index.ts'
import { EventTable, eventTableSql } from './event-table.ts'
import { LogTable, logTableSql } from './log-table.ts'
import { isRow, numberIn, type SqliteDatabase, type SqliteStatement } from './database.ts'

/** How the file is kept: `full` writes through to the disk with each commit, `normal` leaves that to the operating system. */
export type Synchronous = 'full' | 'normal'

/**
 * All statements that work in a transaction, prepared once. Those around it are not: a prepared BEGIN or COMMIT that found
 * the file busy stays in progress with libsql, and no transaction can be committed from then on.
 */
export class Store {
  readonly logs: LogTable
  readonly events: EventTable
  readonly #database: SqliteDatabase
  readonly #dataVersion: SqliteStatement

  /** Sets the connection up, and makes the tables where there are none. */
  constructor(database: SqliteDatabase, synchronous: Synchronous) {
    setUp(database, synchronous)
    this.logs = new LogTable(database)
    this.events = new EventTable(database)
    this.#database = database
    this.#dataVersion = database.prepare('PRAGMA data_version')
  }

  /** Everything that `work` reads is of one moment. */
  reading<Result>(work: () => Result): Result {
    return this.#within('BEGIN', work)
  }

  /** All that `work` writes is there, and on disk as far as that is wanted, when this returns; or nothing of it. */
  writing<Result>(work: () => Result): Result {
    return this.#within('BEGIN IMMEDIATE', work)
  }

  /** Another number than before when another connection has committed something. */
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
      // After a full disk or a failed write SQLite has rolled back by itself; what went wrong is thrown by the caller.
    }
  }
}

function setUp(database: SqliteDatabase, synchronous: Synchronous): void {
  // 0: waiting for other processes is done without blocking this one (WriteQueue).
  database.exec('PRAGMA busy_timeout = 0')
  const mode = database.prepare('PRAGMA journal_mode = WAL').get()
  if (!isRow(mode) || mode['journal_mode'] !== 'wal') {
    throw new TidingsError(
      'ERR_JOURNAL_UNAVAILABLE',
      'SQLite cannot keep a write-ahead log for this database: it is in memory, or on a file system without locks.',
    )
  }
  database.exec(`PRAGMA synchronous = ${synchronous}`)
  // What a burst has made of the write-ahead log is given back.
  database.exec('PRAGMA journal_size_limit = 67108864')
  database.exec(logTableSql)
  database.exec(eventTableSql)
}
