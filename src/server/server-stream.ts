// One open stream: pulls events from a handler, batches their frames, and writes them to the sink of one reader.
import { jitter, nextTurn, TidingsError } from '../base/index.ts'
import type { FrameAttachment, FrameEnd, FrameSink, FrameSource } from '../sse/index.ts'
import { SseEvent } from '../sse/index.ts'
import { defaultRetryMs } from '../sse/internal.ts'
import { dismiss, isResponse } from './answer.ts'
import type { RequestContext } from './request-context.ts'
import type { Failure } from './error-policy.ts'
import type { Format } from './format.ts'
import type { StreamPolicy } from './policy.ts'
import type { Writable } from './reply.ts'
import type { Sink, SinkSource } from './sink.ts'
import { StreamEndedError, type EndReason } from './stream-end.ts'
import { flushAfterTurn, type Flushable } from './turn-flush.ts'
import { openReadableStream } from './web-sink.ts'

/** What a stream reports to the server that holds it. */
export interface StreamHost {
  /** Frames were written: the time until the next heartbeat starts over. */
  onWrite(stream: ServerStream): void
  /** Reports `error`; returns what the reader is sent, and whether reconnecting may help. */
  onFailure(stream: ServerStream, error: unknown): Failure
  /** The stream has ended; `settled` resolves when its handler's `finally` has run, if it has not yet. */
  onEnd(stream: ServerStream, settled: Promise<void> | undefined): void
}

// The largest batch. Relative events/s, measured on Node 20 with one stream of 80-byte events: 4 KiB 0.93, 16 KiB 1,
// 64 KiB 0.98.
const batchChars = 16 * 1024
// How long a handler that never waits may be pulled before other callbacks of the event loop get their turn.
const sliceMs = 5

/**
 * The stream of one reader: pulls from its handler while the sink has room, and writes one batch of frames a turn of
 * the event loop, or every 16 KiB.
 */
export class ServerStream implements Writable, SinkSource, Flushable {
  readonly ctx: RequestContext
  readonly policy: StreamPolicy
  events = 0
  /** How the stream ended: `complete`, `failed`, or the reason for which it was ended; `undefined` while it is open. */
  outcome: 'complete' | 'failed' | EndReason | undefined
  error: unknown
  readonly #format: Format
  readonly #host: StreamHost
  #source: FrameSource | undefined
  #attachment: FrameAttachment | undefined
  #sink: Sink | undefined
  #pending = ''
  #position: string
  #isOpen = false
  #isBlocked = false
  #isScheduled = false
  #sliceStart = 0
  #eventsInSlice = 0
  #wake: (() => void) | undefined
  #settleHead: { resolve: (once?: Response) => void; reject: (error: unknown) => void } | undefined
  #once: Response | undefined
  #return: (() => void) | undefined
  #returned: Promise<void> | undefined

  constructor(ctx: RequestContext, policy: StreamPolicy, format: Format, host: StreamHost) {
    this.ctx = ctx
    this.policy = policy
    this.#format = format
    this.#host = host
    this.#position = ctx.lastEventId?.replace(/[\0\r\n]/g, '') ?? ''
  }

  /**
   * Resolves when the response's head should be sent, with a response where the handler answers once after all; rejects
   * when the stream failed or was ended before. Call it once.
   */
  opened(): Promise<Response | undefined> {
    if (this.#isOpen || this.#once !== undefined) return Promise.resolve(this.#once)
    return new Promise((resolve, reject) => {
      if (this.outcome === undefined) this.#settleHead = { resolve, reject }
      else reject(this.outcome === 'failed' ? this.error : this.ctx.signal.reason)
    })
  }

  /** Whether the format is SSE, so that the frames of a `FrameSource` can be passed on without encoding them again. */
  get takesFrames(): boolean {
    return this.#format.isSse
  }

  /** Starts to pull events from a handler's iterator. */
  pull(iterator: AsyncIterator<unknown>): void {
    // `return()` is called from whatever ends the stream, the request of somebody else maybe. A continuation runs in the
    // async context (AsyncLocalStorage) in which it was attached: here, that of the stream's own request.
    this.#returned = new Promise<void>((resolve) => {
      this.#return = resolve
    }).then(() => this.#returnIterator(iterator))
    if (this.outcome !== undefined) this.#closeIterator()
    else void this.#pump(iterator)
  }

