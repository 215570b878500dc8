// The journal that stores events in Postgres.
import { checkOptions, TidingsError, typed, wholeNumber, type OptionChecks } from '../../base/index.ts'
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
import { closedError } from '../../journal/internal.ts'
import { appendStatement, appendValues, toAppended, toAppendItem, type AppendItem } from './append.ts'
import { AppendLine } from './append-line.ts'
import { AppendQueue, type SendAppends } from './append-queue.ts'
import { Listener } from './listener.ts'
import { LockWaits } from './lock-waits.ts'
import { channelOf, namingChecks, type PostgresNames, type PostgresNaming } from './name.ts'
import { readStatement, readValues, toPage } from './page.ts'
import { checkClient, checkPool, type PostgresPool, type PostgresQueries, type PostgresRow } from './pool.ts'
import { PostgresServer, waitMs } from './server.ts'
import { PostgresTables } from './tables.ts'
import { Sweep } from './sweep.ts'

/** Options of {@link postgresJournal}. */
export interface PostgresJournalOptions extends PostgresNaming {
  /**
   * Whether missing tables and functions are created on first use. Default `true`; `false` if a migration runs the
   * statements of `postgresSchema()`.
   */
  readonly createTables?: boolean | undefined
  /** The timeout of every call, in milliseconds: after it, the call rejects. Default 5000. */
  readonly timeoutMs?: number | undefined
  /**
   * The pool of the one connection that runs LISTEN while at least one topic is watched. Default: the journal's own
   * pool. If that pool connects through PgBouncer in transaction mode, where LISTEN does not work, pass one that
   * connects directly.
   */
  readonly listenPool?: PostgresPool | undefined
}

const postgresChecks: OptionChecks<PostgresJournalOptions> = {
  ...namingChecks,
  createTables: typed('boolean'),
  timeoutMs: wholeNumber(),
  listenPool: typed('object'),
}

/** A {@link Journal} whose appends can be part of a transaction. */
export interface PostgresJournal extends Journal {
  /**
   * Appends in the transaction that is open on `client`: when it commits, the event is stored with everything else in
   * it, and watchers are notified; if it is rolled back, the event never existed. A refusal (`ERR_FENCED`,
   * `ERR_LOG_CLOSED`) and a duplicate leave the transaction usable. Until it ends, other appends to that topic wait:
   * keep it short, and append last.
   *
   * @throws TidingsError `ERR_OPTION` for what is no client of `pg`, or is a pool. An append rejects with it if no
   * transaction is under way: the event would be published whether what it announces is stored or not.
   */
  within(client: PostgresQueries): Pick<Journal, 'append'>
}

/**
 * Creates a journal that stores events in Postgres. They survive every restart, and any number of processes can share
 * the journal. Tables and functions are created on first use. Close the journal before you end the pool.
 *
 * @throws TidingsError `ERR_OPTION` for an invalid option
 * @example
 * import { Pool } from 'pg'
 * import { postgresJournal } from 'tidings/journal/postgres'
 *
 * const pool = new Pool({ connectionString: process.env.DATABASE_URL })
 * const journal = postgresJournal(pool)
 * await journal.append('orders', '{"status":"paid"}', { event: 'order' })
 */
export function postgresJournal(pool: PostgresPool, options: PostgresJournalOptions = {}): PostgresJournal {
  return new Postgres(pool, options)
}

class Postgres implements PostgresJournal {
  readonly durability = 'disk'
  readonly #timeoutMs: number
  readonly #server: PostgresServer
  readonly #tables: PostgresTables
  readonly #listener: Listener
  readonly #sweep: Sweep
  readonly #lockWaits = new LockWaits()
  readonly #line: AppendLine
  readonly #queues = new Map<string, AppendQueue>()
  #isClosed = false

  constructor(pool: PostgresPool, options: PostgresJournalOptions) {
    const { timeoutMs = 5000, createTables = true, listenPool } = options
    checkOptions('postgresJournal()', options, postgresChecks)
    checkPool(pool)
    if (listenPool !== undefined) checkPool(listenPool)
    this.#timeoutMs = timeoutMs
    this.#server = new PostgresServer(pool)
    this.#tables = new PostgresTables(this.#server, options, createTables)
    const listenServer = listenPool === undefined ? this.#server : new PostgresServer(listenPool)
    this.#listener = new Listener(listenServer, channelOf(options.prefix), timeoutMs)
    this.#sweep = new Sweep(this.#tables, timeoutMs)
    this.#line = new AppendLine(this.#tables, this.#lockWaits, this.#listener)
  }

