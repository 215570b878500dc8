// One stream, as far as it has been told of.
import { Rate, type StreamRate } from './rate.ts'
import type {
  EndedRecord,
  ForgotRecord,
  HeadRecord,
  OpenedRecord,
  BlockedRecord,
  FlowingRecord,
  WroteRecord,
} from './record.ts'
import { streamFormatOf } from './stream-format.ts'
import { createWireReader, type WireEvent, type WireReader } from './wire-reader.ts'

/** An event of a stream. */
export interface InspectedEvent extends WireEvent {
  /** Its number in the stream, from 1; those that were let go count. */
  readonly number: number
  /** When it was written or read, in ms since 1970. */
  readonly at: number
}

/** A record of one stream that changes it after it has been opened. */
export type ChangeRecord = HeadRecord | WroteRecord | BlockedRecord | EndedRecord | ForgotRecord | FlowingRecord

/** What one event costs beside its text, in bytes: an estimate. */
const eventOverheadBytes = 200

/** One stream. Its state is changed by its records alone. */
export class InspectedStream {
  /** How it was asked for. */
  readonly opened: OpenedRecord
  /** The head of its answer, once that is there. */
  head: HeadRecord | undefined
  /** How it ended, once it has. */
  ended: EndedRecord | undefined
  /** The newest events, oldest first. */
  readonly events: InspectedEvent[] = []
  /** How many events it had, let go or not. */
  eventCount = 0
  /** How many of them were let go. */
  forgottenCount = 0
  /** Its bytes on the wire. */
  bytes = 0
  /** When the first event came, and the last one; in ms since 1970. */
  firstEventAt: number | undefined
  lastEventAt: number | undefined
  /** Heartbeats: comments, or blank lines. */
  heartbeats = 0
  lastHeartbeatAt: number | undefined
  /** How many of the events were `tidings:gap`, and `tidings:reset`. */
  gaps = 0
  resets = 0
  /** The reconnection time that it asks for. */
  retryMs: number | undefined
  /** What is wrong on its wire: how often, and the last message. */
  faults = 0
  lastFault: string | undefined
  /** Since when its reader is too slow, and what waits for it. */
  blockedSince: number | undefined
  bufferedBytes = 0
  /** How often its reader was too slow, and for how long in all. */
  blockedCount = 0
  blockedMs = 0
  /** What its events take up here, in bytes: an estimate. */
  heldBytes = 0
  /** Changes with everything else. */
  version = 0
  readonly #rate = new Rate()
  readonly #eventLimit: number
  #read: WireReader | undefined
  #now = 0

  constructor(opened: OpenedRecord, eventLimit: number) {
    this.opened = opened
    this.#eventLimit = eventLimit
  }

  get id(): string {
    return this.opened.stream
  }

  /** Whether it waits for an answer, is open, or has ended. */
  get state(): 'waiting' | 'open' | 'ended' {
    if (this.ended !== undefined) return 'ended'
    return this.head === undefined ? 'waiting' : 'open'
  }

  /** How fast it is at a time, in ms since 1970. */
  rateAt(now: number): StreamRate {
    return this.#rate.at(now, this.opened.at)
  }

  /** Folds a record in. */
  add(record: ChangeRecord): void {
    this.version += 1
    switch (record.kind) {
      case 'head':
        return this.#begin(record)
      case 'wrote':
        return this.#write(record)
      case 'blocked':
        return this.#block(record)
      case 'flowing':
        return this.#flow(record.at)
      case 'forgot':
        return this.#countForgotten(record)
      case 'ended':
        return this.#end(record)
    }
  }

  /** Lets the oldest event go; returns whether there was one. */
  forgetOldest(): boolean {
    const event = this.events.shift()
    if (event === undefined) return false
    this.version += 1
    this.forgottenCount += 1
    this.heldBytes -= sizeOf(event)
    return true
  }

  /** Empties it of its events, which still count. */
  clear(): void {
    this.version += 1
    this.events.length = 0
    this.heldBytes = 0
  }

  #begin(record: HeadRecord): void {
    this.head = record
    const format = streamFormatOf(record.contentType)
    if (format === undefined) return
    this.#read = createWireReader(format, {
      onEvent: (event) => this.#addEvent(event),
      onHeartbeat: () => {
        this.heartbeats += 1
        this.lastHeartbeatAt = this.#now
      },
      onRetry: (retryMs) => (this.retryMs = retryMs),
      onFault: (message) => {
        this.faults += 1
        this.lastFault = message
      },
    })
  }

  #write({ at, text, bytes }: WroteRecord): void {
    const before = this.eventCount
    this.#now = at
    this.bytes += bytes
    this.#read?.feed(text)
    this.#rate.add(at, this.eventCount - before, bytes)
  }

  #addEvent(wire: WireEvent): void {
    this.eventCount += 1
    this.firstEventAt ??= this.#now
    this.lastEventAt = this.#now
    if (wire.type === 'tidings:gap') this.gaps += 1
    if (wire.type === 'tidings:reset') this.resets += 1
    const event = { ...wire, number: this.eventCount, at: this.#now }
    this.events.push(event)
    this.heldBytes += sizeOf(event)
    if (this.events.length > this.#eventLimit) this.forgetOldest()
  }

  #block({ at, bufferedBytes }: BlockedRecord): void {
    this.bufferedBytes = bufferedBytes
    if (this.blockedSince !== undefined) return
    this.blockedSince = at
    this.blockedCount += 1
  }

  #flow(at: number): void {
    if (this.blockedSince !== undefined) this.blockedMs += Math.max(0, at - this.blockedSince)
    this.blockedSince = undefined
    this.bufferedBytes = 0
  }

  #countForgotten({ events, bytes = 0 }: ForgotRecord): void {
    this.eventCount += events
    this.forgottenCount += events
    this.bytes += bytes
  }

  #end(record: EndedRecord): void {
    this.#flow(record.at)
    this.#now = record.at
    this.#read?.end()
    this.ended = record
    this.bytes = Math.max(this.bytes, record.bytes)
    this.#read = undefined
  }
}

function sizeOf({ type, id = '', data }: InspectedEvent): number {
  return 2 * (type.length + id.length + data.length) + eventOverheadBytes
}
