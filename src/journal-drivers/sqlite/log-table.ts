// The table of logs: a row for each topic's log, and for each forgotten log that still has events to delete.
import { isRow, numberIn, textIn, type SqliteDatabase, type SqliteStatement } from './database.ts'

/** The state of a log. `id` is unique in the file. */
export interface Log {
  readonly id: number
  readonly epoch: string
  first: number
  tail: number
  nonce: string
  /** The last event that was dropped, and its nonce: of use while it is the one before `first`. */
  trimmedSeq: number
  trimmedNonce: string
  /** How many of its events were ever erased. */
  erasures: number
  closed: boolean
  /** The bytes of data of all its events. */
  bytes: number
  /** When the log is forgotten, in milliseconds since 1970; `Infinity` for never. */
  forgetAt: number
}

/** Creates the table of logs. A log without a topic is forgotten: its events are still to be deleted. */
export const logTableSql = `
  CREATE TABLE IF NOT EXISTS tidings_log (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    topic TEXT UNIQUE,
    epoch TEXT NOT NULL,
    first INTEGER NOT NULL DEFAULT 1,
    tail INTEGER NOT NULL DEFAULT 0,
    nonce TEXT NOT NULL DEFAULT '',
    closed INTEGER NOT NULL DEFAULT 0,
    bytes INTEGER NOT NULL DEFAULT 0,
    forget_at INTEGER,
    trimmed_seq INTEGER NOT NULL DEFAULT 0,
    trimmed_nonce TEXT NOT NULL DEFAULT '',
    erasures INTEGER NOT NULL DEFAULT 0
  );
  CREATE INDEX IF NOT EXISTS tidings_log_forget_at ON tidings_log (forget_at) WHERE forget_at IS NOT NULL;
`

/** The columns that a file of an earlier version does not have, with their definitions. */
export const newLogColumns: Readonly<Record<string, string>> = {
  trimmed_seq: 'INTEGER NOT NULL DEFAULT 0',
  trimmed_nonce: "TEXT NOT NULL DEFAULT ''",
  erasures: 'INTEGER NOT NULL DEFAULT 0',
}

/** A log that was created by a read and has no events is kept for a week: such logs must not pile up. */
const unusedForMs = 7 * 24 * 60 * 60 * 1000

/** The table of logs, by prepared statements. */
export class LogTable {
  readonly #find: SqliteStatement
  readonly #make: SqliteStatement
  readonly #save: SqliteStatement
  readonly #detach: SqliteStatement
  readonly #findForgotten: SqliteStatement
  readonly #detachId: SqliteStatement
  readonly #delete: SqliteStatement

  constructor(database: SqliteDatabase) {
    this.#find = database.prepare('SELECT * FROM tidings_log WHERE topic = ?')
    this.#make = database.prepare('INSERT INTO tidings_log (topic, epoch, forget_at) VALUES (?, ?, ?) RETURNING *')
    this.#save = database.prepare(
      `UPDATE tidings_log SET first = ?, tail = ?, nonce = ?, closed = ?, bytes = ?, forget_at = ?, trimmed_seq = ?,
       trimmed_nonce = ?, erasures = ? WHERE id = ?`,
    )
    this.#detach = database.prepare('UPDATE tidings_log SET topic = NULL, forget_at = 0 WHERE topic = ?')
    this.#findForgotten = database.prepare('SELECT id FROM tidings_log WHERE forget_at <= ? ORDER BY forget_at LIMIT 1')
    this.#detachId = database.prepare('UPDATE tidings_log SET topic = NULL, forget_at = 0 WHERE id = ?')
    this.#delete = database.prepare('DELETE FROM tidings_log WHERE id = ?')
  }

  /** The topic's log, unless there is none or it is forgotten. */
  find(topic: string, now: number): Log | undefined {
    const row = this.#find.get(topic)
    const log = isRow(row) ? toLog(row) : undefined
    return log !== undefined && log.forgetAt > now ? log : undefined
  }

  /** Creates a log for the topic, and detaches a forgotten one. */
  make(topic: string, epoch: string, now: number): Log {
    this.#detach.run(topic)
    const row = this.#make.get(topic, epoch, now + unusedForMs)
    if (!isRow(row)) throw new Error('SQLite returned no row for an INSERT')
    return toLog(row)
  }

  save(log: Log): void {
    const { first, tail, nonce, closed, bytes, forgetAt, trimmedSeq, trimmedNonce, erasures, id } = log
    const forget = Number.isFinite(forgetAt) ? forgetAt : null
    this.#save.run(first, tail, nonce, closed ? 1 : 0, bytes, forget, trimmedSeq, trimmedNonce, erasures, id)
  }

  /** The id of a forgotten log. Detaches it, so that it stays forgotten even if the clock is set back. */
  takeForgotten(now: number): number | undefined {
    const row = this.#findForgotten.get(now)
    if (!isRow(row)) return undefined
    const id = numberIn(row, 'id')
    this.#detachId.run(id)
    return id
  }

  delete(id: number): void {
    this.#delete.run(id)
  }
}

function toLog(row: Readonly<Record<string, unknown>>): Log {
  return {
    id: numberIn(row, 'id'),
    epoch: textIn(row, 'epoch'),
    first: numberIn(row, 'first'),
    tail: numberIn(row, 'tail'),
    nonce: textIn(row, 'nonce'),
    trimmedSeq: numberIn(row, 'trimmed_seq'),
    trimmedNonce: textIn(row, 'trimmed_nonce'),
    erasures: numberIn(row, 'erasures'),
    closed: numberIn(row, 'closed') === 1,
    bytes: numberIn(row, 'bytes'),
    forgetAt: row['forget_at'] === null ? Infinity : numberIn(row, 'forget_at'),
  }
}
