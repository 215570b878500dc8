// The appends of all topics of this process that are ready to be sent: one statement for those that have gathered.
import { TidingsError } from '../../base/index.ts'
import {
  appendStatement,
  appendValues,
  isSkipped,
  isStored,
  lengthOf,
  toWatched,
  type LockRules,
  type TopicAppends,
} from './append.ts'
import { isLocked } from './error.ts'
import type { Listener } from './listener.ts'
import type { LockWaits } from './lock-waits.ts'
import type { PostgresRow } from './pool.ts'
import type { PostgresTables } from './tables.ts'

interface Batch extends TopicAppends {
  readonly deadline: number
  readonly resolve: (rows: readonly PostgresRow[]) => void
  readonly reject: (error: unknown) => void
}

/** How many statements are under way at the same time; two, so that one is executed while the other is on its way. */
const mostStatements = 2
const mostTopics = 128
const mostChars = 1024 * 1024

/**
 * Sends appends of several topics in one transaction: one round trip and one flush to disk for all that has gathered while
 * other statements were under way. It waits for no lock: a topic whose log is locked, perhaps by a transaction of a user,
 * is left out and then waits by itself.
 */
export class AppendLine {
  readonly #tables: PostgresTables
  readonly #lockWaits: LockWaits
  readonly #listener: Listener
  #waiting: Batch[] = []
  #running = 0

  constructor(tables: PostgresTables, lockWaits: LockWaits, listener: Listener) {
    this.#tables = tables
    this.#lockWaits = lockWaits
    this.#listener = listener
  }

  /** Resolves with a row for each item. No other appends to the topic may be under way. */
  send(appends: TopicAppends, deadline: number): Promise<readonly PostgresRow[]> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ ...appends, deadline, resolve, reject })
      if (this.#running < mostStatements) void this.#run()
    })
  }

  async #run(): Promise<void> {
    this.#running += 1
    // Appends of the same turn of the event loop are sent together.
    await Promise.resolve()
    while (this.#waiting.length > 0) await this.#settle(this.#take())
    this.#running -= 1
  }

  #take(): readonly Batch[] {
    let chars = 0
    const end = this.#waiting.findIndex(({ items }, index) => {
      chars += items.reduce((sum, item) => sum + lengthOf(item), 0)
      return index === mostTopics || (index > 0 && chars > mostChars)
    })
    const batches = this.#waiting.splice(0, end === -1 ? this.#waiting.length : end)
    // In every process in the same order: two statements never wait for each other's locks.
    return batches.toSorted((one, two) => (one.topic < two.topic ? -1 : 1))
  }

  async #settle(batches: readonly Batch[]): Promise<void> {
    const deadline = Math.min(...batches.map((batch) => batch.deadline))
    try {
      const rows = await this.#send(batches, deadline, { waitMs: 10, skipLocked: true })
      for (const [batch, own] of divide(batches, rows)) {
        if (isSkipped(own[0])) void this.#settleAlone(batch)
        else batch.resolve(own)
      }
    } catch (error) {
      // What one topic waits for, or the database cannot store, does not concern the others.
      const isFault = error instanceof TidingsError && error.code === 'ERR_EVENT_DATA'
      const isOfOne = isLocked(error) || (isFault && batches.length > 1)
      for (const batch of batches) {
        if (isOfOne && performance.now() < batch.deadline) void this.#settleAlone(batch)
        else batch.reject(error)
      }
    }
  }

  async #settleAlone(batch: Batch): Promise<void> {
    const { deadline, resolve, reject } = batch
    const send = (waitMs: number): Promise<readonly PostgresRow[]> =>
      this.#send([batch], deadline, { waitMs, skipLocked: false })
    await this.#lockWaits.wait(deadline, send).then(resolve, reject)
  }

  /** Sends one statement, and notifies the watchers of this process of what it has stored. */
  async #send(batches: readonly Batch[], deadline: number, rules: LockRules): Promise<readonly PostgresRow[]> {
    const topics = batches.map(({ topic }) => topic)
    let sentBy: number | undefined
    const onSend = (processId: number | undefined): void => {
      this.#listener.unexpectOwn(sentBy, topics)
      this.#listener.expectOwn(processId, topics)
      sentBy = processId
    }
    try {
      const rows = await this.#tables.query(deadline, appendStatement, appendValues(batches, rules), onSend)
      for (const [{ topic, items }, own] of divide(batches, rows)) {
        if (own.some(isStored))
          this.#listener.announce(topic, () => items.flatMap((item, at) => toWatched(item, own[at])))
        else this.#listener.unexpectOwn(sentBy, [topic])
      }
      return rows
    } catch (error) {
      this.#listener.unexpectOwn(sentBy, topics)
      // Only the answer may be lost.
      if (!isLocked(error)) for (const topic of topics) this.#listener.hint(topic)
      throw error
    }
  }
}

/** Each batch with the rows of its items. */
function divide(batches: readonly Batch[], rows: readonly PostgresRow[]): readonly [Batch, readonly PostgresRow[]][] {
  let start = 0
  return batches.map((batch) => [batch, rows.slice(start, (start += batch.items.length))])
}
