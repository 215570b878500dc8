// One stream over any number of connections: opens them, reads their events, and tells an end from an interruption.
import { checkStreamOptions } from '#extras'
import { TidingsError } from '../../base/index.ts'
import { EventReader, type ReadEvent } from './event-reader.ts'
import { invalid } from '../http/event-data.ts'
import { pauseMs } from '../http/pause.ts'
import { createRequest, type StreamRequest } from './request.ts'
import { openBody, ResponseError, responseError } from '../http/response-error.ts'
import { interrupted, isTransient } from './retry.ts'
import type { ServerEvent } from './server-event.ts'
import { StreamError } from './stream-error.ts'
import { streamTypeOf } from './stream-type.ts'
import type { StateNotice, StreamOptions } from './options.ts'
import type { HeaderValues } from '../http/header-values.ts'

/** A stream of events, read by one `for await`, which sends the first request when it starts. */
export interface EventStream<Event extends ServerEvent = ServerEvent> extends AsyncIterable<Event> {
  /** The HTTP status of the last response; 0 before the first. */
  readonly status: number
  /** The id of the last event received; a later stream resumes after it with the option `lastEventId`. */
  readonly lastEventId: string
  /** Cuts short a pause before a reconnect. Does nothing at other times. */
  reconnect(): void
  /** Aborts the request and ends the iteration, also during a pause before a reconnect. */
  close(): void
}

type Result = IteratorResult<ServerEvent, undefined>

/**
 * The implementation of {@link EventStream}, which reconnects as needed.
 *
 * @throws TidingsError `ERR_OPTION` for an invalid url or option
 */
export class Events implements EventStream, AsyncIterator<ServerEvent, undefined> {
  status = 0
  readonly #url: string | URL
  readonly #options: StreamOptions
  readonly #events = this.#pull()
  #request: StreamRequest
  /** Aborts the current try: its pause, its request, its response, and every wait for a function of the caller. */
  #attempt = new AbortController()
  /** The reader of the last response, which has the position. */
  #reader: EventReader | undefined
  #isConnected = false
  #retryMs = 0
  /** When the reader began to wait for the next event, or the current request was sent. */
  #waitingSince: number | undefined
  #requestCount = 0
  /** The failures since the last event. */
  #failures = 0
  /** The failures before the current response. */
  #failuresBefore = 0
  #pendingCalls = 0
  /** Whether the server takes a repeated POST for the same: `unsafe` says so, or the server resumes a run. */
  #isResumable: boolean | undefined
  /** Why the last request that was sent has to be sent again. */
  #lost: unknown
  #isUnauthorized = false
  #isDone = false
  #failure: readonly [reason: unknown] | undefined
  /** Ends the pause. */
  #wake: (() => void) | undefined
  /** Ends what is waited for. */
  #giveUp: ((reason: unknown) => void) | undefined

  constructor(url: string | URL, options: StreamOptions) {
    checkStreamOptions(options)
    this.#url = url
    this.#options = options
    this.#request = createRequest(url, options)
    this.#isResumable = (options.retry || {}).unsafe
  }

  /** Without `~end`, which marks a stream that has ended: nothing can resume after it. */
  get lastEventId(): string {
    return (this.#reader ?? this.#options).lastEventId?.replace(/~end$/, '') ?? ''
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  reconnect(): void {
    this.#wake?.()
  }

  /** The next event. One already received costs one promise (measured on Node 20: 80-byte events, 64 KiB chunks). */
  next(): Promise<Result> {
    const { schema, until } = this.#options
    try {
      const value = this.#pendingCalls || schema || until ? undefined : this.#take()
      if (value) return Promise.resolve({ done: false, value })
    } catch (error) {
      this.#fail(error)
    }
    return this.#queue()
  }

  return(): Promise<Result> {
    this.close()
    return this.#events.return(undefined)
  }

  close(): void {
    this.#end()
  }

  #end(reason?: unknown): void {
    if (this.#isDone) return
    this.#isDone = true
    this.#options.signal?.removeEventListener('abort', this.#abort)
    this.#disconnect(reason)
    this.#enter('closed', reason)
  }

  /** Aborts and cancels: Firefox keeps a connection whose body is only cancelled, and some `fetch`es ignore signals. */
  #disconnect(reason?: unknown): void {
    this.#isConnected = false
    this.#giveUp?.(reason)
    this.#attempt.abort(reason)
    this.#reader?.close()
  }

  readonly #abort = (): void => this.#fail(this.#options.signal?.reason)

  /** Ends the stream: the iteration throws `reason`. */
  readonly #fail = (reason: unknown): void => {
    this.#failure ??= [reason]
    this.#end(reason)
  }

