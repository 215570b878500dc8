// One open stream, from the request to its one end: what is sent to its reader, in which order, and how it finishes.
import { jitter } from '../base/index.ts'
import type { FrameSource } from '../sse/index.ts'
import { SseEvent } from '../sse/index.ts'
import { defaultRetryMs } from '../sse/internal.ts'
import { dismiss, isAsyncIterable, isResponse } from './answer.ts'
import type { Failure } from './error-policy.ts'
import type { Feed } from './feed.ts'
import type { Format } from './format.ts'
import type { Strings } from './context.ts'
import { inRoute, mistake } from './mistake.ts'
import type { ObservedStream } from './observe.ts'
import { Outbox, type OutboxOwner } from './outbox.ts'
import type { StreamPolicy } from './policy.ts'
import { Pump, type PumpStream } from './pump.ts'
import type { Writable } from './reply.ts'
import type { RequestContext } from './request-context.ts'
import { SharedFeed, type SharedFeedStream } from './shared-feed.ts'
import type { Sink, SinkSource } from './sink.ts'
import { StreamEndedError, type EndReason, type StreamOutcome, type Unread } from './stream-end.ts'
import { refuseReturned } from './source.ts'
import { openReadableStream } from './web-sink.ts'

/** What a stream reports to the server that holds it. */
export interface StreamHost {
  /** The stream has opened: its head can be sent. */
  onOpen(stream: ServerStream): void
  /** Its response is about to be sent. */
  onHead(stream: ServerStream, response: Response): void
  /** The time until the next heartbeat starts over. */
  restartHeartbeat(stream: ServerStream): void
  /** Frames were written, so that the time until the next heartbeat starts over. */
  onWrite(stream: ServerStream, frames: string | Uint8Array): void
  /** The reader takes nothing: what is written waits in this process. */
  onFull(stream: ServerStream): void
  /** The reader has taken what was waiting. */
  onRoom(stream: ServerStream): void
  /** Reports `error`; returns what the reader is sent, and whether reconnecting may help. */
  onFailure(stream: ServerStream, error: unknown): Failure
  /** The stream has ended. Called once, before its last frames are written. */
  onEnd(stream: ServerStream): void
  /** These are the last frames of a stream that has ended. */
  onLast(stream: ServerStream, frames: string): void
  /** Nothing more is written of a stream that had opened. Called once. */
  onOver(stream: ServerStream): void
  /** The stream has ended, and its handler's `finally` has run once `settled` resolves. */
  onSettling(stream: ServerStream, settled: Promise<void>): void
}

/** What is left to say when a stream ends. */
interface Ending {
  /** The last frames; `undefined` where nobody reads them. */
  readonly frames: string | undefined
  /** Why it ended before its handler: aborts `ctx.signal`. */
  readonly reason?: StreamEndedError
  /** What its handler threw. */
  readonly failure?: { readonly error: unknown }
  /** The answer that stands in place of the stream. */
  readonly once?: Response
}

/** The stream of one reader. Its events come from a {@link Feed}, and its frames wait in an {@link Outbox}. */
export class ServerStream implements Writable, SinkSource, OutboxOwner, PumpStream, SharedFeedStream, ObservedStream {
  readonly ctx: RequestContext
  readonly policy: StreamPolicy
  events = 0
  /** How the stream ended; `undefined` while it is open. */
  outcome: StreamOutcome | undefined
  error: unknown
  #format: Format
  readonly #host: StreamHost
  readonly #outbox = new Outbox(this)
  /** The handler's promise, until it has said what it streams. */
  #pending: Promise<void> | undefined
  #feed: Feed | undefined
  #position: string
  #isOpen = false
  #hasSink = false
  #settleHead: { resolve: (once?: Response) => void; reject: (error: unknown) => void } | undefined
  #ending: Ending | undefined

  constructor(ctx: RequestContext, policy: StreamPolicy, format: Format, host: StreamHost) {
    this.ctx = ctx
    this.policy = policy
    this.#format = format
    this.#host = host
    this.#position = ctx.lastEventId?.replace(/[\0\r\n]/g, '') ?? ''
  }

  /** Whether the format is SSE, so that the frames of a `FrameSource` can be passed on without encoding them again. */
  get takesFrames(): boolean {
    return this.#format.isSse
  }

  get isOpen(): boolean {
    return this.#isOpen
  }

