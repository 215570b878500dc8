// The journal in the memory of one process: nothing to install, and nothing survives the process.
import { checkOptions, TidingsError, wholeNumber, type OptionChecks } from '../base/index.ts'
import { closedError } from './closed-error.ts'
import { checkEvent, checkEvents, fillRead } from './event-check.ts'
import { checkFence } from './fence.ts'
import {
  noLog,
  type AppendAllOptions,
  type Appended,
  type AppendOptions,
  type Journal,
  type NewEvent,
  type Page,
  type ReadFrom,
  type ReadOptions,
  type Unwatch,
  type WatchedEvent,
  type Watcher,
} from './journal.ts'
import { MemoryLog } from './memory-log.ts'
import { createEpoch, type Position } from './position.ts'
import { checkRetention } from './retention.ts'
import { checkTopic } from './topic-name.ts'

/** Options of {@link memoryJournal}. */
export interface MemoryJournalOptions {
  /**
   * The largest number of topics. Default 100,000. One more evicts the unwatched topic whose last append is the oldest;
   * if all are watched, it is refused with `ERR_JOURNAL_FULL`.
   */
  readonly maxTopics?: number | undefined
}

const memoryChecks: OptionChecks<MemoryJournalOptions> = { maxTopics: wholeNumber() }

/**
 * Creates a journal in this process's memory: streams survive a page reload and a broken connection. After a restart
 * its epochs are new, so that every reader that reconnects is told (`tidings:reset`).
 *
 * @example
 * import { memoryJournal } from 'tidings/journal'
 *
 * const journal = memoryJournal({ maxTopics: 1000 })
 * await journal.append('orders', '{"status":"paid"}', { event: 'order' })
 * const { events } = await journal.read('orders', 'start')
 * console.log(events[0]?.event, events[0]?.data) // order {"status":"paid"}
 */
export function memoryJournal(options: MemoryJournalOptions = {}): Journal {
  return new MemoryJournal(options)
}

class MemoryJournal implements Journal {
  readonly durability = 'none'
  readonly #maxTopics: number
  /** By topic, in the order of their last append. */
  readonly #logs = new Map<string, MemoryLog>()
  readonly #watchers = new Map<string, Set<Watcher>>()
  #sweep: Iterator<[string, MemoryLog]> | undefined
  #isClosed = false

  constructor(options: MemoryJournalOptions) {
    checkOptions('memoryJournal()', options, memoryChecks)
    this.#maxTopics = options.maxTopics ?? 100_000
  }

  async append(topic: string, data: string, options: AppendOptions = {}): Promise<Appended> {
    checkEvent(data, options.event)
    return this.#write(topic, options, (log) => log.append(data, options))
  }

  async appendAll(topic: string, events: readonly NewEvent[], options: AppendAllOptions = {}): Promise<Position> {
    checkEvents(events)
    return this.#write(topic, options, (log) => log.appendAll(events, options))
  }

  async read(topic: string, from: ReadFrom, options?: ReadOptions): Promise<Page> {
    this.#refuseInvalid(topic)
    const limits = fillRead(options)
    const log = this.#find(topic) ?? (typeof from === 'string' ? this.#create(topic) : undefined)
    return log === undefined ? noLog : log.read(from, limits)
  }

  async erase(topic: string, position: Position): Promise<boolean> {
    this.#refuseInvalid(topic)
    return this.#find(topic)?.erase(position) ?? false
  }

  async watch(topic: string, watcher: Watcher): Promise<Unwatch> {
    this.#refuseInvalid(topic)
    const watchers = this.#watchers.get(topic) ?? new Set()
    this.#watchers.set(topic, watchers.add(watcher))
    return async () => {
      watchers.delete(watcher)
      if (watchers.size === 0 && this.#watchers.get(topic) === watchers) this.#watchers.delete(topic)
    }
  }

  async trim(topic: string, before: number): Promise<void> {
    this.#refuseInvalid(topic)
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

  /** Appends to the log of a topic, which is created if there is none, and is then the last to be evicted. */
  #write<Result>(topic: string, options: AppendAllOptions, work: (log: MemoryLog) => Result): Result {
    this.#refuseInvalid(topic)
    if (options.retention !== undefined) checkRetention(options.retention)
    this.#forgetStale()
    const log = this.#find(topic)
    if (log !== undefined) {
      const result = work(log)
      this.#logs.delete(topic)
      this.#logs.set(topic, log)
      return result
    }
    // Checked before the log is created: a refused append neither creates a log nor evicts one.
    checkFence({ epoch: '', tail: 0, closed: false }, options)
    return work(this.#create(topic, options.epoch))
  }

  #refuseInvalid(topic: string): void {
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

  /** Creates a log and stores it before its first append: a watcher may read as soon as it is notified. */
  #create(topic: string, epoch: string = createEpoch()): MemoryLog {
    if (this.#logs.size >= this.#maxTopics) this.#evictOne()
    const log = new MemoryLog(epoch, (event) => this.#notify(topic, event))
    this.#logs.set(topic, log)
    return log
  }

  #notify(topic: string, event?: WatchedEvent): void {
    for (const watcher of this.#watchers.get(topic) ?? []) watcher.onEvent(event)
  }

  #evictOne(): void {
    for (const topic of this.#logs.keys()) {
      if (this.#watchers.has(topic)) continue
      this.#logs.delete(topic)
      return
    }
    throw new TidingsError('ERR_JOURNAL_FULL', `All ${this.#maxTopics} topics are being watched. Raise maxTopics.`)
  }

  /** Checks two logs at each append, in rotation: without a timer, which would keep the process alive. */
  #forgetStale(): void {
    for (let checked = 0; checked < 2; checked += 1) {
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
