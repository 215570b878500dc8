// The journal of one process: nothing to install, and nothing survives it.
import { checkWholeNumber, TidingsError } from '../base/index.ts'
import { closedError } from './closed-error.ts'
import { checkFence } from './fence.ts'
import {
  noLog,
  type Appended,
  type AppendOptions,
  type Journal,
  type Page,
  type ReadFrom,
  type Unwatch,
  type WatchedEvent,
  type Watcher,
} from './journal.ts'
import { MemoryLog } from './memory-log.ts'
import { createEpoch } from './position.ts'
import { checkRetention } from './retention.ts'
import { checkTopic } from './topic-name.ts'

/** Options of {@link memoryJournal}. */
export interface MemoryJournalOptions {
  /**
   * How many topics are kept. Default 100,000. For one more, the topic that was longest without an append and that nobody
   * watches is forgotten; where all are watched, an append rejects with `ERR_JOURNAL_FULL`.
   */
  readonly maxTopics?: number | undefined
}

/**
 * A journal in this process's memory: streams survive a reload and a broken connection. After a restart its epochs are new,
 * so that every reader that comes back is told (`reset`).
 *
 * @example
 * import { memoryJournal } from 'tidings/journal'
 *
 * const journal = memoryJournal({ maxTopics: 1000 })
 * await journal.append('orders', '{"status":"paid"}', { event: 'order' })
 * const { events } = await journal.read('orders', 'start', 10)
 * console.log(events[0]?.event, events[0]?.data) // order {"status":"paid"}
 */
export function memoryJournal(options: MemoryJournalOptions = {}): Journal {
  return new MemoryJournal(options)
}

class MemoryJournal implements Journal {
  readonly durability = 'none'
  readonly #maxTopics: number
  /** In the order of their last append. */
  readonly #logs = new Map<string, MemoryLog>()
  readonly #watchers = new Map<string, Set<Watcher>>()
  #sweep: Iterator<[string, MemoryLog]> | undefined
  #isClosed = false

  constructor({ maxTopics = 100_000 }: MemoryJournalOptions) {
    checkWholeNumber('maxTopics', maxTopics)
    this.#maxTopics = maxTopics
  }

  async append(topic: string, data: string, options: AppendOptions = {}): Promise<Appended> {
    this.#check(topic)
    if (options.retention !== undefined) checkRetention(options.retention)
    this.#forgetSome()
    const log = this.#find(topic)
    if (log !== undefined) {
      const appended = log.append(data, options)
      this.#logs.delete(topic)
      this.#logs.set(topic, log)
      return appended
    }
    // Before it is made: a refusal makes no log, and costs none that is there its place.
    checkFence({ epoch: '', tail: 0, closed: false }, options)
    return this.#make(topic, options.epoch).append(data, options)
  }

  async read(topic: string, from: ReadFrom, limit: number): Promise<Page> {
    this.#check(topic)
    const log = this.#find(topic) ?? (typeof from === 'string' ? this.#make(topic) : undefined)
    return log === undefined ? noLog : log.read(from, limit)
  }

  async watch(topic: string, watcher: Watcher): Promise<Unwatch> {
    this.#check(topic)
    const watchers = this.#watchers.get(topic) ?? new Set()
    this.#watchers.set(topic, watchers.add(watcher))
    return async () => {
      watchers.delete(watcher)
      if (watchers.size === 0 && this.#watchers.get(topic) === watchers) this.#watchers.delete(topic)
    }
  }

  async trim(topic: string, before: number): Promise<void> {
    this.#check(topic)
    this.#find(topic)?.trim(before)
  }

  async ready(): Promise<void> {
    this.#refuseClosed()
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#logs.clear()
    this.#watchers.clear()
  }

  #check(topic: string): void {
    this.#refuseClosed()
    checkTopic(topic)
  }

  #refuseClosed(): void {
    if (this.#isClosed) throw closedError()
  }

  #find(topic: string): MemoryLog | undefined {
    const log = this.#logs.get(topic)
    if (log === undefined || !this.#isForgotten(topic, log)) return log
    this.#logs.delete(topic)
    return undefined
  }

  /** It is there before its first event is: a watcher may read at once. */
  #make(topic: string, epoch: string = createEpoch()): MemoryLog {
    if (this.#logs.size >= this.#maxTopics) this.#makeRoom()
    const log = new MemoryLog(epoch, (event) => this.#notify(topic, event))
    this.#logs.set(topic, log)
    return log
  }

  #notify(topic: string, event: WatchedEvent): void {
    for (const watcher of this.#watchers.get(topic) ?? []) watcher.onEvent(event)
  }

  #makeRoom(): void {
    for (const topic of this.#logs.keys()) {
      if (this.#watchers.has(topic)) continue
      this.#logs.delete(topic)
      return
    }
    throw new TidingsError('ERR_JOURNAL_FULL', `All of the ${this.#maxTopics} topics are being read.`)
  }

  /** Looks at two logs for each append: all are seen again and again, and no timer keeps the process alive. */
  #forgetSome(): void {
    for (let looks = 0; looks < 2; looks += 1) {
      this.#sweep ??= this.#logs.entries()
      const { done, value } = this.#sweep.next()
      if (done) this.#sweep = undefined
      else if (this.#isForgotten(...value)) this.#logs.delete(value[0])
    }
  }

  #isForgotten(topic: string, log: MemoryLog): boolean {
    return log.isStale && !this.#watchers.has(topic)
  }
}
