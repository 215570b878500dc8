// What is kept of one stream for those who look at it later: its head, its newest events, its state and its end.
import { streamFormatOf } from '../inspector-model/index.ts'
import type {
  BlockedRecord,
  EndedRecord,
  HeadRecord,
  InspectorRecord,
  OpenedRecord,
  WroteRecord,
} from '../inspector-model/index.ts'

/** Something that was written: the frames of one turn of the event loop, as they are. */
export interface Written {
  /** In milliseconds since 1970. */
  readonly at: number
  /** Kept by reference: readers of one topic share their bytes. */
  readonly frames: string | Uint8Array
  readonly events: number
  /** Its size in UTF-8. */
  readonly bytes: number
}

/** The text of what was written; secrets in it are replaced. */
export type Reveal = (log: StreamLog, written: Written) => string

const decoder = new TextDecoder()
const encoder = new TextEncoder()
const scratch = new Uint8Array(96 * 1024)

/** One stream, with at most `mostEvents` of its events, and no more pieces than that: heartbeats are pieces, too. */
export class StreamLog {
  readonly opened: OpenedRecord
  head: HeadRecord | undefined
  blocked: BlockedRecord | undefined
  ended: EndedRecord | undefined
  /** Everything that it has sent, kept or not. */
  events = 0
  bytes = 0
  /** What was let go. */
  forgottenEvents = 0
  forgottenBytes = 0
  readonly #mostEvents: number
  /** A ring: with a list that is shifted a write to one of a thousand readers took 1.3 times as long. */
  readonly #ring: (Written | undefined)[] = []
  #start = 0
  #count = 0
  #keptEvents = 0
  #heldBytes = 0

  constructor(opened: OpenedRecord, mostEvents: number) {
    this.opened = opened
    this.#mostEvents = mostEvents
  }

  /** What its events take up, in bytes; those that are shared count for each stream. */
  get heldBytes(): number {
    return this.#heldBytes
  }

  /** Keeps what was written, and lets go of what is older than the newest events. Returns by how much `heldBytes` has grown. */
  write(written: Written): number {
    const before = this.#heldBytes
    const { bytes, events } = written
    this.events += events
    this.bytes += bytes
    this.#keptEvents += events
    this.#heldBytes += bytes
    if (this.#count === this.#mostEvents) this.shorten()
    this.#ring[(this.#start + this.#count) % this.#mostEvents] = written
    this.#count += 1
    while (this.#count > 1 && this.#keptEvents - (this.#ring[this.#start]?.events ?? 0) >= this.#mostEvents)
      this.shorten()
    return this.#heldBytes - before
  }

  /** Counts what was written and is older than what is kept from now on. Returns by how much `heldBytes` has grown. */
  skip(events: number, bytes: number): number {
    const before = this.#heldBytes
    if (events > 0) while (this.shorten());
    this.events += events
    this.bytes += bytes
    this.forgottenEvents += events
    this.forgottenBytes += bytes
    return this.#heldBytes - before
  }

  /** Lets go of the oldest of what is kept. `false`: there is nothing left. */
  shorten(): boolean {
    const oldest = this.#ring[this.#start]
    if (oldest === undefined || this.#count === 0) return false
    this.#ring[this.#start] = undefined
    this.#start = (this.#start + 1) % this.#mostEvents
    this.#count -= 1
    this.#keptEvents -= oldest.events
    this.#heldBytes -= oldest.bytes
    this.forgottenEvents += oldest.events
    this.forgottenBytes += oldest.bytes
    return true
  }

  /** What was written and is kept, oldest first. */
  get written(): readonly Written[] {
    return [...this.#ring.slice(this.#start), ...this.#ring.slice(0, this.#start)].filter((one) => one !== undefined)
  }

  /** Everything that is known, as records. */
  *records(reveal: Reveal): Generator<InspectorRecord> {
    yield this.opened
    if (this.head !== undefined) yield this.head
    const { forgottenEvents: events, forgottenBytes: bytes } = this
    if (bytes > 0) yield { kind: 'forgot', stream: this.opened.stream, events, bytes }
    for (const written of this.written) yield this.recordOf(written, reveal)
    if (this.blocked !== undefined) yield this.blocked
    if (this.ended !== undefined) yield this.ended
  }

  recordOf(written: Written, reveal: Reveal): WroteRecord {
    const { at, events, bytes } = written
    return { kind: 'wrote', at, stream: this.opened.stream, text: reveal(this, written), events, bytes }
  }

  /** Whether it is one whose frames are SSE. */
  get isSse(): boolean {
    return streamFormatOf(this.head?.contentType ?? 'text/event-stream') === 'sse'
  }
}

/** The text of frames. */
export function textOf({ frames }: Written): string {
  return typeof frames === 'string' ? frames : decoder.decode(frames)
}

/** In bytes of UTF-8. 16 KiB of ASCII take 1 us, as long as about one event of theirs took to make. */
export function sizeOf(frames: string | Uint8Array): number {
  if (typeof frames !== 'string') return frames.byteLength
  if (frames.length * 3 <= scratch.byteLength) return encoder.encodeInto(frames, scratch).written
  return encoder.encode(frames).byteLength
}
