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

/** The number, nonce, size and time of an event, for retention. */
export interface EventSize {
  readonly seq: number
  readonly nonce: string
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

/** A stored event to erase. */
export interface ErasableEvent {
  readonly id: number
  readonly log: number
  readonly seq: number
  readonly nonce: string
  readonly bytes: number
  readonly at: number
  readonly key: string | null
  readonly erased: boolean
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
    data TEXT NOT NULL,
    erased INTEGER NOT NULL DEFAULT 0
  );
  CREATE UNIQUE INDEX IF NOT EXISTS tidings_event_seq ON tidings_event (log, seq);
  CREATE UNIQUE INDEX IF NOT EXISTS tidings_event_key ON tidings_event (log, key) WHERE key IS NOT NULL;
`

/** The columns that a file of an earlier version does not have, with their definitions. */
export const newEventColumns: Readonly<Record<string, string>> = { erased: 'INTEGER NOT NULL DEFAULT 0' }

/** The table of events, by prepared statements. */
export class EventTable {
  readonly #insert: SqliteStatement
  readonly #findKey: SqliteStatement
  readonly #find: SqliteStatement
  readonly #firstBeyond: SqliteStatement
  readonly #read: SqliteStatement
  readonly #insertErased: SqliteStatement
  readonly #deleteId: SqliteStatement
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
    this.#find = database.prepare(
      'SELECT id, log, seq, nonce, bytes, at, key, erased FROM tidings_event WHERE log = ? AND seq = ?',
    )
    // The sizes are summed without the data: what is not returned is not loaded either.
    this.#firstBeyond = database.prepare(
      `SELECT min(seq) AS seq FROM (SELECT seq, sum(bytes) OVER (ORDER BY seq) AS total FROM tidings_event
       WHERE log = ? AND seq >= ? AND seq <= ?) WHERE total > ?`,
    )
    this.#read = database.prepare(
      `SELECT seq, nonce, event, data, erased FROM tidings_event WHERE log = ? AND seq >= ? AND seq <= ? ORDER BY seq`,
    )
    this.#insertErased = database.prepare(
      `INSERT INTO tidings_event (log, seq, bytes, at, nonce, key, data, erased) VALUES (?, ?, 0, ?, ?, ?, 'null', 1)`,
    )
    this.#deleteId = database.prepare('DELETE FROM tidings_event WHERE id = ?')
    this.#sizes = database.prepare('SELECT seq, nonce, bytes, at FROM tidings_event WHERE log = ? ORDER BY seq LIMIT ?')
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

  /** An event without its data; `undefined` if it was dropped. */
  find(log: number, seq: number): ErasableEvent | undefined {
    const row = this.#find.get(log, seq)
    return isRow(row) ? toErasable(row) : undefined
  }

  /** Puts an event without name and data in the place of an event, with a new id: so the polls of others find it. */
  erase({ id, log, seq, at, nonce, key }: ErasableEvent): void {
    this.#deleteId.run(id)
    this.#insertErased.run(log, seq, at, nonce, key)
  }

  /** The first of the events `from` to `to` with which they are more than `maxBytes`; `undefined` if they are not. */
  firstBeyond(log: number, from: number, to: number, maxBytes: number): number | undefined {
    const row = this.#firstBeyond.get(log, from, to, maxBytes)
    return isRow(row) && row['seq'] !== null ? numberIn(row, 'seq') : undefined
  }

  /** The events `from` to `to`; those that are missing are not in the list. */
  read(log: number, from: number, to: number): StoredEvent[] {
    return this.#read.all(log, from, to).filter(isRow).map(toEvent)
  }

  /** The sizes of the first `limit` events. */
  sizes(log: number, limit: number): EventSize[] {
    const rows = this.#sizes.all(log, limit).filter(isRow)
    return rows.map((row) => ({
      seq: numberIn(row, 'seq'),
      nonce: textIn(row, 'nonce'),
      bytes: numberIn(row, 'bytes'),
      at: numberIn(row, 'at'),
    }))
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
  if (numberIn(row, 'erased') === 1) return { ...stored, erased: true }
  return typeof event === 'string' ? { ...stored, event } : stored
}

function toErasable(row: SqliteRow): ErasableEvent {
  const { key } = row
  return {
    id: numberIn(row, 'id'),
    log: numberIn(row, 'log'),
    seq: numberIn(row, 'seq'),
    nonce: textIn(row, 'nonce'),
    bytes: numberIn(row, 'bytes'),
    at: numberIn(row, 'at'),
    key: typeof key === 'string' ? key : null,
    erased: numberIn(row, 'erased') === 1,
  }
}

function toChange(row: SqliteRow): Change {
  return {
    id: numberIn(row, 'id'),
    topic: textIn(row, 'topic'),
    epoch: textIn(row, 'epoch'),
    tail: numberIn(row, 'tail'),
  }
}
