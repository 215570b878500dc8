// The log of one topic in memory.
import { byteLength } from './byte-length.ts'
import type { ReadLimits } from './event-check.ts'
import { checkFence } from './fence.ts'
import type {
  AppendAllOptions,
  Appended,
  AppendOptions,
  NewEvent,
  Page,
  ReadFrom,
  StoredEvent,
  WatchedEvent,
} from './journal.ts'
import type { Position } from './position.ts'
import { fillRetention, type RetentionLimits } from './retention.ts'

interface Entry {
  readonly event: StoredEvent
  readonly bytes: number
  readonly key: string | undefined
  readonly at: number
}

/** A log in memory: an array whose first entries are dropped by moving `#head`. Times are of the monotonic clock. */
export class MemoryLog {
  readonly epoch: string
  readonly #notify: (event?: WatchedEvent) => void
  #entries: Entry[] = []
  /** The index of the first entry that is kept. */
  #head = 0
  readonly #seqOfKey = new Map<string, number>()
  #tail = 0
  #bytes = 0
  #closed = false
  #erasures = 0
  #lastAppendAt: number = performance.now()
  #forgetAfterMs: number = Infinity

  constructor(epoch: string, notify: (event?: WatchedEvent) => void) {
    this.epoch = epoch
    this.#notify = notify
  }

  /** Whether its last append is longer ago than `forgetAfterMs`: it is to be forgotten. */
  get isStale(): boolean {
    return performance.now() - this.#lastAppendAt > this.#forgetAfterMs
  }

  /** Appends an event, unless there is one with its key. */
  append(data: string, options: AppendOptions): Appended {
    const { key, event } = options
    const duplicateSeq = key === undefined ? undefined : this.#seqOfKey.get(key)
    if (duplicateSeq !== undefined) return { position: this.#positionAt(duplicateSeq), duplicate: true }
    checkFence({ epoch: this.epoch, tail: this.#tail, closed: this.#closed }, options)
    const stored = this.#store({ data, event }, key)
    this.#settle(options)
    this.#notify({ ...stored, epoch: this.epoch, closed: this.#closed })
    return { position: this.#positionAt(stored.seq), duplicate: false }
  }

  /** Appends several events; the fence is checked before the first is stored. Returns the position of the last. */
  appendAll(events: readonly NewEvent[], options: AppendAllOptions): Position {
    checkFence({ epoch: this.epoch, tail: this.#tail, closed: this.#closed }, options)
    const stored = events.map((event) => this.#store(event))
    this.#settle(options)
    for (const event of stored) {
      this.#notify({ ...event, epoch: this.epoch, closed: this.#closed && event.seq === this.#tail })
    }
    return this.#positionAt(this.#tail)
  }

  /** Erases an event; `false` if it is not kept. */
  erase({ epoch, seq, nonce }: Position): boolean {
    const index = this.#head + seq - this.#first
    const entry = seq < this.#first ? undefined : this.#entries[index]
    if (entry === undefined || epoch !== this.epoch || nonce !== '') return false
    if (entry.event.erased === true) return true
    this.#entries[index] = { ...entry, event: { seq, nonce: '', data: 'null', erased: true }, bytes: 0 }
    this.#bytes -= entry.bytes
    this.#erasures += 1
    this.#notify()
    return true
  }

  read(from: ReadFrom, limits: ReadLimits): Page {
    const first = this.#first
    const state = { epoch: this.epoch, first, tail: this.#tail, nonce: '', trimmedNonce: '', closed: this.#closed }
    const page = { ...state, erasures: this.#erasures }
    if (from === 'now') return { ...page, foreign: false, events: [] }
    const { epoch, seq, nonce } = from === 'start' ? this.#positionAt(0) : from
    // No event of this journal has a nonce: a position with one is from another journal that was used before.
    if (epoch !== this.epoch || seq > this.#tail || nonce !== '') return { ...page, foreign: true, events: [] }
    const start = this.#head + Math.max(0, seq + 1 - first)
    return { ...page, foreign: false, events: this.#take(start, limits) }
  }

  /** The events from an index on, as many as the limits allow. */
  #take(start: number, { limit, maxBytes }: ReadLimits): StoredEvent[] {
    const events: StoredEvent[] = []
    let bytes = 0
    for (const entry of this.#entries.slice(start, start + limit)) {
      bytes += entry.bytes
      if (bytes > maxBytes && events.length > 0) break
      events.push(entry.event)
    }
    return events
  }

  trim(before: number): void {
    while (this.#first < before && this.#head < this.#entries.length) this.#dropFirst()
    this.#compact()
  }

  get #first(): number {
    return this.#tail + 1 - (this.#entries.length - this.#head)
  }

  #positionAt(seq: number): Position {
    return { epoch: this.epoch, seq, nonce: '' }
  }

  #store({ data, event }: NewEvent, key?: string): StoredEvent {
    const stored = { seq: this.#tail + 1, nonce: '', ...(event === undefined ? {} : { event }), data }
    const bytes = byteLength(data)
    this.#entries.push({ event: stored, bytes, key, at: performance.now() })
    this.#tail = stored.seq
    this.#bytes += bytes
    if (key !== undefined) this.#seqOfKey.set(key, stored.seq)
    return stored
  }

  /** After events were stored: closes the log if that was asked, and drops what retention does not keep. */
  #settle({ close = false, retention }: AppendAllOptions): void {
    const limits = fillRetention(retention)
    const now = performance.now()
    this.#closed = close
    this.#lastAppendAt = now
    this.#forgetAfterMs = limits.forgetAfterMs
    while (this.#entries.length - this.#head > 1 && this.#isOver(limits, now)) this.#dropFirst()
    this.#compact()
  }

  #isOver({ maxEvents, maxBytes, maxAgeMs }: RetentionLimits, now: number): boolean {
    if (this.#entries.length - this.#head > maxEvents || this.#bytes > maxBytes) return true
    return now - (this.#entries[this.#head]?.at ?? now) > maxAgeMs
  }

  #dropFirst(): void {
    const entry = this.#entries[this.#head]
    this.#head += 1
    if (entry === undefined) return
    this.#bytes -= entry.bytes
    if (entry.key !== undefined) this.#seqOfKey.delete(entry.key)
  }

  /** Removes dropped entries from the array. Linear: it moves no more entries than were dropped since the last time. */
  #compact(): void {
    if (this.#head < 64 || this.#head * 2 < this.#entries.length) return
    this.#entries = this.#entries.slice(this.#head)
    this.#head = 0
  }
}
