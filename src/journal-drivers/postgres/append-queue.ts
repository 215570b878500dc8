// The queue of this process's appends to one topic: one statement at a time, with a batch of the waiting appends.
import { TidingsError } from '../../base/index.ts'
import type { Appended } from '../../journal/index.ts'
import { lengthOf, toAppended, type AppendItem } from './append.ts'
import type { PostgresRow } from './pool.ts'

/** Appends all items in one transaction; resolves with a result row for each, in their order. */
export type SendAppends = (items: readonly AppendItem[], deadline: number) => Promise<readonly PostgresRow[]>

interface Waiting {
  readonly item: AppendItem
  readonly deadline: number
  readonly resolve: (appended: Appended) => void
  readonly reject: (error: unknown) => void
}

const batchItems = 100
const batchChars = 1024 * 1024

/**
 * Appends in the order of the calls, also of those that the caller does not await. A topic uses one connection at most:
 * more would only wait for each other's lock. Under load a statement contains many appends, for one flush to disk.
 */
export class AppendQueue {
  readonly #send: SendAppends
  readonly #onIdle: () => void
  readonly #waiting: Waiting[] = []
  #running: Promise<void> | undefined

  /** `onIdle` is called when the queue has become empty. */
  constructor(send: SendAppends, onIdle: () => void) {
    this.#send = send
    this.#onIdle = onIdle
  }

  /** Adds an append to the queue; it settles by `deadline`, a time of `performance.now()`. */
  append(item: AppendItem, deadline: number): Promise<Appended> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, deadline, resolve, reject })
      this.#running ??= this.#run()
    })
  }

  /** Resolves when the queue is empty. */
  async settled(): Promise<void> {
    await this.#running
  }

  async #run(): Promise<void> {
    // Appends of the same turn of the event loop are sent in one batch.
    await Promise.resolve()
    while (this.#waiting.length > 0) await this.#settle(this.#takeBatch())
    this.#running = undefined
    this.#onIdle()
  }

  #takeBatch(): Waiting[] {
    // Appends whose deadline has passed are a batch of their own, which is rejected without being sent.
    const inTime = this.#waiting.findIndex(({ deadline }) => deadline > performance.now())
    if (inTime !== 0) return this.#waiting.splice(0, inTime === -1 ? this.#waiting.length : inTime)
    let chars = 0
    const end = this.#waiting.findIndex(({ item }, index) => {
      chars += lengthOf(item)
      return index === batchItems || (index > 0 && chars > batchChars)
    })
    return this.#waiting.splice(0, end === -1 ? this.#waiting.length : end)
  }

  async #settle(batch: readonly Waiting[]): Promise<void> {
    const [oldest] = batch
    if (oldest === undefined) return
    try {
      const rows = await this.#send(
        batch.map(({ item }) => item),
        oldest.deadline,
      )
      for (const [index, { item, resolve, reject }] of batch.entries()) {
        const appended = toAppended(item, rows[index])
        if (appended instanceof TidingsError) reject(appended)
        else resolve(appended)
      }
    } catch (error) {
      await this.#settleFailed(batch, error)
    }
  }

  /**
   * If one text cannot be stored, the database rolls back the whole batch: each append is then sent by itself. One of
   * several events is never split.
   */
  async #settleFailed(batch: readonly Waiting[], error: unknown): Promise<void> {
    const isFaultOfOne = error instanceof TidingsError && error.code === 'ERR_EVENT_DATA' && batch.length > 1
    for (const waiting of batch) {
      if (isFaultOfOne) await this.#settle([waiting])
      else waiting.reject(error)
    }
  }
}
