// One open stream: what it still has to write, who reads it, and how it ends.
import { jitter, nextTurn } from '../base/index.ts'
import type { FrameAttachment, FrameEnd, FrameSink, FrameSource } from '../sse/index.ts'
import { SseEvent } from '../sse/index.ts'
import { defaultRetryMs } from '../sse/internal.ts'
import type { RequestContext } from './request-context.ts'
import type { Failure } from './error-policy.ts'
import type { Format } from './format.ts'
import type { StreamPolicy } from './policy.ts'
import { closeIncoming } from './incoming.ts'
import type { Writable } from './reply.ts'
import type { Sink, SinkSource } from './sink.ts'
import { StreamEndedError, type EndReason } from './stream-end.ts'
import { flushAfterTurn, type Flushable } from './turn-flush.ts'
import { openReadableStream } from './web-sink.ts'

/** The server's side of a stream: what it is told and asked. */
export interface StreamHost {
  /** Something was written: the silence that a heartbeat breaks starts over. */
  onWrite(stream: ServerStream): void
  /** What the reader is told of `error`, and whether coming back may help. */
  onFailure(stream: ServerStream, error: unknown): Failure
  /** The stream has ended; `settled` resolves when its handler's `finally` has run. */
  onEnd(stream: ServerStream, settled: Promise<void> | undefined): void
}

// Measured (Node 20, one stream of 80-byte events): 4 KiB 0.93, 16 KiB 1, 64 KiB 0.98 of the events/s.
const gatherChars = 16 * 1024
const sliceMs = 5

/** A stream of one reader. Pulls from its handler while there is room, and writes once a turn or every 16 KiB. */
export class ServerStream implements Writable, SinkSource, Flushable {
  readonly ctx: RequestContext
  readonly policy: StreamPolicy
  events = 0
  /** How it ended: `complete`, `failed`, or why it was ended; nothing while it is open. */
  outcome: 'complete' | 'failed' | EndReason | undefined
  error: unknown
  readonly #format: Format
  readonly #host: StreamHost
  #iterator: AsyncIterator<unknown> | undefined
  #source: FrameSource | undefined
  #attachment: FrameAttachment | undefined
  #sink: Sink | undefined
  #pending = ''
  #position: string
  #isOpen = false
  #isBlocked = false
  #isScheduled = false
  #sliceStart = 0
  #sinceCheck = 0
  #wake: (() => void) | undefined
  #settleHead: { resolve: () => void; reject: (error: unknown) => void } | undefined

  constructor(ctx: RequestContext, policy: StreamPolicy, format: Format, host: StreamHost) {
    this.ctx = ctx
    this.policy = policy
    this.#format = format
    this.#host = host
    this.#position = ctx.lastEventId?.replace(/[\0\r\n]/g, '') ?? ''
  }

