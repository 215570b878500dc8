// All open streams of a server: their timers, their limits, and their end.
import { checkObserver, describeValue, longestDelayMs, Observers, TidingsError, TimeoutTable } from '../base/index.ts'
import type { Resumable } from '../sse/index.ts'
import { settlesWithin, type Deadline } from './closing.ts'
import type { Context } from './context.ts'
import type { RequestContext } from './request-context.ts'
import { ServerStream } from './server-stream.ts'
import type { ErrorPolicy, Failure } from './error-policy.ts'
import type { Format } from './format.ts'
import { err } from './http-error.ts'
import { serverObserverMethods, type ServerObserver } from './observe.ts'
import type { StreamPolicy } from './policy.ts'
import type { EndReason, Unread } from './stream-end.ts'
import { defaultRetryAfterSeconds, type StreamLimits } from './stream-limits.ts'

/** The registry of a server's streams. */
export class StreamRegistry {
  readonly #limits: StreamLimits
  readonly #errors: ErrorPolicy
  readonly #open = new Map<ServerStream, string | undefined>()
  /** Those that have ended, and whose end is yet to be told. */
  readonly #ending = new Set<ServerStream>()
  readonly #perKey = new Map<string, number>()
  /** The ends of handlers whose streams were ended. */
  readonly #settling = new Map<Promise<void>, RequestContext>()
  readonly #resumables = new Set<Resumable<Context>>()
  readonly #heartbeats = new TimeoutTable<ServerStream>((stream) => stream.sendHeartbeat())
  readonly #openings = new TimeoutTable<ServerStream>((stream) => stream.open())
  readonly #durations = new TimeoutTable<ServerStream>((stream) => stream.end('duration'))
  /** The readers that are full, with the bytes that waited for each when that was last looked at. */
  readonly #full = new Map<ServerStream, number>()
  readonly #stalls = new TimeoutTable<ServerStream>((stream) => this.#endIfStalled(stream))
  readonly #expiries = new Map<ServerStream, ReturnType<typeof setTimeout>>()
  readonly #observers = new Observers<ServerObserver>()
  readonly #onObserverError = (error: unknown, { ctx }: ServerStream): void => this.#errors.report(error, ctx)

  constructor(limits: StreamLimits, errors: ErrorPolicy) {
    this.#limits = limits
    this.#errors = errors
  }

  /** How many streams are open. */
  get size(): number {
    return this.#open.size
  }

