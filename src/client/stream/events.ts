// One stream over any number of connections: opens them, reads their events, and tells an end from an interruption.
import { sleep } from '../../base/index.ts'
import { createConnection, streamTypeOf, type Connection } from './connection.ts'
import { endMark, invalid, toValue } from '../http/event-data.ts'
import type { Cursor } from './line-reader.ts'
import { createRequest, headersOf, type StreamRequest } from './request.ts'
import { ResponseError, responseError } from '../http/response-error.ts'
import { createRetry, interrupted, type Retry } from './retry.ts'
import type { ServerEvent } from './server-event.ts'
import { StreamError } from './stream-error.ts'
import type { StreamOptions } from './options.ts'

/** A stream of events, read by one `for await`, which sends the first request when it starts. */
export interface EventStream<Event extends ServerEvent = ServerEvent> extends AsyncIterable<Event> {
  /** The HTTP status of the last response; 0 before the first. */
  readonly status: number
  /** The id of the last event received; a later stream resumes after it with the option `lastEventId`. */
  readonly lastEventId: string
  /** Aborts the request and ends the iteration, also during a pause before a reconnect. */
  close(): void
}

type Result = IteratorResult<ServerEvent, undefined>

/**
 * The implementation of {@link EventStream}, which reconnects as needed.
 *
 * @throws TidingsError `ERR_OPTION` for an invalid url
 */
export class Events implements EventStream, AsyncIterator<ServerEvent, undefined> {
  status = 0
  readonly #options: StreamOptions
  readonly #request: StreamRequest
  readonly #retry: Retry
  readonly #cursor: Cursor
  readonly #events = this.#pull()
  /** Aborts the current attempt: its pause, its request, its response. */
  #attempt = new AbortController()
  #connection: Connection | undefined
  #retryMs: number | undefined
  /** When the reader began to wait for the next event, or the current request was sent. */
  #waitingSince: number | undefined
  #requestCount = 0
  #pendingCalls = 0
  #isUnauthorized = false
  #isDone = false
  #isAborted = false

