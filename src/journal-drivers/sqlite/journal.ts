// The journal in a SQLite file.
import { checkWholeNumber, TidingsError } from '../../base/index.ts'
import { checkRetention, checkTopic, createEpoch, noLog } from '../../journal/index.ts'
import type { Appended, AppendOptions, Journal, Page, ReadFrom, Unwatch, Watcher } from '../../journal/index.ts'
import { appendEvent } from './append-event.ts'
import { Connection, type ConnectionOptions } from './connection.ts'
import { readPage } from './read-page.ts'
import type { SqliteDatabase } from './database.ts'

/** Options of {@link sqliteJournal}. */
export interface SqliteJournalOptions {
  /**
   * `full` (the default): an event that was acknowledged survives a power failure. `normal`: several times the appends a
   * second; it survives the end of the process, and a power failure may take the last of them back.
   */
  readonly synchronous?: 'full' | 'normal' | undefined
  /** How long an operation waits for other processes that write to the file, in milliseconds. Default 5000. */
  readonly timeoutMs?: number | undefined
  /** How often to look for what other processes have appended while there are watchers, in milliseconds. Default 100. */
  readonly pollMs?: number | undefined
}

/**
 * A journal in a file: streams survive a restart and a crash of the process. All processes of one machine may share it,
 * and none needs a server. The folder must be there, and on a local disk. The file is opened with the first operation, by
 * Node's own SQLite (22.13 and newer) or by `libsql`, which is to be installed then.
 *
 * A database of `better-sqlite3`, `libsql`, `node:sqlite` or `bun:sqlite` may be handed in instead. It is set up for the journal
 * (write-ahead log, no waiting for locks) and should be for it alone; `close()` leaves it open.
 *
 * @throws TidingsError `ERR_OPTION` for an option that is none
 * @example
 * import { sqliteJournal } from 'tidings/journal/sqlite'
 *
 * const journal = sqliteJournal('tidings.db')
 * await journal.append('orders', '{"status":"paid"}', { event: 'order' })
 */
export function sqliteJournal(file: string | SqliteDatabase, options: SqliteJournalOptions = {}): Journal {
  return new SqliteJournal(checkOptions(file, options))
}

class SqliteJournal implements Journal {
  readonly durability: 'process' | 'disk'
  readonly #connection: Connection

  constructor(options: ConnectionOptions) {
    this.durability = options.synchronous === 'full' ? 'disk' : 'process'
    this.#connection = new Connection(options)
  }

  async append(topic: string, data: string, options: AppendOptions = {}): Promise<Appended> {
    this.#check(topic)
    if (options.retention !== undefined) checkRetention(options.retention)
    refuseNul(data, options.event)
    return this.#connection.write((batch) => appendEvent(batch, topic, data, options))
  }

  async read(topic: string, from: ReadFrom, limit: number): Promise<Page> {
    this.#check(topic)
    const page = await this.#connection.read(({ logs, events }) => {
      const log = logs.find(topic, Date.now())
      return log === undefined ? undefined : readPage(events, log, from, limit)
    })
    if (page !== undefined) return page
    if (typeof from !== 'string') return noLog
    return this.#connection.write((batch) => {
      const log = batch.find(topic) ?? batch.make(topic, createEpoch())
      return readPage(batch.events, log, from, limit)
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
    // A transaction without a write: the file is there, is a database, and may be written to.
    await this.#connection.write(() => undefined)
  }

  close(): Promise<void> {
    return this.#connection.close()
  }

  #check(topic: string): void {
    this.#connection.refuseClosed()
    checkTopic(topic)
  }

  /** Whether all of it is done. A thousand events a transaction: others want to write too. */
  #trimSome(topic: string, before: number): Promise<boolean> {
    return this.#connection.write((batch) => {
      const log = batch.find(topic)
      if (log === undefined || log.first >= before || log.first > log.tail) return true
      batch.trim(log, Math.min(before, log.first + 1000))
      return false
    })
  }
}

/** SQLite's drivers end a text there when they read it. JSON text holds none. */
function refuseNul(data: string, event = ''): void {
  if (data.includes('\0')) throw new TidingsError('ERR_EVENT_DATA', 'The data is not JSON text: it holds NUL.')
  if (event.includes('\0'))
    throw new TidingsError('ERR_EVENT_FIELD', `The event's name holds NUL: ${JSON.stringify(event)}.`)
}

function checkOptions(file: string | SqliteDatabase, options: SqliteJournalOptions): ConnectionOptions {
  const { synchronous = 'full', timeoutMs = 5000, pollMs = 100 } = options
  if (file === '' || file === ':memory:') {
    throw new TidingsError('ERR_OPTION', 'The journal needs the name of a file. memoryJournal() is the one in memory.')
  }
  if (synchronous !== 'full' && synchronous !== 'normal') {
    throw new TidingsError('ERR_OPTION', `synchronous must be 'full' or 'normal', not ${String(synchronous)}.`)
  }
  for (const [name, value] of Object.entries({ timeoutMs, pollMs })) checkWholeNumber(name, value)
  return { file, synchronous, timeoutMs, pollMs }
}