  /**
   * Creates the stream of `ctx`, counts it, and starts its timers.
   *
   * @throws HttpError 503 or 429 beyond a limit, 401 when `expiresAt` has passed already.
   */
  create(ctx: RequestContext, policy: StreamPolicy, format: Format): ServerStream {
    const key = checkKey(this.#limits.maxStreamsPerKey?.key(ctx))
    this.#refuseBeyondLimits(key)
    const expiresAt = checkTime(ctx, policy.expiresAt?.(ctx))
    if (expiresAt !== undefined && expiresAt <= Date.now())
      throw err.unauthorized('The authorization of the stream has expired.')
    const stream = new ServerStream(ctx, policy, format, this)
    this.#open.set(stream, key)
    if (policy.resume !== undefined) this.#resumables.add(policy.resume)
    if (key !== undefined) this.#perKey.set(key, (this.#perKey.get(key) ?? 0) + 1)
    this.#durations.restart(stream, policy.maxDurationMs)
    if (expiresAt !== undefined) this.#endAt(stream, expiresAt)
    return stream
  }

  /** Tells `observer` of all streams, those that are open included, until the returned function is called. */
  observe(observer: ServerObserver): () => void {
    checkObserver(observer, serverObserverMethods)
    const stop = this.#observers.add(observer)
    for (const stream of [...this.#open.keys(), ...this.#ending]) {
      if (stream.isOpen) this.#errors.guard(() => observer.onOpen?.(stream), stream.ctx)
    }
    return stop
  }

  /** The handler has begun to stream: from now on its first event may take `openAfterMs`, then the head is sent. */
  openLater(stream: ServerStream): void {
    if (stream.outcome === undefined) this.#openings.restart(stream, stream.policy.openAfterMs)
  }

  /** Ends every stream whose context `matches`, and returns how many there were. */
  end(reason: Exclude<EndReason, Unread>, matches: (ctx: RequestContext) => boolean): number {
    const chosen = [...this.#open.keys()].filter((stream) => matches(stream.ctx))
    for (const stream of chosen) stream.end(reason)
    return chosen.length
  }

  /**
   * Ends the streams whose context `matches`, spread evenly up to `ended`, those first that came first. Resolves when all of
   * their handlers have run their `finally`.
   */
  async shutDown(matches: (ctx: RequestContext) => boolean, ended: Deadline): Promise<void> {
    const open = [...this.#open.keys()].filter((stream) => matches(stream.ctx))
    while (open.length > 0) {
      const leftMs = Math.max(0, ended.leftMs)
      const stepMs = Math.max(leftMs / open.length, leastStepMs)
      const count = stepMs < leftMs ? Math.ceil((open.length * stepMs) / leftMs) : open.length
      for (const stream of open.splice(0, count)) stream.end('shutdown')
      if (open.length > 0) await settlesWithin(ended.past, stepMs)
    }
    await this.#settled(matches)
  }

  /** Resolves when no run is active in this process any more; `deadline` aborts those that still are. */
  async drain(deadline: AbortSignal): Promise<void> {
    await Promise.all(Array.from(this.#resumables, (resumable) => resumable.drain(deadline)))
  }

  onOpen(stream: ServerStream): void {
    this.#tell(stream, (observer) => observer.onOpen?.(stream))
  }

  onHead(stream: ServerStream, response: Response): void {
    this.#tell(stream, (observer) => observer.onHead?.(stream, { status: response.status, headers: response.headers }))
  }

  restartHeartbeat(stream: ServerStream): void {
    this.#heartbeats.restart(stream, stream.policy.heartbeatMs)
  }

  onWrite(stream: ServerStream, frames: string | Uint8Array): void {
    this.restartHeartbeat(stream)
    if (!this.#observers.isEmpty) this.#observers.tellOf(tellWrite, stream, frames, this.#onObserverError)
  }

  onFull(stream: ServerStream): void {
    if (stream.policy.stallTimeoutMs !== false) this.#watch(stream)
    this.#tell(stream, (observer) => observer.onFull?.(stream))
  }

  onRoom(stream: ServerStream): void {
    if (stream.policy.stallTimeoutMs !== false) this.#unwatch(stream)
    this.#tell(stream, (observer) => observer.onRoom?.(stream))
  }

  onFailure(stream: ServerStream, error: unknown): Failure {
    return this.#errors.failure(error, stream.ctx)
  }

  onEnd(stream: ServerStream): void {
    const key = this.#open.get(stream)
    this.#open.delete(stream)
    if (stream.isOpen) this.#ending.add(stream)
    if (key !== undefined) this.#releaseKey(key)
    this.#heartbeats.stop(stream, stream.policy.heartbeatMs)
    this.#openings.stop(stream, stream.policy.openAfterMs)
    this.#durations.stop(stream, stream.policy.maxDurationMs)
    this.#unwatch(stream)
    clearTimeout(this.#expiries.get(stream))
    this.#expiries.delete(stream)
  }

  onLast(stream: ServerStream, frames: string): void {
    if (frames !== '') this.#tell(stream, (observer) => observer.onWrite?.(stream, frames))
  }

  onOver(stream: ServerStream): void {
    this.#ending.delete(stream)
    this.#tell(stream, (observer) => observer.onEnd?.(stream))
  }

  onSettling(stream: ServerStream, settled: Promise<void>): void {
    this.#settling.set(settled, stream.ctx)
    void settled.then(() => this.#settling.delete(settled))
  }

  /** Resolves when every handler whose context `matches` and whose stream was ended has run its `finally`. */
  async #settled(matches: (ctx: RequestContext) => boolean): Promise<void> {
    for (;;) {
      const settling = [...this.#settling].filter(([, ctx]) => matches(ctx))
      if (settling.length === 0) return
      await Promise.all(settling.map(([settled]) => settled))
    }
  }

  #tell(stream: ServerStream, tell: (observer: ServerObserver) => void): void {
    if (!this.#observers.isEmpty) this.#observers.tell(tell, (error) => this.#errors.report(error, stream.ctx))
  }

  #watch(stream: ServerStream): void {
    this.#full.set(stream, stream.bufferedBytes)
    this.#stalls.restart(stream, stream.policy.stallTimeoutMs)
  }

  #unwatch(stream: ServerStream): void {
    this.#full.delete(stream)
    this.#stalls.stop(stream, stream.policy.stallTimeoutMs)
  }

  /** A slow reader that has taken a part of what waits for it gets the same time again. */
  #endIfStalled(stream: ServerStream): void {
    const before = this.#full.get(stream) ?? 0
    if (stream.bufferedBytes < before) this.#watch(stream)
    else stream.end('stalled')
  }

  #refuseBeyondLimits(key: string | undefined): void {
    const { maxStreams = false, maxStreamsPerKey, retryAfterSeconds = defaultRetryAfterSeconds } = this.#limits
    const headers = { 'retry-after': String(retryAfterSeconds) }
    if (maxStreams !== false && this.#open.size >= maxStreams)
      throw err.unavailable('Too many open streams.', { headers })
    if (maxStreamsPerKey === undefined || key === undefined) return
    if ((this.#perKey.get(key) ?? 0) < maxStreamsPerKey.max) return
    throw err.tooManyRequests('Too many open streams of one reader.', { headers })
  }

  #releaseKey(key: string): void {
    const left = (this.#perKey.get(key) ?? 1) - 1
    if (left === 0) this.#perKey.delete(key)
    else this.#perKey.set(key, left)
  }

  #endAt(stream: ServerStream, time: number): void {
    const delayMs = time - Date.now()
    const onDue = delayMs > longestDelayMs ? () => this.#endAt(stream, time) : () => stream.end('expired')
    this.#expiries.set(stream, setTimeout(onDue, Math.min(delayMs, longestDelayMs)))
  }
}

/** Between two steps of a shutdown; with more streams than steps, several end in one. */
const leastStepMs = 10

function tellWrite(observer: ServerObserver, stream: ServerStream, frames: string | Uint8Array): void {
  return observer.onWrite?.(stream, frames)
}

/** The time at which a stream expires. A promise or a date would end it at once, or never. */
function checkTime({ routeName }: RequestContext, time: unknown): number | undefined {
  if (time === undefined || (typeof time === 'number' && !Number.isNaN(time))) return time
  const message = `${routeName}: expiresAt must return milliseconds since 1970, not ${describeValue(time)}.`
  throw new TidingsError('ERR_OPTION', message)
}

/** The key of a stream. A promise would be a key of its own for each stream, and limit nothing. */
function checkKey(key: unknown): string | undefined {
  if (key === undefined || typeof key === 'string') return key
  throw new TidingsError('ERR_OPTION', `maxStreamsPerKey.key must return a string, not ${describeValue(key)}.`)
}
