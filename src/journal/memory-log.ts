// The log of one topic in memory.
import { byteLength } from './byte-length.ts'
import { checkFence } from './fence.ts'
import type { Appended, AppendOptions, Page, ReadFrom, StoredEvent, WatchedEvent } from './journal.ts'
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
  readonly #notify: (event: WatchedEvent) => void
  #entries: Entry[] = []
  /** The index of the first entry that is kept. */
  #head = 0
  readonly #seqOfKey = new Map<string, number>()
  #tail = 0
  #bytes = 0
  #closed = false
  #lastAppendAt: number = performance.now()
  #forgetAfterMs: number = Infinity

  constructor(epoch: string, notify: (event: WatchedEvent) => void) {
    this.epoch = epoch
    this.#notify = notify
  }

  /** Whether its last append is longer ago than `forgetAfterMs`: it is to be forgotten. */
  get isStale(): boolean {
    return performance.now() - this.#lastAppendAt > this.#forgetAfterMs
  }

  append(data: string, options: AppendOptions): Appended {
    const { key, event } = options
    const duplicateSeq = key === undefined ? undefined : this.#seqOfKey.get(key)
    if (duplicateSeq !== undefined) return { position: this.#positionAt(duplicateSeq), duplicate: true }
    checkFence({ epoch: this.epoch, tail: this.#tail, closed: this.#closed }, options)
    const stored = { seq: this.#tail + 1, nonce: '', ...(event === undefined ? {} : { event }), data }
    const entry = { event: stored, bytes: byteLength(data), key, at: performance.now() }
    this.#push(entry, fillRetention(options.retention))
    this.#closed = options.close === true
    this.#notify({ ...stored, epoch: this.epoch, closed: this.#closed })
    return { position: this.#positionAt(stored.seq), duplicate: false }
  }

  read(from: ReadFrom, limit: number): Page {
    const first = this.#first
    const page = { epoch: this.epoch, first, tail: this.#tail, nonce: '', closed: this.#closed }
    if (from === 'now') return { ...page, foreign: false, events: [] }
    const { epoch, seq, nonce } = from === 'start' ? this.#positionAt(0) : from
    // No event of this journal has a nonce: a position with one is from another journal that was used before.
    if (epoch !== this.epoch || seq > this.#tail || nonce !== '') return { ...page, foreign: true, events: [] }
    const start = this.#head + Math.max(0, seq + 1 - first)
    const events = this.#entries.slice(start, start + limit).map(({ event }) => event)
    return { ...page, foreign: false, events }
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

  #push(entry: Entry, limits: RetentionLimits): void {
    this.#tail = entry.event.seq
    this.#entries.push(entry)
    this.#bytes += entry.bytes
    if (entry.key !== undefined) this.#seqOfKey.set(entry.key, entry.event.seq)
    this.#lastAppendAt = entry.at
    this.#forgetAfterMs = limits.forgetAfterMs
    while (this.#entries.length - this.#head > 1 && this.#isOver(limits, entry.at)) this.#dropFirst()
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
