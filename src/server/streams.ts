// All open streams of a server: their clocks, their limits, and their end.
import { Timeouts } from '../base/index.ts'
import type { RequestContext } from './context.ts'
import { EventStream } from './event-stream.ts'
import type { ErrorPayload, Format } from './format.ts'
import { err, isRetryable } from './http-error.ts'
import { checkNumber, type StreamPolicy } from './policy.ts'
import type { EndReason } from './stream-end.ts'

/** How many streams a server holds open at once. */
export interface StreamLimits {
  /** Open streams of the whole server; one more is answered 503. Default `false`: no limit. */
  readonly maxStreams?: number | false | undefined
  /** Open streams of one key (a user, an address); one more is answered 429. */
  readonly maxStreamsPerKey?:
    | { readonly max: number; readonly key: (ctx: RequestContext) => string | undefined }
    | undefined
  /** What `Retry-After` says to those that were refused, in seconds. Default 5. */
  readonly retryAfterSeconds?: number | undefined
}

interface Clocks {
  readonly heartbeat: Timeouts<EventStream> | undefined
  readonly opening: Timeouts<EventStream> | undefined
  readonly duration: Timeouts<EventStream> | undefined
}

/** The registry of a server's streams. */
export class Streams {
  readonly #limits: StreamLimits
  readonly #describe: (error: unknown, ctx: RequestContext) => ErrorPayload
  readonly #open = new Map<EventStream, string | undefined>()
  readonly #perKey = new Map<string, number>()
  readonly #settling = new Set<Promise<void>>()
  readonly #clocks = new Map<StreamPolicy, Clocks>()
  readonly #expiries = new Map<EventStream, ReturnType<typeof setTimeout>>()

  constructor(limits: StreamLimits, describe: (error: unknown, ctx: RequestContext) => ErrorPayload) {
    checkNumber('maxStreams', limits.maxStreams, 0)
    checkNumber('maxStreamsPerKey.max', limits.maxStreamsPerKey?.max, 0)
    this.#limits = limits
    this.#describe = describe
  }

  /** How many streams are open. */
  get size(): number {
    return this.#open.size
  }

  /**
   * A new stream for `ctx`, counted and timed.
   *
   * @throws HttpError 503 or 429 beyond a limit, 401 when what allows the stream has expired already.
   */
  create(ctx: RequestContext, policy: StreamPolicy, format: Format): EventStream {
    const key = this.#limits.maxStreamsPerKey?.key(ctx)
    this.#refuseBeyondLimits(key)
    const expiresAt = policy.expiresAt?.(ctx)
    if (expiresAt !== undefined && expiresAt <= Date.now()) throw err.unauthorized('What allows this stream has expired.')
    const stream = new EventStream(ctx, policy, format, this)
    this.#open.set(stream, key)
    if (key !== undefined) this.#perKey.set(key, (this.#perKey.get(key) ?? 0) + 1)
    const { opening, duration } = this.#clocksOf(policy)
    opening?.restart(stream)
    duration?.restart(stream)
    if (expiresAt !== undefined) this.#endAt(stream, expiresAt)
    return stream
  }

  /** Ends every stream that `matches`, and says how many those were. */
  end(reason: Exclude<EndReason, 'left'>, matches: (ctx: RequestContext) => boolean): number {
    const chosen = [...this.#open.keys()].filter((stream) => matches(stream.ctx))
    for (const stream of chosen) stream.end(reason)
    return chosen.length
  }

  /** Resolves when every handler whose stream was ended has run its `finally`. */
  async settled(): Promise<void> {
    while (this.#settling.size > 0) await Promise.all(this.#settling)
  }

  onWrite(stream: EventStream): void {
    this.#clocks.get(stream.policy)?.heartbeat?.restart(stream)
  }

  onFailure(stream: EventStream, error: unknown): { payload: ErrorPayload; retryable: boolean } {
    return { payload: this.#describe(error, stream.ctx), retryable: isRetryable(error) }
  }

  onEnd(stream: EventStream, settled: Promise<void> | undefined): void {
    const key = this.#open.get(stream)
    this.#open.delete(stream)
    if (key !== undefined) this.#releaseKey(key)
    const clocks = this.#clocks.get(stream.policy)
    clocks?.heartbeat?.stop(stream)
    clocks?.opening?.stop(stream)
    clocks?.duration?.stop(stream)
    clearTimeout(this.#expiries.get(stream))
    this.#expiries.delete(stream)
    if (settled === undefined) return
    this.#settling.add(settled)
    void settled.then(() => this.#settling.delete(settled))
  }

  #refuseBeyondLimits(key: string | undefined): void {
    const { maxStreams = false, maxStreamsPerKey, retryAfterSeconds = 5 } = this.#limits
    const headers = { 'retry-after': String(retryAfterSeconds) }
    if (maxStreams !== false && this.#open.size >= maxStreams) throw err.unavailable('Too many open streams.', { headers })
    if (maxStreamsPerKey === undefined || key === undefined) return
    if ((this.#perKey.get(key) ?? 0) < maxStreamsPerKey.max) return
    throw err.tooManyRequests('Too many open streams of one reader.', { headers })
  }

  #releaseKey(key: string): void {
    const left = (this.#perKey.get(key) ?? 1) - 1
    if (left === 0) this.#perKey.delete(key)
    else this.#perKey.set(key, left)
  }

  #clocksOf(policy: StreamPolicy): Clocks {
    const known = this.#clocks.get(policy)
    if (known !== undefined) return known
    const clock = (delayMs: number | false, onDue: (stream: EventStream) => void): Timeouts<EventStream> | undefined =>
      delayMs === false ? undefined : new Timeouts(delayMs, onDue)
    const clocks: Clocks = {
      heartbeat: clock(policy.heartbeatMs, (stream) => stream.beat()),
      opening: clock(policy.openAfterMs, (stream) => stream.open()),
      duration: clock(policy.maxDurationMs, (stream) => stream.end('duration')),
    }
    this.#clocks.set(policy, clocks)
    return clocks
  }

  #endAt(stream: EventStream, time: number): void {
    const timer = setTimeout(() => stream.end('expired'), Math.min(time - Date.now(), 2 ** 31 - 1))
    this.#expiries.set(stream, timer)
  }
}
