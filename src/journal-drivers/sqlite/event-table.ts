// The table of events: those of all logs, in the order of their appends.
import type { StoredEvent } from '../../journal/index.ts'
import { isRow, numberIn, textIn, type SqliteDatabase, type SqliteRow, type SqliteStatement } from './database.ts'

/** An event to insert. */
export interface NewEvent extends StoredEvent {
  readonly log: number
  readonly key: string | undefined
  readonly bytes: number
  readonly at: number
}

/** The sequence number, size and time of an event, for retention. */
export interface EventSize {
  readonly seq: number
  readonly bytes: number
  readonly at: number
}

/** The position of the event that has an idempotency key. */
export interface KeyedEvent {
  readonly seq: number
  readonly nonce: string
}

/** An append to a log, found by the poll. */
export interface Change {
  /** The id of the log's newest event in the file; later appends have higher ones. */
  readonly id: number
  readonly topic: string
  readonly epoch: string
  readonly tail: number
}

/** Creates the table of events. AUTOINCREMENT: an id is never reused, so that a poll for newer ids misses none. */
export const eventTableSql = `
  CREATE TABLE IF NOT EXISTS tidings_event (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    log INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    at INTEGER NOT NULL,
    nonce TEXT NOT NULL,
    key TEXT,
    event TEXT,
    data TEXT NOT NULL
  );
  CREATE UNIQUE INDEX IF NOT EXISTS tidings_event_seq ON tidings_event (log, seq);
  CREATE UNIQUE INDEX IF NOT EXISTS tidings_event_key ON tidings_event (log, key) WHERE key IS NOT NULL;
`

/** The table of events, by prepared statements. */
export class EventTable {
  readonly #insert: SqliteStatement
  readonly #findKey: SqliteStatement
  readonly #findNonce: SqliteStatement
  readonly #read: SqliteStatement
  readonly #sizes: SqliteStatement
  readonly #drop: SqliteStatement
  readonly #dropSome: SqliteStatement
  readonly #lastId: SqliteStatement
  readonly #changes: SqliteStatement

  constructor(database: SqliteDatabase) {
    this.#insert = database.prepare(
      'INSERT INTO tidings_event (log, seq, bytes, at, nonce, key, event, data) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    )
    this.#findKey = database.prepare('SELECT seq, nonce FROM tidings_event WHERE log = ? AND key = ?')
    this.#findNonce = database.prepare('SELECT nonce FROM tidings_event WHERE log = ? AND seq = ?')
    this.#read = database.prepare(
      'SELECT seq, nonce, event, data FROM tidings_event WHERE log = ? AND seq > ? ORDER BY seq LIMIT ?',
    )
    this.#sizes = database.prepare('SELECT seq, bytes, at FROM tidings_event WHERE log = ? ORDER BY seq LIMIT ?')
    this.#drop = database.prepare('DELETE FROM tidings_event WHERE log = ? AND seq < ?')
    this.#dropSome = database.prepare(
      'DELETE FROM tidings_event WHERE id IN (SELECT id FROM tidings_event WHERE log = ? ORDER BY seq LIMIT ?)',
    )
    this.#lastId = database.prepare('SELECT coalesce(max(id), 0) AS id FROM tidings_event')
    // CROSS JOIN: from the newest events to their logs, never the other way round.
    this.#changes = database.prepare(
      `SELECT max(tidings_event.id) AS id, topic, epoch, tail FROM tidings_event CROSS JOIN tidings_log
       ON tidings_log.id = tidings_event.log WHERE tidings_event.id > ? AND topic IS NOT NULL GROUP BY tidings_log.id`,
    )
  }

  insert({ log, seq, bytes, at, nonce, key, event, data }: NewEvent): void {
    this.#insert.run(log, seq, bytes, at, nonce, key ?? null, event ?? null, data)
  }

  /** The event that has this idempotency key. */
  findKey(log: number, key: string): KeyedEvent | undefined {
    const row = this.#findKey.get(log, key)
    return isRow(row) ? { seq: numberIn(row, 'seq'), nonce: textIn(row, 'nonce') } : undefined
  }

  /** The nonce of an event; `undefined` if it was dropped. */
  findNonce(log: number, seq: number): string | undefined {
    const row = this.#findNonce.get(log, seq)
    return isRow(row) ? textIn(row, 'nonce') : undefined
  }

  read(log: number, after: number, limit: number): StoredEvent[] {
    return this.#read.all(log, after, limit).filter(isRow).map(toEvent)
  }

  /** The sizes of the first `limit` events. */
  sizes(log: number, limit: number): EventSize[] {
    const rows = this.#sizes.all(log, limit).filter(isRow)
    return rows.map((row) => ({ seq: numberIn(row, 'seq'), bytes: numberIn(row, 'bytes'), at: numberIn(row, 'at') }))
  }

  /** Deletes the events with sequence numbers below `before`. */
  drop(log: number, before: number): void {
    this.#drop.run(log, before)
  }

  /** Whether the log has any events. */
  hasAny(log: number): boolean {
    return this.#sizes.all(log, 1).length > 0
  }

  /** Deletes the first `limit` events. */
  dropSome(log: number, limit: number): void {
    this.#dropSome.run(log, limit)
  }

  /** The id of the newest event in the file. */
  lastId(): number {
    const row = this.#lastId.get()
    return isRow(row) ? numberIn(row, 'id') : 0
  }

  /** The logs with events of higher ids than `since`. */
  changes(since: number): Change[] {
    return this.#changes.all(since).filter(isRow).map(toChange)
  }
}

function toEvent(row: SqliteRow): StoredEvent {
  const { event } = row
  const stored = { seq: numberIn(row, 'seq'), nonce: textIn(row, 'nonce'), data: textIn(row, 'data') }
  return typeof event === 'string' ? { ...stored, event } : stored
}

function toChange(row: SqliteRow): Change {
  return {
    id: numberIn(row, 'id'),
    topic: textIn(row, 'topic'),
    epoch: textIn(row, 'epoch'),
    tail: numberIn(row, 'tail'),
  }
}
