// The streams that are open and those that have ended lately, within bounds, and those who are told of them as they go on.
import { redacted } from '../inspector-model/index.ts'
import type { InspectorRecord, OpenedRecord } from '../inspector-model/index.ts'
import { sizeOf, StreamLog, textOf, type Written } from './stream-log.ts'

/** The bounds of a {@link History}. */
export interface HistoryBounds {
  /** How many events are kept of a stream. */
  readonly eventsPerStream: number
  /** What all events may take up, in bytes. */
  readonly maxBytes: number
}

/** How many streams that have ended are kept. */
const mostEnded = 200
/** How many open streams are told of in full; of others nothing is kept. They cost about a kilobyte each. */
const mostOpen = 10_000

/** Replaces secrets in what is shown. */
export type RedactText = (text: string, log: StreamLog) => string

/** Keeps streams, and tells listeners. */
export class History {
  readonly #bounds: HistoryBounds
  readonly #settlers: (() => void)[] = []
  readonly #redact: RedactText | undefined
  readonly #open = new Set<StreamLog>()
  readonly #ended = new Set<StreamLog>()
  readonly #listeners = new Set<(record: InspectorRecord) => void>()
  #heldBytes = 0
  #last: Written | undefined
  #now: number | undefined

  constructor(bounds: HistoryBounds, redact?: RedactText) {
    this.#bounds = bounds
    this.#redact = redact
  }

  /** Whether anybody looks at the moment. */
  get isWatched(): boolean {
    return this.#listeners.size > 0
  }

  /** How many events are kept of a stream. */
  get eventsPerStream(): number {
    return this.#bounds.eventsPerStream
  }

  /** What all events take up, in bytes. */
  get heldBytes(): number {
    this.#settle()
    return this.#heldBytes
  }

  /** Whether so many bytes more are within the bounds. */
  hasRoomFor(bytes: number): boolean {
    return this.#heldBytes + bytes <= this.#bounds.maxBytes
  }

  /** Calls `settle` before anybody reads, so that it can write what it has not written yet. */
  beforeReading(settle: () => void): void {
    this.#settlers.push(settle)
  }

  /** Everything that is kept, as records; then `listener` is told of what happens, until the returned function is called. */
  watch(listener: (record: InspectorRecord) => void): { readonly past: InspectorRecord[]; readonly stop: () => void } {
    const past = this.logs.flatMap((log) => [...log.records((of, written) => this.reveal(of, written))])
    this.#listeners.add(listener)
    return { past, stop: () => void this.#listeners.delete(listener) }
  }

  /** The streams: those that have ended, then those that are open. */
  get logs(): readonly StreamLog[] {
    this.#settle()
    return [...this.#ended, ...this.#open]
  }

  find(id: string): StreamLog | undefined {
    return this.logs.find(({ opened }) => opened.stream === id)
  }

  /** A stream has opened. `undefined`: there are too many. */
  open(opened: OpenedRecord): StreamLog | undefined {
    if (this.#open.size >= mostOpen) return undefined
    const log = new StreamLog(opened, this.#bounds.eventsPerStream)
    this.#open.add(log)
    this.tell(opened)
    return log
  }

  /** Its answer has a head. */
  begin(log: StreamLog, at: number, status: number, headers: Readonly<Record<string, string>>): void {
    const contentType = headers['content-type'] ?? ''
    log.head = { kind: 'head', at, stream: log.opened.stream, status, contentType, headers }
    this.tell(log.head)
  }

  write(log: StreamLog, frames: string | Uint8Array, events: number, at?: number): void {
    const written = this.#writtenOf(frames, events, at)
    this.#heldBytes += log.write(written)
    if (this.#heldBytes > this.#bounds.maxBytes) this.#makeRoom()
    if (this.isWatched) this.tell(log.recordOf(written, (of, what) => this.reveal(of, what)))
  }

  /** Something was written that is older than all that is kept. */
  skip(log: StreamLog, events: number, bytes: number): void {
    this.#heldBytes += log.skip(events, bytes)
  }

  /** The readers of a topic are written the same bytes in one turn: one object for all of them, but for those of later. */
  #writtenOf(frames: string | Uint8Array, events: number, at: number | undefined): Written {
    const last = this.#last
    const now = at ?? this.#time()
    if (last !== undefined && last.frames === frames && last.events === events && last.at === now) return last
    const written = { at: now, frames, events, bytes: sizeOf(frames) }
    // Equal texts are no sign of one turn.
    if (typeof frames !== 'string') this.#last = written
    return written
  }

  /** The time, read once for what is written to all readers of a topic: to read it was half of what a write cost here. */
  #time(): number {
    if (this.#now === undefined) {
      this.#now = Date.now()
      queueMicrotask(() => (this.#now = undefined))
    }
    return this.#now
  }

  block(log: StreamLog, at: number, bufferedBytes: number): void {
    log.blocked = { kind: 'blocked', at, stream: log.opened.stream, bufferedBytes }
    this.tell(log.blocked)
  }

  unblock(log: StreamLog, at: number): void {
    log.blocked = undefined
    this.tell({ kind: 'flowing', at, stream: log.opened.stream })
  }

  /** Something was sent that is not known. */
  forget(log: StreamLog, events: number, bytes: number): void {
    log.forgottenEvents += events
    log.forgottenBytes += bytes
    this.tell({ kind: 'forgot', stream: log.opened.stream, events, bytes })
  }

  end(log: StreamLog, at: number, outcome: string, error: string | undefined): void {
    const { opened, events, bytes } = log
    // Clocks are set back at times.
    const durationMs = Math.max(0, at - opened.at)
    log.ended = { kind: 'ended', at, stream: opened.stream, outcome, error, events, bytes, durationMs }
    this.tell(log.ended)
    if (!this.#open.delete(log)) return
    this.#ended.add(log)
    const [first] = this.#ended
    if (first !== undefined && this.#ended.size > mostEnded) this.#drop(first)
  }

  #settle(): void {
    for (const settle of this.#settlers) settle()
  }

  tell(record: InspectorRecord): void {
    for (const listener of this.#listeners) listener(record)
  }

  /** The text of what was written, as it may be shown. */
  reveal(log: StreamLog, written: Written): string {
    const text = textOf(written)
    if (this.#redact === undefined) return text
    try {
      return this.#redact(text, log)
    } catch {
      // What could not be redacted is not shown at all: an error in the rule must not show the secret.
      return log.isSse ? `data: ${redacted}\n\n` : `"${redacted}"\n`
    }
  }

  /** Streams that have ended go first, then the oldest events of those that hold most. */
  #makeRoom(): void {
    while (this.#heldBytes > this.#bounds.maxBytes) {
      const [ended] = this.#ended
      if (ended !== undefined) {
        this.#drop(ended)
        continue
      }
      const largest = this.#largest()
      if (largest === undefined) return
      const before = largest.heldBytes
      // Half of it: with thousands of streams the largest must not be looked for at each write.
      while (largest.heldBytes > before / 2) largest.shorten()
      this.#heldBytes += largest.heldBytes - before
    }
  }

  #largest(): StreamLog | undefined {
    let largest: StreamLog | undefined
    for (const log of this.#open) if (log.heldBytes > (largest?.heldBytes ?? 0)) largest = log
    return largest
  }

  #drop(log: StreamLog): void {
    this.#ended.delete(log)
    this.#heldBytes -= log.heldBytes
  }
}