  #enter(state: StateNotice['state'], reason?: unknown): void {
    this.#tell(this.#options.onState, { state, reason })
  }

  /** Calls a function of the caller that nothing waits for; what it throws or rejects with ends the stream. */
  #tell<Notice>(callback: ((notice: Notice) => unknown) | undefined, notice: Notice): void {
    const call = async (): Promise<unknown> => callback?.(notice)
    call().catch(this.#fail)
  }

  /** Waits for the next event; concurrent calls get their events in the order of the calls. */
  #queue(): Promise<Result> {
    this.#pendingCalls += 1
    // Before the caller resumes, so that its next call can return a received event directly.
    return this.#events.next().finally(() => (this.#pendingCalls -= 1))
  }

  async *#pull(): AsyncGenerator<ServerEvent, undefined> {
    const { signal } = this.#options
    if (signal?.aborted) this.#abort()
    // Only now: nothing would remove the listener of a stream that is never read.
    else if (!this.#isDone) signal?.addEventListener('abort', this.#abort)
    try {
      while (!this.#isDone) {
        const event = this.#take()
        if (event) yield await this.#check(event)
        else if (!this.#isDone) await this.#readMore()
      }
    } catch (error) {
      if (!this.#isDone) this.#fail(error)
    }
    if (this.#failure) throw this.#failure[0]
  }

  /** The next event for the reader among those already received: control events that it need not see are left out. */
  #take(): ReadEvent | undefined {
    for (;;) {
      // Not of a body that was cancelled, which looks like one that has ended.
      const event = this.#isConnected && this.#reader?.next()
      if (!event) return undefined
      this.#waitingSince = undefined
      const name = this.#reader?.isControl && event.event
      // Does not reset the failure count.
      if (name === 'tidings:open') {
        // A repeated request follows this run, and starts no handler. A topic is no run.
        if (Object(event.data).run) this.#isResumable = true
        continue
      }
      this.#failures = 0
      if (name === 'error') throw new StreamError(event.data)
      if (name !== 'tidings:end') return event
      this.close()
      return undefined
    }
  }

  /** The event with the data that the schema makes of it; ends the stream if it is the last. */
  async #check(event: ReadEvent): Promise<ServerEvent> {
    const { schema, until } = this.#options
    if (this.#reader?.isControl) return event
    if (schema) {
      const result = await this.#wait(() => schema['~standard'].validate(event.data))
      if (result.issues) throw invalid(`valid (${result.issues[0]?.message})`, JSON.stringify(event.data))
      event.data = result.value
    }
    if (until && (await this.#wait(() => until(event)))) this.close()
    return event
  }

  /** Connects, or receives more text. After a transient failure it waits for the backoff; the next call reconnects. */
  async #readMore(): Promise<void> {
    const { headers, request, until } = this.#options
    const { lastEventId } = this
    const reader = this.#reader
    this.#waitingSince ??= performance.now()
    // Whether the caller's functions are still making the request.
    let isUnsent: boolean | undefined
    // Whether the server announced the end by `retry`: that of `maxDurationMs`, for example, is no failure.
    let isExpected: boolean | undefined
    try {
      if (reader && this.#isConnected) {
        const hasMore = await this.#wait(() => reader.read())
        if (hasMore) return
        const isCut = hasMore === undefined
        // Where the server marks no end, and there is no `until`, a clean end of the body is the end.
        if (!isCut && !reader.hasControls && until === undefined) return this.close()
        isExpected = reader.retryMs !== undefined
        // What always ends like this, and cannot be resumed, would always begin anew: its events are no progress.
        if (isCut && lastEventId === '') this.#failures = this.#failuresBefore
        throw interrupted(isCut ? 'The stream ended within a line' : 'The stream ended early')
      }
      const attempt = this.#requestCount++
      isUnsent = true
      this.#enter('connecting')
      const changes = request && (await this.#wait(() => request({ lastEventId, attempt })))
      const given =
        typeof headers === 'function'
          ? await this.#wait(() => headers({ attempt, isUnauthorized: this.#isUnauthorized }))
          : headers
      isUnsent = false
      if (request) this.#request = createRequest(this.#url, this.#options, changes ?? {})
      if (this.#lost && !this.#mayRepeat()) return this.#fail(this.#lost)
      this.#waitingSince = performance.now()
      await this.#wait(() => this.#open(given, lastEventId))
    } catch (error) {
      if (!this.#isDone) await this.#backOff(error, isUnsent, isExpected)
    }
  }

  async #open(headers: HeaderValues | undefined, lastEventId: string): Promise<void> {
    const { signal } = this.#attempt
    const response = await this.#request.send(headers, lastEventId, signal)
    // A `fetch` that ignores its signal: the server has to see the disconnect.
    if (signal.aborted) return response.body?.cancel().catch(() => {})
    this.status = response.status
    if (response.status === 204) return this.close()
    const type = streamTypeOf(response.headers.get('content-type'))
    if (!response.ok || type === undefined) throw await responseError(response)
    this.#isUnauthorized = false
    this.#reader = new EventReader(openBody(response), type, lastEventId, this.#options)
    this.#isConnected = true
    this.#failuresBefore = this.#failures
    this.#enter('open')
    this.#tell(this.#options.onOpen, response)
  }

  /** Waits for what the caller or the server has to do, until the try is aborted: an interruption after a timeout. */
  async #wait<Value>(
    work: () => Value | PromiseLike<Value>,
    ms: number = this.#leftMs(),
    onTime = (): void => this.#disconnect(interrupted('No answer in time')),
  ): Promise<Value> {
    const { signal } = this.#attempt
    // React Native's signals have no `throwIfAborted`.
    if (signal.aborted) throw signal.reason
    const timer = ms < Infinity ? setTimeout(onTime, ms) : undefined
    try {
      // What `work` throws at once is to be a rejection, too: otherwise nobody would wait for the first of the two.
      return await Promise.race([new Promise<never>((_, reject) => (this.#giveUp = reject)), (async () => work())()])
    } finally {
      clearTimeout(timer)
    }
  }

  #leftMs(): number {
    const { idleTimeoutMs, eventTimeoutMs } = this.#options
    const now = performance.now()
    return Math.min(idleTimeoutMs || Infinity, (this.#waitingSince ?? now) + (eventTimeoutMs || Infinity) - now)
  }

  async #backOff(cause: unknown, isUnsent: boolean | undefined, isExpected: boolean | undefined): Promise<void> {
    const error = isUnsent || cause instanceof TidingsError ? cause : interrupted('Stream lost', cause)
    this.#disconnect()
    this.#attempt = new AbortController()
    this.#retryMs = this.#reader?.retryMs ?? this.#retryMs
    const { headers, request, retry = {}, onRetry } = this.#options
    const mayAsk = typeof headers === 'function' && this.#request.mayRepeat !== false && !this.#isUnauthorized
    if (mayAsk && error instanceof ResponseError && error.status === 401) {
      // At once, with new headers; a second 401 is final.
      this.#isUnauthorized = true
      return
    }
    // With `request`, the next request may be another one.
    if (!isUnsent && !request && !this.#mayRepeat()) throw error
    if (!isUnsent) this.#lost = error
    const attempt = this.#failures + 1
    if (!isExpected) this.#failures = attempt
    const { attempts = 10, ...limits } = retry || { attempts: 0 }
    if (this.#failures > attempts || !isTransient(error, isUnsent)) throw error
    const delayMs = pauseMs(this.#failures, error, this.#retryMs, limits)
    this.#tell(onRetry, { attempt, delayMs, error })
    this.#enter('waiting', error)
    await this.#wait(
      () => new Promise<void>((resolve) => (this.#wake = resolve)),
      delayMs,
      () => this.reconnect(),
    )
  }

  /** Whether the request may be sent again. */
  #mayRepeat(): boolean | undefined {
    return this.#request.mayRepeat ?? this.#isResumable
  }
}