  /** Takes the frames of a source as they are. Head and source may come in either order: whichever is last attaches. */
  follow(source: FrameSource): void {
    this.#source = source
    this.open()
    if (this.#sink !== undefined && this.outcome === undefined) this.#attachTo(source)
  }

  /** Opens the response without waiting for the first event. */
  open(): void {
    if (this.#isOpen || this.outcome !== undefined) return
    this.#beginFrames()
    this.#enqueue(this.#format.heartbeat())
  }

  /** Sends a heartbeat, so that no proxy cuts a silent stream; none to a blocked sink, which has bytes to send. */
  sendHeartbeat(): void {
    if (this.outcome !== undefined) return
    if (this.#isBlocked) this.#host.onWrite(this)
    else this.#enqueue(this.#format.heartbeat())
  }

  attach(sink: Sink): void {
    this.#sink = sink
    if (this.outcome !== undefined) {
      this.#endSink(sink)
      return
    }
    if (this.#source !== undefined) this.#attachTo(this.#source)
    if (this.#pending.length >= batchChars) this.#flush()
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
    this.#abortHandler('left')
  }

  /** Ends the stream for a reason of the server's; readers that take control events are told when to reconnect. */
  end(reason: Exclude<EndReason, 'left'>): void {
    if (this.outcome !== undefined) return
    if (this.#isOpen) this.#pending += this.#reconnectFrame()
    this.#conclude(reason)
    this.#abortHandler(reason)
    if (this.#sink !== undefined) this.#endSink(this.#sink)
  }

  toReadableStream(onEnd?: (complete: boolean) => void): ReadableStream<Uint8Array<ArrayBuffer>> {
    return openReadableStream(this, onEnd)
  }

  flushTurn(): void {
    this.#isScheduled = false
    this.#eventsInSlice = 0
    this.#flush()
  }

  async #pump(iterator: AsyncIterator<unknown>): Promise<void> {
    try {
      for (;;) {
        const result = await iterator.next()
        if (this.outcome !== undefined) return
        if (result.done) return this.#finish(result.value)
        this.#send(result.value)
        if (this.#mustWait) await this.#waitForRoom()
        if (this.#mustYieldTurn) await new Promise<void>(nextTurn)
        if (this.outcome !== undefined) return
      }
    } catch (error) {
      this.fail(error)
    }
  }

  /**
   * Ends the stream because its handler threw or yielded what cannot be sent. After the end the error is only recorded.
   */
  fail(error: unknown): void {
    if (this.outcome !== undefined) {
      this.error ??= error
      return
    }
    this.error = error
    if (this.#isOpen) {
      const { payload, retryable } = this.#host.onFailure(this, error)
      this.#pending += this.#format.error(payload) + (retryable ? this.#reconnectFrame() : this.#endFrame())
    }
    this.#conclude('failed')
    this.#closeIterator()
    this.#settleHead?.reject(error)
    if (this.#sink !== undefined) this.#endSink(this.#sink)
  }

  /** The handler has returned: a response, before anything was sent, is the answer instead of a stream. */
  #finish(result: unknown): void {
    if (!isResponse(result)) return this.#complete()
    if (!this.#isOpen) return this.answerOnce(result)
    dismiss(result)
    this.fail(new TidingsError('ERR_ROUTE', 'The handler returned a Response, but its stream is open already.'))
  }

  /** Gives the place of the stream back: the handler's answer is `response`. */
  answerOnce(response: Response): void {
    if (this.outcome !== undefined) return dismiss(response)
    this.#conclude('complete')
    this.#host.onEnd(this, undefined)
    this.#once = response
    this.#settleHead?.resolve(response)
  }

  #complete(): void {
    if (!this.#isOpen) this.#beginFrames()
    this.#pending += this.policy.onEnd === 'stop' ? this.#endFrame() : this.#reconnectFrame()
    this.#conclude('complete')
    this.#host.onEnd(this, undefined)
    if (this.#sink !== undefined) this.#endSink(this.#sink)
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
    this.#eventsInSlice += 1
    if (!this.#isOpen) this.#beginFrames()
    this.#enqueue(frames)
  }

  #enqueue(frames: string): void {
    this.#pending += frames
    if (this.#pending.length >= batchChars) this.#flush()
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
    return this.#isBlocked || this.#pending.length >= batchChars
  }

  #waitForRoom(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve
    })
  }

  #wakePump(): void {
    const wake = this.#wake
    this.#wake = undefined
    wake?.()
  }

  /**
   * Whether this turn's slice of time is used up. The clock is read every 8th event: often enough for slow handlers, too
   * rarely to cost a fast one anything.
   */
  get #mustYieldTurn(): boolean {
    return (this.#eventsInSlice & 7) === 0 && performance.now() - this.#sliceStart > sliceMs
  }

  #attachTo(source: FrameSource): void {
    try {
      const attachment = source.attach(this.#frameSink())
      // `attach` has written what the source had ready, which may have ended this stream (`overflow`).
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
    // Pending text is written first, even to a full socket: order is worth more than a few bytes of its buffer.
    if (this.#pending !== '') this.#sink.write(this.#pending)
    this.#pending = ''
    this.#isBlocked = !this.#sink.writeBytes(frames)
    this.#host.onWrite(this)
    // Only a blocked sink is measured: one with room holds less than its own high-water mark.
    if (this.#isBlocked && this.#sink.bufferedBytes > this.policy.maxBufferedBytes + frames.byteLength)
      this.end('overflow')
    return !this.#isBlocked
  }

  #endFrame(): string {
    return this.policy.onEnd === 'stop' ? this.#format.end(this.#position) : ''
  }

  #reconnectFrame(): string {
    return this.#format.controls ? this.#format.retry(jitter(this.policy.retryMs ?? defaultRetryMs)) : ''
  }

  #conclude(outcome: NonNullable<ServerStream['outcome']>): void {
    this.outcome = outcome
    this.#wakePump()
  }

  #abortHandler(reason: EndReason): void {
    const ended = new StreamEndedError(reason)
    this.ctx.abort(ended)
    this.#closeIterator()
    this.#settleHead?.reject(ended)
  }

  /**
   * Calls `return()`, which a generator queues behind the step that it is in: its `finally` runs right after that step.
   */
  #closeIterator(): void {
    this.#attachment?.detach()
    this.#return?.()
    const settled = this.#returned
    if (settled !== undefined) this.ctx.incoming.waitUntil?.(settled)
    this.#host.onEnd(this, settled)
  }

  async #returnIterator(iterator: AsyncIterator<unknown>): Promise<void> {
    try {
      await iterator.return?.()
    } catch (error) {
      // The stream has ended, so its reader cannot be sent this error; `onFinish` gets it.
      this.error ??= error
    }
  }

  #endSink(sink: Sink): void {
    const frames = this.#pending
    this.#pending = ''
    sink.end(frames)
  }
}
