// The writes of one transaction.
import type { RetentionLimits, WatchedEvent } from '../../journal/index.ts'
import { dropBelow, dropBeyond } from './drop-events.ts'
import type { EventTable, KeyedEvent } from './event-table.ts'
import type { Log } from './log-table.ts'
import type { Store } from './store.ts'

/** A change of a log, to be reported to watchers. */
export interface Announcement {
  readonly topic: string
  /** `undefined` for an event that was erased. */
  readonly event: WatchedEvent | undefined
}

/** The most events of a forgotten log that one transaction deletes: it must not keep other writers waiting. */
const deleteLimit = 500

/** The writes of one transaction. It reads, cuts and saves each log once, however many events are appended to it. */
export class Batch {
  readonly now: number = Date.now()
  /** The changes to report to watchers once the transaction is committed. */
  readonly announcements: Announcement[] = []
  readonly #store: Store
  readonly #makesRoomFirst: boolean
  readonly #logs = new Map<string, Log>()
  /** The changed logs, with the limits to apply before each is saved; `undefined` for one to which nothing was appended. */
  readonly #changed = new Map<Log, RetentionLimits | undefined>()

  /** `makesRoomFirst` cuts a log before an event is inserted: slower, but it works in a full file. */
  constructor(store: Store, makesRoomFirst: boolean) {
    this.#store = store
    this.#makesRoomFirst = makesRoomFirst
  }

  get events(): EventTable {
    return this.#store.events
  }

  /** The topic's log, if there is one. */
  find(topic: string): Log | undefined {
    const log = this.#logs.get(topic) ?? this.#store.logs.find(topic, this.now)
    if (log !== undefined) this.#logs.set(topic, log)
    return log
  }

  /** The event of a log with this idempotency key, unless retention drops it. */
  findKey(log: Log, key: string): KeyedEvent | undefined {
    if (this.events.findKey(log.id, key) === undefined) return undefined
    this.#cut(log)
    return this.events.findKey(log.id, key)
  }

  /** A new log for a topic that has none. */
  make(topic: string, epoch: string): Log {
    const log = this.#store.logs.make(topic, epoch, this.now)
    this.#logs.set(topic, log)
    return log
  }

  /** Sets the limits of a log, before an event of `bytes` bytes is appended to it. */
  retain(log: Log, limits: RetentionLimits, bytes: number): void {
    const before = this.#changed.get(log)
    if (before !== undefined && !isSame(before, limits)) this.#cut(log)
    if (this.#makesRoomFirst) dropBeyond({ events: this.events, log }, limits, this.now, bytes)
    this.#changed.set(log, limits)
  }

  /** Has a log saved whose state was changed without an append. */
  change(log: Log): void {
    if (!this.#changed.has(log)) this.#changed.set(log, undefined)
  }

  /** Drops the events of a log with sequence numbers below `before`. */
  trim(log: Log, before: number): void {
    dropBelow({ events: this.events, log }, before)
    this.change(log)
  }

  /** Saves the logs, and deletes up to `writeCount` forgotten logs, or a part of a large one. */
  finish(writeCount: number): void {
    for (const log of this.#changed.keys()) {
      this.#cut(log)
      this.#store.logs.save(log)
    }
    for (let deleted = 0; deleted < writeCount; deleted += 1) if (!this.#deleteForgotten()) return
  }

  #cut(log: Log): void {
    const limits = this.#changed.get(log)
    if (limits !== undefined) dropBeyond({ events: this.events, log }, limits, this.now)
  }

  /** Deletes a forgotten log, or a part of it. Returns `true` if there may be another one to delete now. */
  #deleteForgotten(): boolean {
    const { logs, events } = this.#store
    const id = logs.takeForgotten(this.now)
    if (id === undefined) return false
    events.dropSome(id, deleteLimit)
    if (events.hasAny(id)) return false
    logs.delete(id)
    return true
  }
}

function isSame(one: RetentionLimits, two: RetentionLimits): boolean {
  return one.maxEvents === two.maxEvents && one.maxBytes === two.maxBytes && one.maxAgeMs === two.maxAgeMs
}