  /** Resolves when the response's head should go out; rejects when the handler failed before that. Asked for once. */
  opened(): Promise<void> {
    if (this.#isOpen) return Promise.resolve()
    return new Promise((resolve, reject) => {
      if (this.outcome === undefined) this.#settleHead = { resolve, reject }
      else reject(this.outcome === 'failed' ? this.error : this.ctx.signal.reason)
    })
  }

  /** Whether the reader gets plain SSE, so that frames can be passed on. */
  get takesFrames(): boolean {
    return this.#format.isSse
  }

  /** Begins to pull from a handler's iterator. */
  pull(iterator: AsyncIterator<unknown>): void {
    this.#iterator = iterator
    if (this.outcome !== undefined) this.#closeIterator()
    else void this.#pump(iterator)
  }

  /** Takes the frames of a source as they are, once a reader is there. */
  follow(source: FrameSource): void {
    this.#source = source
    this.open()
  }

  /** Lets the head go out although there is no event yet. */
  open(): void {
    if (this.#isOpen || this.outcome !== undefined) return
    this.#beginFrames()
    this.#gather(this.#format.heartbeat())
  }

  /** Breaks the silence, so that no proxy takes the stream for dead. */
  beat(): void {
    if (this.outcome !== undefined) return
    if (this.#isBlocked) this.#host.onWrite(this)
    else this.#gather(this.#format.heartbeat())
  }

  attach(sink: Sink): void {
    this.#sink = sink
    if (this.outcome !== undefined) {
      this.#writeLast(sink)
      return
    }
    if (this.#source !== undefined) this.#attachTo(this.#source)
    if (this.#pending.length >= gatherChars) this.#flush()
    else if (this.#pending !== '') this.#schedule()
    this.#wakePump()
  }

  resume(): void {
    if (!this.#isBlocked) return
    this.#isBlocked = false
    this.#flush()
    if (this.#isBlocked) return
    this.#attachment?.resume()
    this.#wakePump()
  }

  leave(): void {
    if (this.outcome !== undefined) return
    this.#pending = ''
    this.#conclude('left')
    this.#abandon('left')
  }

  /** Ends the stream for a reason of the server's; readers that understand it are asked to come back later. */
  end(reason: Exclude<EndReason, 'left'>): void {
    if (this.outcome !== undefined) return
    if (this.#isOpen) this.#pending += this.#comeBack()
    this.#conclude(reason)
    this.#abandon(reason)
    if (this.#sink !== undefined) this.#writeLast(this.#sink)
  }

  toReadableStream(): ReadableStream<Uint8Array<ArrayBuffer>> {
    return openReadableStream(this, (complete) => closeIncoming(this.ctx.incoming, complete))
  }

  flushTurn(): void {
    this.#isScheduled = false
    this.#sinceCheck = 0
    this.#flush()
  }

  async #pump(iterator: AsyncIterator<unknown>): Promise<void> {
    try {
      for (;;) {
        const result = await iterator.next()
        if (this.outcome !== undefined) return
        if (result.done) return this.#complete()
        this.#send(result.value)
        if (this.#mustWait) await this.#room()
        if (this.#hasStarvedOthers()) await new Promise<void>(nextTurn)
        if (this.outcome !== undefined) return
      }
    } catch (error) {
      this.fail(error)
    }
  }

  /** The handler failed, or yielded what cannot be sent. What a reader that left has caused is no failure. */
  fail(error: unknown): void {
    if (this.outcome !== undefined) {
      this.error ??= error
      return
    }
    this.error = error
    if (this.#isOpen) {
      const { payload, retryable } = this.#host.onFailure(this, error)
      this.#pending += this.#format.error(payload) + (retryable ? this.#comeBack() : this.#goodbye())
    }
    this.#conclude('failed')
    this.#closeIterator()
    this.#settleHead?.reject(error)
    if (this.#sink !== undefined) this.#writeLast(this.#sink)
  }

  #complete(): void {
    if (!this.#isOpen) this.#beginFrames()
    this.#pending += this.policy.onEnd === 'stop' ? this.#goodbye() : this.#comeBack()
    this.#conclude('complete')
    this.#host.onEnd(this, undefined)
    if (this.#sink !== undefined) this.#writeLast(this.#sink)
  }

  #beginFrames(): void {
    this.#isOpen = true
    if (this.policy.retryMs !== undefined) this.#pending = this.#format.retry(this.policy.retryMs)
    this.#settleHead?.resolve()
    this.#settleHead = undefined
  }

  #send(value: unknown): void {
    const frames = this.#format.event(value)
    if (value instanceof SseEvent && value.fields.id !== undefined) this.#position = value.fields.id
    this.events += 1
    if (!this.#isOpen) this.#beginFrames()
    this.#gather(frames)
  }

  #gather(frames: string): void {
    this.#pending += frames
    if (this.#pending.length >= gatherChars) this.#flush()
    if (!this.#isScheduled) this.#schedule()
  }

  #schedule(): void {
    if (this.#isScheduled) return
    this.#isScheduled = true
    this.#sliceStart = performance.now()
    flushAfterTurn(this)
  }

  #flush(): void {
    if (this.#sink === undefined || this.#pending === '' || this.#isBlocked || this.outcome !== undefined) return
    const frames = this.#pending
    this.#pending = ''
    this.#isBlocked = !this.#sink.write(frames)
    this.#host.onWrite(this)
  }

  get #mustWait(): boolean {
    return this.#isBlocked || this.#pending.length >= gatherChars
  }

  #room(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve
    })
  }

  #wakePump(): void {
    const wake = this.#wake
    this.#wake = undefined
    wake?.()
  }

  /** Every 8th event the clock is read: often enough for slow handlers, too rarely to cost a fast one anything. */
  #hasStarvedOthers(): boolean {
    this.#sinceCheck += 1
    return (this.#sinceCheck & 7) === 0 && performance.now() - this.#sliceStart > sliceMs
  }

  #attachTo(source: FrameSource): void {
    try {
      const attachment = source.attach(this.#frameSink())
      // What the source had ready was written at once, and may have been too much for the reader.
      if (this.outcome === undefined) this.#attachment = attachment
      else attachment.detach()
    } catch (error) {
      this.fail(error)
    }
  }

  #frameSink(): FrameSink {
    return {
      controls: this.#format.controls,
      write: (frames, count) => this.#writeShared(frames, count),
      end: (end) => this.#endShared(end),
    }
  }

  #endShared(end: FrameEnd): void {
    if (this.outcome !== undefined) return
    if (end.kind === 'failed') this.fail(end.error)
    else if (end.kind === 'reconnect') this.end(end.reason)
    else {
      this.#position = end.position
      this.#complete()
    }
  }

  #writeShared(frames: Uint8Array, count: number): boolean {
    if (this.#sink === undefined || this.outcome !== undefined) return false
    if (frames.byteLength === 0) return !this.#isBlocked
    this.events += count
    // Text that waits comes first, also when the socket is full: order is worth more than a few bytes of its buffer.
    if (this.#pending !== '') this.#sink.write(this.#pending)
    this.#pending = ''
    this.#isBlocked = !this.#sink.writeBytes(frames)
    this.#host.onWrite(this)
    // A sink that has room for more holds less than the limit of its own.
    if (this.#isBlocked && this.#sink.bufferedBytes > this.policy.maxBufferedBytes + frames.byteLength)
      this.end('overflow')
    return !this.#isBlocked
  }

  #goodbye(): string {
    return this.policy.onEnd === 'stop' ? this.#format.end(this.#position) : ''
  }

  #comeBack(): string {
    return this.#format.controls ? this.#format.retry(jitter(this.policy.retryMs ?? defaultRetryMs)) : ''
  }

  #conclude(outcome: NonNullable<ServerStream['outcome']>): void {
    this.outcome = outcome
    this.#wakePump()
  }

  #abandon(reason: EndReason): void {
    const ended = new StreamEndedError(reason)
    this.ctx.abort(ended)
    this.#closeIterator()
    this.#settleHead?.reject(ended)
  }

  /** `return()` is queued behind the step that a generator is in: its `finally` runs as soon as that step is over. */
  #closeIterator(): void {
    this.#attachment?.detach()
    const iterator = this.#iterator
    const settled = iterator && this.#return(iterator)
    if (settled !== undefined) this.ctx.incoming.waitUntil?.(settled)
    this.#host.onEnd(this, settled)
  }

  async #return(iterator: AsyncIterator<unknown>): Promise<void> {
    try {
      await iterator.return?.()
    } catch (error) {
      // Nobody is left to be told; the record of the stream's end carries it.
      this.error ??= error
    }
  }

  #writeLast(sink: Sink): void {
    const frames = this.#pending
    this.#pending = ''
    sink.end(frames)
  }
}