  get route(): string | undefined {
    return this.ctx.routePath
  }

  get target(): string {
    return this.ctx.incoming.target
  }

  get requestHeaders(): Strings {
    return this.ctx.incoming.headers
  }

  get contentType(): string {
    return this.#format.contentType
  }

  get takesControls(): boolean {
    return this.#format.controls
  }

  get maxBufferedBytes(): number {
    return this.policy.maxBufferedBytes
  }

  /** The bytes that wait for the reader in this process. */
  get bufferedBytes(): number {
    return this.#outbox.bufferedBytes
  }

  /**
   * Resolves when the response's head should be sent, with a response where the handler answers once after all; rejects
   * when the stream failed or was ended before. Call it once.
   */
  opened(): Promise<Response | undefined> {
    return new Promise((resolve, reject) => {
      if (this.#ending === undefined && this.#isOpen) return resolve(undefined)
      this.#settleHead = { resolve, reject }
      if (this.#ending !== undefined) this.#endHead(this.#ending)
    })
  }

  /** What the response says of its content. */
  get head(): { readonly contentType: string; readonly headers?: Readonly<Record<string, string>> } {
    return this.#format
  }

  /** Writes in another format than was negotiated. Called before anything is written. */
  use(format: Format): void {
    this.#format = format
  }

  /** Waits for a handler that has yet to say what it streams: `use` is called with that. */
  waitFor(result: PromiseLike<unknown>, use: (value: unknown) => void): void {
    this.#pending = this.#await(result, use)
  }

  /** Starts to pull events from a handler's iterator. */
  pull(iterator: AsyncIterator<unknown>): void {
    const pump = new Pump(iterator, this.#outbox, this)
    if (this.#adopt(pump)) void pump.run()
  }

  /** Takes the frames of a source as they are. Head and source may come in either order: whichever is last attaches. */
  follow(source: FrameSource): void {
    const feed = new SharedFeed(source, this.#outbox, this)
    this.open()
    if (this.#adopt(feed) && this.#hasSink) feed.onSink()
  }

  /** Opens the response without waiting for the first event. */
  open(): void {
    if (this.#isOpen || this.outcome !== undefined) return
    this.#beginFrames()
    this.#outbox.add(this.#format.heartbeat())
  }

  /** Sends a heartbeat, so that no proxy cuts a silent stream; none to a full reader, which has bytes to take. */
  sendHeartbeat(): void {
    if (this.outcome !== undefined) return
    if (this.#outbox.isFull) this.#host.restartHeartbeat(this)
    else this.#outbox.add(this.#format.heartbeat())
  }

  attach(sink: Sink): void {
    this.#hasSink = true
    this.#outbox.attach(sink)
    if (this.outcome === undefined) this.#feed?.onSink()
  }

  resume(): void {
    if (this.#outbox.resume()) this.#feed?.resume()
  }

  /** Sends one value of the handler's. Throws for what cannot be sent. */
  send(value: unknown): void {
    const frames = this.#encode(value)
    if (value instanceof SseEvent && value.fields.id !== undefined) this.#position = value.fields.id
    if (!this.#isOpen) this.#beginFrames()
    if (this.outcome !== undefined) return
    this.events += 1
    this.#outbox.add(frames)
  }

  onEvents(count: number): void {
    this.events += count
  }

  onHead(response: Response): void {
    this.#host.onHead(this, response)
  }

  onWrite(frames: string | Uint8Array): void {
    this.#host.onWrite(this, frames)
  }

  onLast(frames: string): void {
    this.#host.onLast(this, frames)
  }

  onFull(): void {
    this.#host.onFull(this)
  }

  onRoom(): void {
    this.#host.onRoom(this)
  }

  /** The handler has returned: a response, before anything was sent, is the answer instead of a stream. */
  finish(result: unknown): void {
    if (isAsyncIterable(result)) return this.fail(refuseReturned(this.ctx, result))
    if (!isResponse(result)) return this.complete()
    if (!this.#isOpen) return this.answerOnce(result)
    dismiss(result)
    this.fail(mistake(this.ctx, 'the handler returned a Response, but its stream is open already.'))
  }

  /** Everything has been sent. Throws for a `position` that no frame can hold. */
  complete(position: string = this.#position): void {
    if (this.outcome !== undefined) return
    const frames = this.policy.onEnd === 'stop' ? this.#endFrame(position) : this.#reconnectFrame()
    if (!this.#isOpen) this.#beginFrames()
    this.#conclude('complete', { frames })
  }

  /** Gives the place of the stream back: the handler's answer is `response`. */
  answerOnce(response: Response): void {
    if (this.outcome === undefined) this.#conclude('complete', { frames: '', once: response })
    else dismiss(response)
  }

  /** Ends the stream because its handler threw or yielded what cannot be sent. After the end the error is only recorded. */
  fail(error: unknown): void {
    if (this.outcome !== undefined) {
      this.error ??= error
      return
    }
    this.error = error
    this.#conclude('failed', { frames: this.#isOpen ? this.#errorFrames(error) : '', failure: { error } })
  }

  /** Nobody reads: the reader has disconnected, or has been answered by somebody else. */
  leave(reason: Unread = 'left'): void {
    if (this.outcome === undefined) this.#stop(reason, undefined)
  }

  /** Ends the stream for a reason of the server's; readers that take control events are told when to reconnect. */
  end(reason: Exclude<EndReason, Unread>): void {
    if (this.outcome !== undefined) return
    this.#stop(reason, this.#isOpen ? this.#cutFrames() : '')
  }

  toReadableStream(onEnd?: (complete: boolean) => void): ReadableStream<Uint8Array<ArrayBuffer>> {
    return openReadableStream(this, onEnd)
  }

  #stop(outcome: EndReason, frames: string | undefined): void {
    this.#conclude(outcome, { frames, reason: new StreamEndedError(outcome) })
  }

  /** The one way in which a stream finishes, whatever the outcome. */
  #conclude(outcome: StreamOutcome, ending: Ending): void {
    // An observer, or `onError`, may have ended it while its last frames were made.
    if (this.outcome !== undefined) return
    this.outcome = outcome
    this.#ending = ending
    if (ending.reason !== undefined) this.ctx.abort(ending.reason)
    this.#host.onEnd(this)
    this.#settle(this.#pending)
    this.#settle(this.#feed?.stop())
    this.#endHead(ending)
    if (ending.frames === undefined) this.#outbox.discard()
    else this.#outbox.end(ending.frames)
    if (this.#isOpen) this.#host.onOver(this)
  }

  /** Tells who waits for the head that there is one, or why there will be none. */
  #endHead({ reason, failure, once }: Ending): void {
    if (this.#isOpen || once !== undefined) this.#settleHead?.resolve(once)
    else this.#settleHead?.reject(failure === undefined ? reason : failure.error)
    this.#settleHead = undefined
  }

  async #await(result: PromiseLike<unknown>, use: (value: unknown) => void): Promise<void> {
    try {
      const value = await result
      this.#pending = undefined
      use(value)
    } catch (error) {
      this.fail(error)
    }
  }

  /** Makes `feed` the source of this stream. `false`: the stream has ended already, and so has the feed. */
  #adopt(feed: Feed): boolean {
    this.#feed = feed
    if (this.outcome === undefined) return true
    this.#settle(feed.stop())
    return false
  }

  #settle(settled: Promise<void> | undefined): void {
    if (settled === undefined) return
    this.#host.onSettling(this, settled)
    this.ctx.incoming.waitUntil?.(settled)
  }

  #beginFrames(): void {
    this.#isOpen = true
    this.#host.onOpen(this)
    if (this.policy.retryMs !== undefined) this.#outbox.add(this.#format.retry(this.policy.retryMs))
    this.#settleHead?.resolve()
    this.#settleHead = undefined
  }

  #encode(value: unknown): string {
    try {
      return this.#format.event(value)
    } catch (error) {
      throw inRoute(this.ctx, error)
    }
  }

  #errorFrames(error: unknown): string | undefined {
    const { payload, retryable } = this.#host.onFailure(this, error)
    const frames = this.#format.error(payload)
    if (frames === undefined) return undefined
    return frames + (retryable ? this.#reconnectFrame() : this.#endFrame(this.#position))
  }

  #cutFrames(): string | undefined {
    return this.#format.cut === undefined ? this.#reconnectFrame() : this.#format.cut()
  }

  #endFrame(position: string): string {
    return this.policy.onEnd === 'stop' ? this.#format.end(position) : ''
  }

  #reconnectFrame(): string {
    return this.#format.controls ? this.#format.retry(jitter(this.policy.retryMs ?? defaultRetryMs)) : ''
  }
}
