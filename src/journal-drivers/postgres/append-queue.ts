// The appends of this process to one topic: one statement at a time, with all that has gathered meanwhile.
import { TidingsError } from '../../base/index.ts'
import type { Appended } from '../../journal/index.ts'
import { toAppended, type AppendItem } from './append.ts'
import type { PostgresRow } from './pool.ts'

/** Sends items to the log, all of them in one transaction; resolves with their answers in their order. */
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
 * Keeps the order of appends that nobody awaits, and takes one connection for a topic, however many wait: they would only
 * wait for each other in the database. Under load a statement carries many, and one flush to disk keeps all of them.
 */
export class AppendQueue {
  readonly #send: SendAppends
  readonly #onIdle: () => void
  readonly #waiting: Waiting[] = []
  #running: Promise<void> | undefined

  /** `onIdle` is called when nothing waits any more. */
  constructor(send: SendAppends, onIdle: () => void) {
    this.#send = send
    this.#onIdle = onIdle
  }

  /** Settles by `deadline`, a time of `performance.now()`. */
  append(item: AppendItem, deadline: number): Promise<Appended> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, deadline, resolve, reject })
      this.#running ??= this.#run()
    })
  }

  /** Resolves when nothing waits any more. */
  async settled(): Promise<void> {
    await this.#running
  }

  async #run(): Promise<void> {
    // What is appended in the same turn goes together.
    await Promise.resolve()
    while (this.#waiting.length > 0) await this.#settle(this.#takeBatch())
    this.#running = undefined
    this.#onIdle()
  }

  #takeBatch(): Waiting[] {
    // Those whose time is over go by themselves: they are refused without being sent.
    const onTime = this.#waiting.findIndex(({ deadline }) => deadline > performance.now())
    if (onTime !== 0) return this.#waiting.splice(0, onTime === -1 ? this.#waiting.length : onTime)
    let chars = 0
    const end = this.#waiting.findIndex(({ item }, index) => {
      chars += item.data.length
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

  /** One text that cannot be kept must not take the others with it; the database has rolled all of them back. */
  async #settleFailed(batch: readonly Waiting[], error: unknown): Promise<void> {
    const isOfOne = error instanceof TidingsError && error.code === 'ERR_EVENT_DATA' && batch.length > 1
    for (const waiting of batch) {
      if (isOfOne) await this.#settle([waiting])
      else waiting.reject(error)
    }
  }
}
