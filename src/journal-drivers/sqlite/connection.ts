// The open file, and everything that is going on in it: opened when it is first needed, closed once.
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

/** What a connection is made of; nothing is left out. */
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

/** Rejects with a TidingsError, whatever SQLite has thrown. */
export class Connection {
  readonly #options: ConnectionOptions
  readonly #address: string
  readonly #watchers = new Watchers()
  #opening: Promise<Opened> | undefined
  #isClosed = false

  constructor(options: ConnectionOptions) {
    this.#options = options
    this.#address = typeof options.file === 'string' ? options.file : 'the database that was handed in'
  }

  /** @throws TidingsError `ERR_JOURNAL_CLOSED` after {@link Connection.close}. */
  refuseClosed(): void {
    if (this.#isClosed) throw closedError(`The journal in ${this.#address}`)
  }

  /** Works on what is there at one moment. In a turn of its own: whoever reads page after page holds nobody up. */
  async read<Result>(work: (store: Store) => Result): Promise<Result> {
    return this.#using(async ({ store }) => {
      await new Promise<void>((resolve) => nextTurn(resolve))
      this.refuseClosed()
      return this.#retry(() => store.reading(() => work(store)))
    })
  }

  /** Resolves once it is committed. */
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

  /** What was begun is finished first. */
  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#watchers.clear()
    try {
      const opened = await this.#opening
      opened?.poll.stop()
      await opened?.queue.empty()
      opened?.close()
      // libsql holds on to the file until its statements are collected.
      this.#opening = undefined
    } catch {
      // It could not be opened: whoever wanted to use it has been told.
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

  /** A file that could not be opened is tried again by the next operation. */
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
        poll.noteOwn(topic, event.epoch, event.seq)
        this.#watchers.tell(topic, event)
      },
    })
    return { store, queue, poll, close }
  }

  #retry<Result>(work: () => Result): Promise<Result> {
    return whileBusy(work, this.#options.timeoutMs)
  }
}
