// Passes the frames of a `FrameSource`, encoded once for all its readers, on to one stream.
import type { FrameAttachment, FrameEnd, FrameSink, FrameSource } from '../sse/index.ts'
import type { Feed } from './feed.ts'
import type { Outbox } from './outbox.ts'

/** The stream that a {@link SharedFeed} fills. */
export interface SharedFeedStream {
  /** Whether the reader takes control events. */
  readonly takesControls: boolean
  /** How much may wait for the reader, beside what it was sent last. */
  readonly maxBufferedBytes: number
  /** `count` events were written. */
  onEvents(count: number): void
  /** The source's log is complete, at `position`. Throws for a position that cannot be sent. */
  complete(position: string): void
  fail(error: unknown): void
  end(reason: 'lagged' | 'disconnected' | 'overflow'): void
}

/** The reader's attachment to a source, made when there is a sink to write to. To the source it is the reader's sink. */
export class SharedFeed implements Feed, FrameSink {
  /** Until it is attached to. */
  #source: FrameSource | undefined
  readonly #outbox: Outbox
  readonly #stream: SharedFeedStream
  #attachment: FrameAttachment | undefined
  #isOver = false

  constructor(source: FrameSource, outbox: Outbox, stream: SharedFeedStream) {
    this.#source = source
    this.#outbox = outbox
    this.#stream = stream
  }

  onSink(): void {
    this.#guard(() => {
      const attachment = this.#source?.attach(this)
      this.#source = undefined
      // `attach` has written what the source had ready, which may have ended the stream (`overflow`).
      if (this.#isOver) attachment?.detach()
      else this.#attachment = attachment
    })
  }

  get controls(): boolean {
    return this.#stream.takesControls
  }

  resume(): void {
    this.#guard(() => this.#attachment?.resume())
  }

  stop(): undefined {
    if (this.#isOver) return
    this.#isOver = true
    this.#guard(() => this.#attachment?.detach())
  }

  write(frames: Uint8Array, count: number): boolean {
    if (this.#isOver) return false
    if (frames.byteLength === 0) return !this.#outbox.isFull
    this.#stream.onEvents(count)
    if (this.#outbox.writeBytes(frames)) return true
    // Only a full reader is measured: one with room holds less than its own high-water mark.
    if (this.#outbox.bufferedBytes > this.#stream.maxBufferedBytes + frames.byteLength) this.#stream.end('overflow')
    return false
  }

  end(end: FrameEnd): void {
    if (this.#isOver) return
    // The source has ended by itself: it is not detached from any more.
    this.#isOver = true
    this.#guard(() => {
      if (end.kind === 'failed') this.#stream.fail(end.error)
      else if (end.kind === 'reconnect') this.#stream.end(end.reason)
      else this.#stream.complete(end.position)
    })
  }

  /** The source may be somebody else's: what it throws, or a position that no frame can hold, fails the stream alone. */
  #guard(work: () => void): void {
    try {
      work()
    } catch (error) {
      this.#stream.fail(error)
    }
  }
}
