// One stream over any number of connections: opens them, reads their events, and tells an end from an interruption.
import { checkStreamOptions } from '#extras'
import { TidingsError } from '../../base/index.ts'
import { createConnection, streamTypeOf, type Connection } from './connection.ts'
import { endMark, invalid, toValue } from '../http/event-data.ts'
import { pauseMs } from '../http/pause.ts'
import type { Cursor } from './line-reader.ts'
import { createRequest, type StreamRequest } from './request.ts'
import { ResponseError, responseError } from '../http/response-error.ts'
import { interrupted, isTransient } from './retry.ts'
import type { ServerEvent } from './server-event.ts'
import { StreamError } from './stream-error.ts'
import type { StateNotice, StreamOptions } from './options.ts'
import { whileOpen } from '../http/while-open.ts'

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
  readonly #cursor: Cursor
  readonly #events = this.#pull()
  #request: StreamRequest
  /** Aborts the current try: its pause, its request, its response, and every wait for a function of the caller. */
  #attempt = new AbortController()
  #connection: Connection | undefined
  #retryMs = 0
  /** When the reader began to wait for the next event, or the current request was sent. */
  #waitingSince: number | undefined
  #requestCount = 0
  /** The failures since the last event. */
  #failures = 0
  /** Whether the server announced the end of this connection, so that it does not count as a failure. */
  #isExpected = false
  #pendingCalls = 0
  /** Whether the server takes a repeated POST for the same: `unsafe` says so, or the server resumes a run. */
  #isResumable: boolean
  /** Whether the caller's functions are still making the request. */
  #isUnsent = false
  /** Why the last request that was sent has to be sent again. */
  #lost: unknown
  #isUnauthorized = false
  #isDone = false
  #failure: readonly [reason: unknown] | undefined
  #wake = (): void => {}

  constructor(url: string | URL, options: StreamOptions) {
    checkStreamOptions(options)
    const { lastEventId = '', retry } = options
    this.#url = url
    this.#options = options
    this.#request = createRequest(url, options)
    this.#isResumable = (retry || {}).unsafe ?? false
    this.#cursor = { lastEventId, retryMs: undefined }
  }

  /** Without `~end`, which marks a stream that has ended: nothing can resume after it. */
  get lastEventId(): string {
    return this.#cursor.lastEventId.replace(/~end$/, '')
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  reconnect(): void {
    this.#wake()
  }

  /** The next event. One already received costs one promise (measured on Node 20: 80-byte events, 64 KiB chunks). */
  next(): Promise<Result> {
    const { schema, until } = this.#options
    if (this.#pendingCalls > 0 || this.#isDone || schema || until) return this.#queue()
    try {
      const value = this.#take()
      return value ? Promise.resolve({ done: false, value }) : this.#queue()
    } catch (error) {
      this.#end(error)
      return Promise.reject(error)
    }
  }

  async return(): Promise<Result> {
    this.close()
    return { done: true, value: undefined }
  }

  close(): void {
    this.#end(undefined)
  }

  #end(reason: unknown): void {
    if (this.#isDone) return
    this.#isDone = true
    this.#options.signal?.removeEventListener('abort', this.#abort)
    this.#disconnect(reason)
    this.#enter('closed', reason)
  }

  /** Aborts and cancels: Firefox keeps a connection whose body is only cancelled, and some `fetch`es ignore signals. */
  #disconnect(reason?: unknown): void {
    this.#attempt.abort(reason)
    this.#connection?.close()
    this.#connection = undefined
  }

  readonly #abort = (): void => this.#fail(this.#options.signal?.reason)

  /** Ends the stream: the iteration throws `reason`. */
  readonly #fail = (reason: unknown): void => {
    this.#failure = [reason]
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
  async #queue(): Promise<Result> {
    this.#pendingCalls += 1
    try {
      return await this.#events.next()
    } finally {
      // Before the caller resumes, so that its next call can return a received event directly.
      this.#pendingCalls -= 1
    }
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
  #take(): ServerEvent | undefined {
    for (;;) {
      const connection = this.#connection
      const event = connection?.next()
      if (event === undefined) return undefined
      this.#waitingSince = undefined
      // Does not reset the failure count.
      if (connection?.hasControls && event.event === 'tidings:open') {
        // A repeated request follows this run, and starts no handler. A topic is no run.
        if (Object(controlData(event)).run) this.#isResumable = true
        continue
      }
      this.#failures = 0
      if (this.#isEndMark(event, connection)) {
        this.close()
        return undefined
      }
      if (connection?.hasControls) {
        if (event.event === 'error') throw new StreamError(controlData(event))
        if (event.event.startsWith('tidings:')) return { ...event, data: controlData(event) }
      }
      return event
    }
  }

  /** Whether the event only marks the end of the stream: `tidings:end`, or OpenAI's `[DONE]`. */
  #isEndMark({ event, data }: ServerEvent, connection: Connection | undefined): boolean {
    if (connection?.hasControls) return event === 'tidings:end'
    return data === endMark
  }

  /** The event with the data that the schema makes of it; ends the stream if it is the last. */
  async #check(event: ServerEvent): Promise<ServerEvent> {
    const { schema, until } = this.#options
    if (this.#connection?.hasControls && event.event.startsWith('tidings:')) return event
    let data = event.data
    if (schema) {
      const result = await this.#wait(() => schema['~standard'].validate(event.data))
      if (result.issues)
        throw invalid(`Data does not fit the schema (${result.issues[0]?.message})`, JSON.stringify(data))
      data = result.value
    }
    const checked = { ...event, data }
    if (until && (await this.#wait(() => until(checked)))) this.close()
    return checked
  }

  /** Connects, or receives more text. After a transient failure it waits for the backoff; the next call reconnects. */
  async #readMore(): Promise<void> {
    this.#waitingSince ??= performance.now()
    const connection = this.#connection
    try {
      if (connection === undefined) await this.#open()
      else if (!(await this.#wait(connection.read))) this.#endBody(connection)
    } catch (error) {
      if (!this.#isDone) await this.#backOff(error)
    }
  }

  async #open(): Promise<void> {
    const { headers, request, onOpen } = this.#options
    const { lastEventId } = this
    const { signal } = this.#attempt
    const attempt = this.#requestCount++
    const isUnauthorized = this.#isUnauthorized
    this.#isUnsent = true
    this.#enter('connecting')
    const changes = request && (await this.#wait(() => request({ lastEventId, attempt })))
    const given = typeof headers === 'function' ? await this.#wait(() => headers({ attempt, isUnauthorized })) : headers
    this.#isUnsent = false
    if (request) this.#request = createRequest(this.#url, this.#options, changes)
    if (this.#lost && !this.#mayRepeat()) return this.#fail(this.#lost)
    this.#waitingSince = performance.now()
    const response = await this.#wait(() => this.#request.send(given, lastEventId, signal))
    this.status = response.status
    if (response.status === 204) return this.close()
    const type = streamTypeOf(response.headers.get('content-type'))
    if (!response.ok || type === undefined) throw await this.#wait(() => responseError(response))
    this.#isUnauthorized = false
    this.#connection = createConnection(type, response, this.#cursor, this.#options)
    this.#enter('open')
    this.#tell(onOpen, response)
  }

  /** Waits for what the caller or the server has to do; an interruption once a timeout has passed. */
  #wait<Value>(work: () => Value | PromiseLike<Value>): Promise<Value> {
    const { idleTimeoutMs, eventTimeoutMs } = this.#options
    const now = performance.now()
    const leftMs = (this.#waitingSince ?? now) + (eventTimeoutMs || Infinity) - now
    const ms = Math.max(0, Math.min(idleTimeoutMs || Infinity, leftMs))
    return this.#within(ms, () => this.#disconnect(interrupted(`No answer within ${ms} ms`)), work)
  }

  /** Waits for `work` until the try is aborted; `onTime` is called after `ms` milliseconds. */
  async #within<Value>(ms: number, onTime: () => void, work: () => Value | PromiseLike<Value>): Promise<Value> {
    const timer = ms < Infinity ? setTimeout(onTime, ms) : undefined
    try {
      return await whileOpen(this.#attempt.signal, work)
    } finally {
      clearTimeout(timer)
    }
  }

  /** Ends the stream if the server marks no end, and there is no `until`: then a clean end of the body is the end. */
  #endBody({ hasControls }: Connection): void {
    if (!hasControls && this.#options.until === undefined) return this.close()
    // The server sent `retry`: an orderly end, such as that of `maxDurationMs`, does not count as a failure.
    this.#isExpected = this.#cursor.retryMs !== undefined
    throw interrupted('The stream ended early')
  }

  async #backOff(cause: unknown): Promise<void> {
    const isUnsent = this.#isUnsent
    const isKnown = isUnsent || cause instanceof TidingsError
    const error = isKnown ? cause : interrupted('The connection was lost', cause)
    this.#isUnsent = false
    this.#disconnect()
    this.#attempt = new AbortController()
    this.#retryMs = this.#cursor.retryMs ?? this.#retryMs
    this.#cursor.retryMs = undefined
    if (this.#mayAskForToken(error)) return
    const { request, retry = {}, onRetry } = this.#options
    // With `request`, the next request may be another one.
    if (!isUnsent && !request && !this.#mayRepeat()) throw error
    if (!isUnsent) this.#lost = error
    const attempt = this.#failures + 1
    if (!this.#isExpected) this.#failures = attempt
    this.#isExpected = false
    const { attempts = 10, ...limits } = retry || { attempts: 0 }
    if (this.#failures > attempts || !isTransient(error, isUnsent)) throw error
    const delayMs = pauseMs(this.#failures, error, this.#retryMs, limits)
    this.#tell(onRetry, { attempt, delayMs, error })
    this.#enter('waiting', error)
    const pause = (): Promise<void> => new Promise((resolve) => (this.#wake = resolve))
    await this.#within(delayMs, () => this.#wake(), pause)
  }

  /** Whether the request may be sent again. */
  #mayRepeat(): boolean {
    const { isOnce, isIdempotent } = this.#request
    return !isOnce && (isIdempotent || this.#isResumable)
  }

  /** Whether to retry at once, with new headers: after a 401, if `headers` is a function; a second 401 is final. */
  #mayAskForToken(error: unknown): boolean {
    if (this.#isUnauthorized || typeof this.#options.headers !== 'function' || this.#request.isOnce) return false
    this.#isUnauthorized = error instanceof ResponseError && error.status === 401
    return this.#isUnauthorized
  }
}

/** The value of a control event's data, which is JSON whatever the option `as` says of other events. */
function controlData({ data }: ServerEvent): unknown {
  return typeof data === 'string' ? toValue(data) : data
}
