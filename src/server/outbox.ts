// The frames that wait to be written to one reader: one write a turn of the event loop, and none while the reader is full.
import type { Sink } from './sink.ts'
import { flushAfterTurn, type Flushable } from './turn-flush.ts'

/** Who has to know what an {@link Outbox} does. */
export interface OutboxOwner {
  /** These frames were written. */
  onWrite(frames: string | Uint8Array): void
  /** The reader's buffer is full: nothing is written until it has room. */
  onFull(): void
  /** The reader's buffer has room again. */
  onRoom(): void
  /** These are the last frames; they are written once there is a sink. */
  onLast(frames: string): void
}

// The largest batch. Relative events/s, measured on Node 20 with one stream of 80-byte events: 4 KiB 0.93, 16 KiB 1,
// 64 KiB 0.98.
const batchChars = 16 * 1024

/**
 * The outgoing frames of one stream. Text is collected until the end of the turn, or until there are 16 KiB of it; the
 * sink may be attached before the first frame or long after the last.
 */
export class Outbox implements Flushable {
  /** When this turn's first frames were added, by `performance.now()`. */
  turnStartedAt = 0
  readonly #owner: OutboxOwner
  #sink: Sink | undefined
  #pending = ''
  #isFull = false
  #isScheduled = false
  #isClosed = false

  constructor(owner: OutboxOwner) {
    this.#owner = owner
  }

  /** Whether more may be produced: the reader takes what is written, and less than a batch waits. */
  get hasRoom(): boolean {
    return !this.#isFull && this.#pending.length < batchChars
  }

  /** Whether the reader's buffer is full. */
  get isFull(): boolean {
    return this.#isFull
  }

  /** The bytes that were written and have not left this process; 0 before there is a sink. */
  get bufferedBytes(): number {
    return this.#sink?.bufferedBytes ?? 0
  }

  /** Where the frames go. Called once. */
  attach(sink: Sink): void {
    this.#sink = sink
    if (this.#isClosed) sink.end(this.#take())
    else if (this.#pending.length >= batchChars) this.#flush()
    else if (this.#pending !== '') this.#schedule()
  }

  /** Adds frames of text, to be written at the end of this turn; none after the end. */
  add(frames: string): void {
    if (this.#isClosed) return
    this.#pending += frames
    if (this.#pending.length >= batchChars) this.#flush()
    if (!this.#isScheduled) this.#schedule()
  }

  /** Writes frames at once that were encoded for many readers. Returns whether there is room for more. */
  writeBytes(frames: Uint8Array): boolean {
    if (this.#sink === undefined || this.#isClosed) return false
    // Pending text is written first, even to a full reader: order is worth more than a few bytes of its buffer.
    if (this.#pending !== '') this.#writePending(this.#sink)
    // Whoever is told of that may have ended the stream.
    if (this.#isClosed) return false
    this.#note(this.#sink.writeBytes(frames), frames)
    return !this.#isFull
  }

  /** The reader has room. Returns whether it had none before, and still has some after what waited was written. */
  resume(): boolean {
    if (!this.#isFull) return false
    this.#isFull = false
    this.#owner.onRoom()
    this.#flush()
    return !this.#isFull
  }

  /** Writes what waits and `last`, and ends the response: now, or when there is a sink. */
  end(last: string): void {
    this.#isClosed = true
    this.#pending += last
    this.#owner.onLast(this.#pending)
    this.#sink?.end(this.#take())
  }

  /** Drops what waits, and writes nothing more: the reader has disconnected. */
  discard(): void {
    this.#isClosed = true
    this.#pending = ''
    this.#sink?.leave()
  }

  flushTurn(): void {
    this.#isScheduled = false
    this.#flush()
  }

  #schedule(): void {
    if (this.#isScheduled) return
    this.#isScheduled = true
    this.turnStartedAt = performance.now()
    flushAfterTurn(this)
  }

  #flush(): void {
    if (this.#sink === undefined || this.#pending === '' || this.#isFull || this.#isClosed) return
    this.#writePending(this.#sink)
  }

  #writePending(sink: Sink): void {
    const frames = this.#take()
    this.#note(sink.write(frames), frames)
  }

  #note(hasRoom: boolean, frames: string | Uint8Array): void {
    const isNewlyFull = !hasRoom && !this.#isFull
    this.#isFull = !hasRoom
    this.#owner.onWrite(frames)
    if (isNewlyFull && !this.#isClosed) this.#owner.onFull()
  }

  #take(): string {
    const frames = this.#pending
    this.#pending = ''
    return frames
  }
}