  constructor(url: string | URL, options: StreamOptions) {
    const { lastEventId = '', retry, signal } = options
    this.#options = options
    this.#request = createRequest(url, options)
    this.#retry = createRetry(this.#request.isOnce ? false : retry, this.#request.isIdempotent)
    this.#cursor = { lastEventId, retryMs: undefined }
    if (signal?.aborted) this.#abort()
    else signal?.addEventListener('abort', this.#abort)
  }

  /** Without `~end`, which marks a stream that has ended: nothing can resume after it. */
  get lastEventId(): string {
    return this.#cursor.lastEventId.replace(/~end$/, '')
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  /** The next event. One already received costs one promise (measured on Node 20: 80-byte events, 64 KiB chunks). */
  next(): Promise<Result> {
    if (this.#pendingCalls > 0 || this.#isDone || this.#options.schema) return this.#queue()
    try {
      const value = this.#take()
      return value ? Promise.resolve({ done: false, value }) : this.#queue()
    } catch (error) {
      this.close()
      return Promise.reject(error)
    }
  }

  async return(): Promise<Result> {
    this.close()
    return { done: true, value: undefined }
  }

  close(): void {
    this.#isDone = true
    this.#options.signal?.removeEventListener('abort', this.#abort)
    this.#disconnect()
  }

  /** Aborts and cancels: Firefox keeps a connection whose body is only cancelled, and some `fetch`es ignore signals. */
  readonly #disconnect = (): void => {
    this.#attempt.abort()
    this.#connection?.close()
    this.#connection = undefined
  }

  readonly #abort = (): void => {
    this.#isAborted = true
    this.close()
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
    try {
      while (!this.#isDone) {
        const event = this.#take()
        if (event) yield await this.#check(event)
        else if (!this.#isDone) await this.#readMore()
      }
    } catch (error) {
      if (!this.#isDone) {
        this.close()
        throw error
      }
    }
    if (this.#isAborted) throw this.#options.signal?.reason
  }

  /** The next event for the reader among those already received: control events that it need not see are left out. */
  #take(): ServerEvent | undefined {
    for (;;) {
      const connection = this.#connection
      const event = connection?.next()
      if (event === undefined) return undefined
      this.#waitingSince = undefined
      // This server can resume: a repeated request continues, and does nothing twice. Does not reset the failure count.
      if (connection?.hasControls && event.event === 'tidings:open') {
        this.#retry.mayRepeat = true
        continue
      }
      this.#retry.attempt = 0
      if (this.#isEndMark(event, connection)) {
        this.close()
        return undefined
      }
      if (connection?.hasControls) {
        if (event.event === 'error') throw new StreamError(controlData(event))
        if (event.event.startsWith('tidings:')) return { ...event, data: controlData(event) }
      }
      if (this.#options.until?.(event)) this.close()
      return event
    }
  }

  /** Whether the event only marks the end of the stream: `tidings:end`, or OpenAI's `[DONE]`. */
  #isEndMark({ event, data }: ServerEvent, connection: Connection | undefined): boolean {
    if (connection?.hasControls) return event === 'tidings:end'
    return data === endMark
  }

  async #check(event: ServerEvent): Promise<ServerEvent> {
    const { schema } = this.#options
    if (schema === undefined || event.event.startsWith('tidings:')) return event
    const result = await schema['~standard'].validate(event.data)
    if (result.issues === undefined) return { ...event, data: result.value }
    throw invalid(`Data does not fit the schema (${result.issues[0]?.message})`, JSON.stringify(event.data))
  }

  /** Connects, or receives more text. After a transient failure it waits for the backoff; the next call reconnects. */
  async #readMore(): Promise<void> {
    this.#waitingSince ??= performance.now()
    const connection = this.#connection
    try {
      if (connection === undefined) await this.#open()
      else if (!(await this.#withTimeout('No data', connection.read))) this.#endBody(connection)
    } catch (error) {
      if (!this.#isDone) await this.#backOff(error)
    }
  }

  async #open(): Promise<void> {
    const headerRequest = { attempt: this.#requestCount, isUnauthorized: this.#isUnauthorized }
    this.#requestCount += 1
    const headers = await headersOf(this.#options, this.lastEventId, headerRequest)
    this.#waitingSince = performance.now()
    const response = await this.#withTimeout('No answer', () => this.#request.send(headers, this.#attempt.signal))
    this.status = response.status
    if (response.status === 204) return this.close()
    const type = streamTypeOf(response.headers.get('content-type'))
    if (!response.ok || type === undefined || response.body === null) throw await responseError(response)
    this.#isUnauthorized = false
    this.#connection = createConnection(type, response.body, this.#cursor, this.#options)
    this.#options.onOpen?.(response)
  }

  /** The result of `work`, or an interruption once a timeout has passed; `failure` is what to say then. */
  async #withTimeout<Value>(failure: string, work: () => Promise<Value>): Promise<Value> {
    const { idleTimeoutMs, eventTimeoutMs } = this.#options
    const { signal } = this.#attempt
    const leftMs = (this.#waitingSince ?? 0) + (eventTimeoutMs || Infinity) - performance.now()
    const ms = Math.max(0, Math.min(idleTimeoutMs || Infinity, leftMs))
    const timer = ms < Infinity ? setTimeout(this.#disconnect, ms) : undefined
    try {
      const value = await work()
      signal.throwIfAborted()
      return value
    } catch (error) {
      throw interrupted(signal.aborted ? `${failure} within ${ms} ms` : 'The connection was lost', error)
    } finally {
      clearTimeout(timer)
    }
  }

  /** Ends the stream if the server marks no end, and there is no `until`: then a clean end of the body is the end. */
  #endBody({ hasControls }: Connection): void {
    if (!hasControls && this.#options.until === undefined) return this.close()
    // The server sent `retry`: an orderly end, such as that of `maxDurationMs`, does not count as a failure.
    this.#retry.isExpected = hasControls && this.#cursor.retryMs !== undefined
    throw interrupted('The stream ended before its last event')
  }

  async #backOff(error: unknown): Promise<void> {
    this.#disconnect()
    this.#attempt = new AbortController()
    this.#retryMs = this.#cursor.retryMs ?? this.#retryMs
    this.#cursor.retryMs = undefined
    if (this.#mayAskForToken(error)) return
    const delayMs = this.#retry.delayMs(error, this.#retryMs)
    this.#options.onRetry?.({ attempt: this.#retry.attempt, delayMs, error })
    await sleep(delayMs, this.#attempt.signal)
  }

  /** Whether to retry at once, with new headers: after a 401, if `headers` is a function; a second 401 is final. */
  #mayAskForToken(error: unknown): boolean {
    if (this.#isUnauthorized || typeof this.#options.headers !== 'function') return false
    this.#isUnauthorized = error instanceof ResponseError && error.status === 401
    return this.#isUnauthorized
  }
}

/** The value of a control event's data, which is JSON whatever the option `as` says of other events. */
function controlData({ data }: ServerEvent): unknown {
  return typeof data === 'string' ? toValue(data) : data
}
