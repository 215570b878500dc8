// What is written in one transaction.
import type { RetentionLimits, WatchedEvent } from '../../journal/index.ts'
import { dropBelow, dropBeyond } from './drop-events.ts'
import type { EventTable, KeyedEvent } from './event-table.ts'
import type { Log } from './log-table.ts'
import type { Store } from './store.ts'

/** An append that watchers are to hear of. */
export interface Announcement {
  readonly topic: string
  readonly event: WatchedEvent
}

/** How many events of a forgotten log go in one transaction: it must not keep others waiting. */
const deletedAtOnce = 500

/** Logs are read once, cut once and saved once in a transaction, however many events go into them. */
export class Batch {
  readonly now: number = Date.now()
  /** To be told once everything is committed. */
  readonly announcements: Announcement[] = []
  readonly #store: Store
  readonly #makesRoomFirst: boolean
  readonly #logs = new Map<string, Log>()
  /** What changed logs are to be cut to before they are saved; a log that was only trimmed, to nothing. */
  readonly #changed = new Map<Log, RetentionLimits | undefined>()

  /** `makesRoomFirst` cuts a log before an event goes into it: slower, but it needs no room in a file that is full. */
  constructor(store: Store, makesRoomFirst: boolean) {
    this.#store = store
    this.#makesRoomFirst = makesRoomFirst
  }

  get events(): EventTable {
    return this.#store.events
  }

  /** The topic's log. */
  find(topic: string): Log | undefined {
    const log = this.#logs.get(topic) ?? this.#store.logs.find(topic, this.now)
    if (log !== undefined) this.#logs.set(topic, log)
    return log
  }

  /** The event of a log that has this key, and is kept. */
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

  /** Keeps a log within these limits from now on, with an event of so many bytes that is about to go in. */
  retain(log: Log, limits: RetentionLimits, bytes: number): void {
    const before = this.#changed.get(log)
    if (before !== undefined && !isSame(before, limits)) this.#cut(log)
    if (this.#makesRoomFirst) dropBeyond({ events: this.events, log }, limits, this.now, bytes)
    this.#changed.set(log, limits)
  }

  /** Drops the events of a log that are numbered below. */
  trim(log: Log, before: number): void {
    dropBelow({ events: this.events, log }, before)
    if (!this.#changed.has(log)) this.#changed.set(log, undefined)
  }

  /** Saves the logs, and deletes some of what is forgotten: as many logs as there were pieces of work, or a part of one. */
  finish(pieces: number): void {
    for (const log of this.#changed.keys()) {
      this.#cut(log)
      this.#store.logs.save(log)
    }
    for (let piece = 0; piece < pieces; piece += 1) if (!this.#deleteForgotten()) return
  }

  #cut(log: Log): void {
    const limits = this.#changed.get(log)
    if (limits !== undefined) dropBeyond({ events: this.events, log }, limits, this.now)
  }

  /** Whether there may be another one. */
  #deleteForgotten(): boolean {
    const { logs, events } = this.#store
    const id = logs.takeForgotten(this.now)
    if (id === undefined) return false
    events.dropSome(id, deletedAtOnce)
    if (events.hasAny(id)) return false
    logs.delete(id)
    return true
  }
}

function isSame(one: RetentionLimits, two: RetentionLimits): boolean {
  return one.maxEvents === two.maxEvents && one.maxBytes === two.maxBytes && one.maxAgeMs === two.maxAgeMs
}
