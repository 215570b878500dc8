// A reader of encoded frames: one write for all that is available, and none while the reader has no room.
import { encodeEvent, type FrameAttachment, type FrameEnd, type FrameSink } from '../../sse/index.ts'
import type { Cursor } from './cursor.ts'
import { joinFrames, type Frame } from '../hub/frame.ts'
import type { Batch } from '../hub/batch.ts'
import type { Follower } from '../hub/follower.ts'
import type { Hub } from '../hub/hub.ts'
import type { Lifetime } from '../hub/journal-retry.ts'
import type { HubRegistry } from '../hub/registry.ts'

/** What a follower needs of its subscription. */
export interface FollowOptions {
  /** Told once that the reader has left. */
  readonly hubs: Pick<HubRegistry, 'leave'>
  /** Ends it. */
  readonly signal: AbortSignal | undefined
}

/** How much is written at once to a reader that is behind. */
const writeChars = 64 * 1024

const encoder = new TextEncoder()

/** Writes a hub's frames to one sink. */
export class Attachment implements FrameAttachment, Follower, Lifetime {
  readonly #hub: Hub
  readonly #cursor: Cursor
  readonly #sink: FrameSink
  readonly #hubs: FollowOptions['hubs']
  readonly #ending: AbortSignal | undefined
  #over: AbortController | undefined
  #isOver = false
  #isBlocked = false
  #tailWhenBlocked = 0
  /** Joining, or reading a page. Events that arrive meanwhile are found afterwards. */
  #isBusy = false

  constructor(hub: Hub, cursor: Cursor, sink: FrameSink, { hubs, signal }: FollowOptions) {
    this.#hub = hub
    this.#cursor = cursor
    this.#sink = sink
    this.#hubs = hubs
    this.#ending = signal
  }

  get seq(): number {
    return this.#cursor.seq
  }

  get isOver(): boolean {
    return this.#isOver
  }

  get signal(): AbortSignal {
    this.#over ??= new AbortController()
    if (this.#isOver) this.#over.abort()
    return this.#over.signal
  }

  /** Follows the hub, and writes once the reader's position is found: after the event with this id, or `start` or `now`. */
  start(place: string): void {
    this.#hub.add(this)
    if (this.#ending?.aborted) queueMicrotask(() => this.handleEvent())
    else this.#ending?.addEventListener('abort', this)
    void this.#whileBusy(() => this.#cursor.join(place))
  }

  /** The subscription's signal has aborted. */
  handleEvent(): void {
    this.dismiss()
  }

  resume(): void {
    this.#isBlocked = false
    this.#pump()
  }

  detach(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#over?.abort()
    this.#ending?.removeEventListener('abort', this)
    this.#hubs.leave(this.#hub, this)
  }

  advance(batch?: Batch): void {
    if (this.#isBlocked || this.#isBusy || this.#isOver) return
    const { seq, hasNotices, isFiltered } = this.#cursor
    const frames = seq !== batch?.after || hasNotices || isFiltered ? undefined : batch.frames
    if (batch === undefined || frames === undefined) this.#pump()
    else this.#guard(() => this.#writeBatch(batch, frames.length))
  }

  reset(): void {
    this.#cursor.reset()
    this.advance()
  }

  dismiss(): void {
    this.end({ kind: 'reconnect', reason: 'disconnected' })
  }

  checkLag(): void {
    const lag = this.#hub.tail - this.#tailWhenBlocked
    if (this.#isBlocked && lag > this.#hub.options.maxLagEvents) this.end({ kind: 'reconnect', reason: 'lagged' })
  }

  end(end: FrameEnd): void {
    if (this.#isOver) return
    this.detach()
    this.#sink.end(end)
  }

  #complete(): void {
    if (!this.#isOver) this.end({ kind: 'complete', position: this.#cursor.id })
  }

  /** Writes what is available while there is room; then waits for room, for a page, or for the next event. */
  #pump(): void {
    this.#guard(() => {
      while (!this.#isBlocked && !this.#isBusy && !this.#isOver && this.#step());
    })
  }

  #writeBatch({ upTo, bytes }: Batch, count: number): void {
    this.#cursor.seq = upTo
    this.#write(bytes, count)
    if (this.#cursor.isAtEnd) this.#complete()
  }

  /** Runs work whose errors (of a filter, of an unreadable event) fail this reader alone. */
  #guard(work: () => void): void {
    try {
      work()
    } catch (error) {
      this.end({ kind: 'failed', error })
    }
  }

  /** Does the next piece of work. Returns whether there may be more to do at once. */
  #step(): boolean {
    this.#writeNotices()
    if (this.#isBlocked) return false
    const frames = this.#takeFrames()
    if (frames.length > 0) this.#write(joinFrames(frames), frames.length)
    else if (this.#cursor.hasNotices) return true
    else if (this.#cursor.isBehind) void this.#whileBusy(() => this.#cursor.load())
    else if (this.#cursor.isAtEnd) this.#complete()
    else return false
    return true
  }

  #writeNotices(): void {
    for (let notice = this.#cursor.takeNotice(); notice !== undefined; notice = this.#cursor.takeNotice()) {
      if (this.#sink.controls) this.#write(encoder.encode(encodeEvent(notice)), 1)
    }
  }

  #takeFrames(): Frame[] {
    const frames: Frame[] = []
    try {
      for (let chars = 0; chars < writeChars;) {
        const frame = this.#cursor.takeFrame()
        if (frame === undefined) break
        frames.push(frame)
        chars += frame.stored.data.length
      }
    } catch (error) {
      // The frames before it are written first; the next call throws again.
      if (frames.length === 0) throw error
    }
    return frames
  }

  #write(bytes: Uint8Array, count: number): void {
    if (this.#isOver || this.#sink.write(bytes, count)) return
    this.#isBlocked = true
    this.#tailWhenBlocked = this.#hub.tail
  }

  /** Retries until the work succeeds: the reader stays connected while the journal is unavailable. */
  async #whileBusy(work: () => Promise<void>): Promise<void> {
    this.#isBusy = true
    await this.#hub.retry.until(work, this)
    this.#isBusy = false
    this.#pump()
  }
}
