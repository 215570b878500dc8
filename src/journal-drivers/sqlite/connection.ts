// The connection to the file, which is opened by the first operation: reads, the write queue and the change poll.
import { nextTurn } from '../../base/index.ts'
import type { Unwatch, Watcher } from '../../journal/index.ts'
import { closedError } from '../../journal/internal.ts'
import type { Batch } from './batch.ts'
import { ChangePoll } from './change-poll.ts'
import { openDatabase } from './open-database.ts'
import { whileBusy } from './retry.ts'
import type { SqliteDatabase } from './database.ts'
import { toJournalError } from './error.ts'
import { Store, type Synchronous } from './store.ts'
import { Watchers } from './watchers.ts'
import { WriteQueue } from './write-queue.ts'

/** Options of a {@link Connection}, with all defaults filled in. */
export interface ConnectionOptions {
  readonly file: string | SqliteDatabase
  readonly synchronous: Synchronous
  readonly timeoutMs: number
  readonly pollMs: number
}

interface Opened {
  readonly store: Store
  readonly queue: WriteQueue
  readonly poll: ChangePoll
  close(): void
}

/** A connection to the file. Its methods reject with a TidingsError, whatever SQLite throws. */
export class Connection {
  readonly #options: ConnectionOptions
  readonly #address: string
  readonly #watchers = new Watchers()
  #opening: Promise<Opened> | undefined
  #isClosed = false

  constructor(options: ConnectionOptions) {
    this.#options = options
    this.#address = typeof options.file === 'string' ? options.file : 'the database passed to sqliteJournal()'
  }

  /** @throws TidingsError `ERR_JOURNAL_CLOSED` after {@link Connection.close}. */
  refuseClosed(): void {
    if (this.#isClosed) throw closedError(`The journal in ${this.#address}`)
  }

  /** Reads a snapshot, in a turn of the event loop of its own: a reader of many pages must not block the process. */
  async read<Result>(work: (store: Store) => Result): Promise<Result> {
    return this.#using(async ({ store }) => {
      await new Promise<void>((resolve) => nextTurn(resolve))
      this.refuseClosed()
      return this.#retry(() => store.reading(() => work(store)))
    })
  }

  /** Runs `work` in a transaction with other writes, and resolves with its result once that is committed. */
  async write<Result>(work: (batch: Batch) => Result): Promise<Result> {
    return this.#using(({ queue }) => queue.add(work))
  }

  async watch(topic: string, watcher: Watcher): Promise<Unwatch> {
    return this.#using(async ({ poll }) => {
      const remove = this.#watchers.add(topic, watcher)
      const unwatch = async (): Promise<void> => {
        remove()
        if (this.#watchers.isEmpty) poll.stop()
      }
      try {
        await this.#retry(() => poll.start())
        return unwatch
      } catch (error) {
        await unwatch()
        throw error
      }
    })
  }

  /** Closes the file after all pending writes; a database that was passed in stays open. */
  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#watchers.clear()
    try {
      const opened = await this.#opening
      opened?.poll.stop()
      await opened?.queue.empty()
      opened?.close()
      // libsql keeps the file open until its statements are garbage collected.
      this.#opening = undefined
    } catch {
      // The file could not be opened: the operations that needed it have rejected.
    }
  }

  async #using<Result>(work: (opened: Opened) => Promise<Result>): Promise<Result> {
    this.refuseClosed()
    try {
      const opened = await this.#open()
      this.refuseClosed()
      return await work(opened)
    } catch (error) {
      throw toJournalError(error, this.#address)
    }
  }

  /** Opens the file once; if that fails, the next operation tries again. */
  #open(): Promise<Opened> {
    this.#opening ??= this.#openNow().catch((error: unknown) => {
      this.#opening = undefined
      throw error
    })
    return this.#opening
  }

  async #openNow(): Promise<Opened> {
    const { file } = this.#options
    if (typeof file !== 'string') return this.#setUp(file, () => undefined)
    const database = await openDatabase(file)
    try {
      return await this.#setUp(database, () => void database.close())
    } catch (error) {
      database.close()
      throw error
    }
  }

  async #setUp(database: SqliteDatabase, close: () => void): Promise<Opened> {
    const { synchronous, timeoutMs, pollMs } = this.#options
    const store = await this.#retry(() => new Store(database, synchronous))
    const poll = new ChangePoll({ store, watchers: this.#watchers, pollMs })
    const queue = new WriteQueue({
      store,
      timeoutMs,
      announce: ({ topic, event }) => {
        if (event !== undefined) poll.noteOwn(topic, event.epoch, event.seq)
        this.#watchers.notify(topic, event)
      },
    })
    return { store, queue, poll, close }
  }

  #retry<Result>(work: () => Result): Promise<Result> {
    return whileBusy(work, this.#options.timeoutMs)
  }
}