  async append(topic: string, data: string, options: AppendOptions = {}): Promise<Appended> {
    return this.#append(topic, this.#toItem(topic, data, options))
  }

  async appendAll(topic: string, events: readonly NewEvent[], options: AppendAllOptions = {}): Promise<Position> {
    this.#check(topic)
    checkEvents(events)
    if (options.retention !== undefined) checkRetention(options.retention)
    return (await this.#append(topic, toAppendItem(events, { ...options, key: undefined }))).position
  }

  within(client: PostgresQueries): Pick<Journal, 'append'> {
    checkClient(client)
    return {
      append: async (topic, data, options = {}) => {
        const item = this.#toItem(topic, data, options)
        const deadline = this.#deadline
        const values = appendValues([{ topic, items: [item] }], { waitMs: waitMs(deadline), skipLocked: false })
        const [row] = await this.#tables.queryWithin(client, deadline, appendStatement, values)
        const appended = toAppended(item, row)
        if (appended instanceof TidingsError) throw appended
        return appended
      },
    }
  }

  async read(topic: string, from: ReadFrom, options?: ReadOptions): Promise<Page> {
    this.#check(topic)
    const values = readValues(topic, from, fillRead(options))
    const deadline = this.#deadline
    for (;;) {
      const page = toPage(await this.#tables.query(deadline, readStatement, values), from)
      if (page !== undefined) return page
      if (typeof from !== 'string') return noLog
      await this.#call(deadline, ({ open }) => `${open}($2, $3)`, [topic, createEpoch()])
    }
  }

  async erase(topic: string, { epoch, seq, nonce }: Position): Promise<boolean> {
    this.#check(topic)
    const values = [topic, epoch, seq, nonce]
    const [row] = await this.#call(this.#deadline, ({ erase }) => `${erase}($2, $3, $4, $5) as is_erased`, values)
    return row?.['is_erased'] === true
  }

  async watch(topic: string, watcher: Watcher): Promise<Unwatch> {
    this.#check(topic)
    return this.#listener.watch(topic, watcher)
  }

  async trim(topic: string, before: number): Promise<void> {
    this.#check(topic)
    await this.#call(this.#deadline, ({ trim }) => `${trim}($2, $3)`, [topic, before])
  }

  async ready(): Promise<void> {
    this.#refuseClosed()
    // What the first append would meet is met here: a schema that does not exist, tables that must not be created.
    await this.#tables.query(this.#deadline, () => 'select 1', [])
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#listener.close()
    await Promise.all([...this.#queues.values()].map((queue) => queue.settled()))
    await this.#sweep.close()
  }

  get #deadline(): number {
    return performance.now() + this.#timeoutMs
  }

  async #append(topic: string, item: AppendItem): Promise<Appended> {
    const appended = await this.#queue(topic).append(item, this.#deadline)
    this.#sweep.start()
    return appended
  }

  #toItem(topic: string, data: string, options: AppendOptions): AppendItem {
    this.#check(topic)
    checkEvent(data, options.event)
    if (options.retention !== undefined) checkRetention(options.retention)
    return toAppendItem([{ data, event: options.event }], options)
  }

  #check(topic: string): void {
    this.#refuseClosed()
    checkTopic(topic)
  }

  #refuseClosed(): void {
    if (this.#isClosed) throw closedError()
  }

  #queue(topic: string): AppendQueue {
    const known = this.#queues.get(topic)
    if (known !== undefined) return known
    const send: SendAppends = (items, deadline) => this.#line.send({ topic, items }, deadline)
    const queue = new AppendQueue(send, () => this.#queues.delete(topic))
    this.#queues.set(topic, queue)
    return queue
  }

  /** Calls a database function that may wait for the lock on a log. */
  #call(deadline: number, call: (names: PostgresNames) => string, values: unknown[]): Promise<readonly PostgresRow[]> {
    const statement = (names: PostgresNames): string => `select set_config('lock_timeout', $1, true), ${call(names)}`
    return this.#lockWaits.try(deadline, (waitMs) =>
      this.#tables.query(deadline, statement, [String(waitMs), ...values]),
    )
  }
}
