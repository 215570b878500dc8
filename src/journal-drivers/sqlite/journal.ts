// The journal in a SQLite file: the contract, over a connection to the file.
import { checkOptions, describeValue, oneOf, TidingsError, wholeNumber, type OptionChecks } from '../../base/index.ts'
import {
  checkEvent,
  checkEvents,
  checkRetention,
  checkTopic,
  createEpoch,
  fillRead,
  noLog,
  type AppendAllOptions,
  type Appended,
  type AppendOptions,
  type Journal,
  type NewEvent,
  type Page,
  type Position,
  type ReadFrom,
  type ReadOptions,
  type Unwatch,
  type Watcher,
} from '../../journal/index.ts'
import { appendEvent, appendEvents, eraseEvent } from './append-event.ts'
import { Connection, type ConnectionOptions } from './connection.ts'
import { readPage } from './read-page.ts'
import { isSqliteDatabase, type SqliteDatabase } from './database.ts'

/** Options of {@link sqliteJournal}. */
export interface SqliteJournalOptions {
  /**
   * When an event is durable. `full` (the default): an acknowledged event survives a power failure. `normal`: several
   * times the appends per second; events survive a crash of the process, but a power failure may lose the last ones.
   */
  readonly synchronous?: 'full' | 'normal' | undefined
  /** How long an operation waits while other processes have locked the file, in milliseconds. Default 5000. */
  readonly timeoutMs?: number | undefined
  /** The interval of polls for appends of other processes, while there are watchers, in milliseconds. Default 100. */
  readonly pollMs?: number | undefined
}

/**
 * Creates a journal that keeps events in a SQLite file, so that streams survive a restart or crash of the process. All
 * processes of one machine may share the file, without a server. Its folder must exist, on a local disk. The first
 * operation opens the file, with Node's own SQLite (22.13 and newer) or else with `libsql`, which you then install.
 *
 * Instead of a file name you may pass a database of `better-sqlite3`, `libsql`, `node:sqlite` or `bun:sqlite`. The
 * journal configures it (write-ahead log, no waiting for locks) and should have it to itself; `close()` leaves it open.
 *
 * @throws TidingsError `ERR_OPTION` for an invalid option, or what is neither a file name nor a database
 * @example
 * import { sqliteJournal } from 'tidings/journal/sqlite'
 *
 * const journal = sqliteJournal('tidings.db')
 * await journal.append('orders', '{"status":"paid"}', { event: 'order' })
 */
export function sqliteJournal(file: string | SqliteDatabase, options: SqliteJournalOptions = {}): Journal {
  return new SqliteJournal(toConnection(file, options))
}

class SqliteJournal implements Journal {
  readonly durability: 'process' | 'disk'
  readonly #connection: Connection

  constructor(options: ConnectionOptions) {
    this.durability = options.synchronous === 'full' ? 'disk' : 'process'
    this.#connection = new Connection(options)
  }

  async append(topic: string, data: string, options: AppendOptions = {}): Promise<Appended> {
    this.#check(topic, options)
    checkEvent(data, options.event)
    return this.#connection.write((batch) => appendEvent(batch, topic, data, options))
  }

  async appendAll(topic: string, events: readonly NewEvent[], options: AppendAllOptions = {}): Promise<Position> {
    this.#check(topic, options)
    checkEvents(events)
    // A copy: the caller may go on with its list.
    const kept = [...events]
    return this.#connection.write((batch) => appendEvents(batch, topic, kept, options))
  }

  async erase(topic: string, position: Position): Promise<boolean> {
    this.#check(topic)
    return this.#connection.write((batch) => eraseEvent(batch, topic, position))
  }

  async read(topic: string, from: ReadFrom, options?: ReadOptions): Promise<Page> {
    this.#check(topic)
    const limits = fillRead(options)
    const page = await this.#connection.read(({ logs, events }) => {
      const log = logs.find(topic, Date.now())
      return log === undefined ? undefined : readPage(events, log, from, limits)
    })
    if (page !== undefined) return page
    if (typeof from !== 'string') return noLog
    return this.#connection.write((batch) => {
      const log = batch.find(topic) ?? batch.make(topic, createEpoch())
      return readPage(batch.events, log, from, limits)
    })
  }

  async watch(topic: string, watcher: Watcher): Promise<Unwatch> {
    this.#check(topic)
    return this.#connection.watch(topic, watcher)
  }

  async trim(topic: string, before: number): Promise<void> {
    this.#check(topic)
    while (!(await this.#trimSome(topic, before))) continue
  }

  async ready(): Promise<void> {
    // An empty write transaction: it succeeds if the file exists, is a database and is writable.
    await this.#connection.write(() => undefined)
  }

  close(): Promise<void> {
    return this.#connection.close()
  }

  #check(topic: string, options: AppendAllOptions = {}): void {
    this.#connection.refuseClosed()
    checkTopic(topic)
    if (options.retention !== undefined) checkRetention(options.retention)
  }

  /** Trims at most 1000 events, so that other writers need not wait long. Resolves with `true` once all are trimmed. */
  #trimSome(topic: string, before: number): Promise<boolean> {
    return this.#connection.write((batch) => {
      const log = batch.find(topic)
      if (log === undefined || log.first >= before || log.first > log.tail) return true
      batch.trim(log, Math.min(before, log.first + 1000))
      return false
    })
  }
}

const sqliteChecks: OptionChecks<SqliteJournalOptions> = {
  synchronous: oneOf(['full', 'normal']),
  timeoutMs: wholeNumber(),
  pollMs: wholeNumber(),
}

function toConnection(file: string | SqliteDatabase, options: SqliteJournalOptions): ConnectionOptions {
  checkOptions('sqliteJournal()', options, sqliteChecks)
  const { synchronous = 'full', timeoutMs = 5000, pollMs = 100 } = options
  if (file === '' || file === ':memory:') {
    throw new TidingsError(
      'ERR_OPTION',
      'sqliteJournal needs a file name. For a journal in memory use memoryJournal().',
    )
  }
  if (typeof file !== 'string' && !isSqliteDatabase(file)) {
    const problem = `sqliteJournal needs a file name, or an open database of SQLite, not ${describeValue(file)}.`
    throw new TidingsError('ERR_OPTION', problem)
  }
  return { file, synchronous, timeoutMs, pollMs }
}
