// One stream over any number of connections: it opens them, pulls their events, and tells an end from an interruption.
import { sleep } from '../../base/index.ts'
import { createConnection, streamTypeOf, type Connection } from './connection.ts'
import { doneMark, invalid, toValue } from '../http/event-data.ts'
import type { Cursor } from './line-reader.ts'
import { createRequest, headersOf, type StreamRequest } from './request.ts'
import { ResponseError, responseError } from '../http/response-error.ts'
import { createRetry, interrupted, type Retry } from './retry.ts'
import type { ServerEvent } from './server-event.ts'
import { StreamError } from './stream-error.ts'
import type { StreamOptions } from './options.ts'

/** A stream of events, read by one `for await`. Nothing is requested before that. */
export interface EventStream<Event extends ServerEvent = ServerEvent> extends AsyncIterable<Event> {
  /** The status of the last answer; 0 before the first. */
  readonly status: number
  /** Where the reader stands; hand it to a later stream to go on from there. */
  readonly lastEventId: string
  /** Ends the request and the iteration, also while it waits to reconnect. */
  close(): void
}

type Result = IteratorResult<ServerEvent, undefined>

/**
 * The stream that {@link EventStream} promises, over as many connections as it takes.
 *
 * @throws TidingsError `ERR_OPTION` for a url that is none
 */
export class Events implements EventStream, AsyncIterator<ServerEvent, undefined> {
  status = 0
  readonly #options: StreamOptions
  readonly #request: StreamRequest
  readonly #retry: Retry
  readonly #cursor: Cursor
  readonly #pulled = this.#pull()
  /** Ends a try: its pause, its request, its answer. */
  #try = new AbortController()
  #connection: Connection | undefined
  #retryMs: number | undefined
  /** Since when no event has come to a reader that waits for one. */
  #since: number | undefined
  #tries = 0
  #waiting = 0
  #isUnauthorized = false
  #isDone = false
  #isAborted = false

  constructor(url: string | URL, options: StreamOptions) {
    const { lastEventId = '', retry, signal } = options
    this.#options = options
    this.#request = createRequest(url, options)
    this.#retry = createRetry(this.#request.isOnce ? false : retry, this.#request.isSafe)
    this.#cursor = { lastEventId, retryMs: undefined }
    if (signal?.aborted) this.#abort()
    else signal?.addEventListener('abort', this.#abort)
  }

  /** The end is no place to go on from. */
  get lastEventId(): string {
    return this.#cursor.lastEventId.replace(/~end$/, '')
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  /** An event that has already come costs one promise; Node 20: 80-byte events, 64 KiB chunks. */
  next(): Promise<Result> {
    if (this.#waiting > 0 || this.#isDone || this.#options.schema) return this.#queue()
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

  /** Firefox keeps a connection whose body is only cancelled, and not every `fetch` has an ear for its signal. */
  readonly #disconnect = (): void => {
    this.#try.abort()
    this.#connection?.close()
    this.#connection = undefined
  }

  readonly #abort = (): void => {
    this.#isAborted = true
    this.close()
  }

  /** One pull at a time, in the order in which they were asked for. */
  async #queue(): Promise<Result> {
    this.#waiting += 1
    try {
      return await this.#pulled.next()
    } finally {
      // Before the caller goes on, whose next call may then take the short way.
      this.#waiting -= 1
    }
  }

  async *#pull(): AsyncGenerator<ServerEvent, undefined> {
    try {
      while (!this.#isDone) {
        const event = this.#take()
        if (event) yield await this.#check(event)
        else if (!this.#isDone) await this.#readOn()
      }
    } catch (error) {
      if (!this.#isDone) {
        this.close()
        throw error
      }
    }
    if (this.#isAborted) throw this.#options.signal?.reason
  }

  /** The next event that has already come and is meant for the reader. */
  #take(): ServerEvent | undefined {
    for (;;) {
      const connection = this.#connection
      const event = connection?.next()
      if (event === undefined) return undefined
      this.#since = undefined
      // A server that can resume: what is asked of it again goes on, and is not done twice. It is no event yet.
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

  /** Whether the event only says that the stream has ended: ours, or OpenAI's. */
  #isEndMark({ event, data }: ServerEvent, connection: Connection | undefined): boolean {
    if (connection?.hasControls) return event === 'tidings:end'
    return data === doneMark && this.#options.as !== 'text'
  }

  async #check(event: ServerEvent): Promise<ServerEvent> {
    const { schema } = this.#options
    if (schema === undefined || event.event.startsWith('tidings:')) return event
    const result = await schema['~standard'].validate(event.data)
    if (result.issues === undefined) return { ...event, data: result.value }
    throw invalid(`Data does not fit the schema (${result.issues[0]?.message})`, JSON.stringify(event.data))
  }

  /** Brings the next piece of the stream; after a failure that may pass, the next call tries again. */
  async #readOn(): Promise<void> {
    this.#since ??= performance.now()
    const connection = this.#connection
    try {
      if (connection === undefined) await this.#open()
      else if (!(await this.#inTime('Nothing came', connection.read))) this.#endBody(connection)
    } catch (error) {
      if (!this.#isDone) await this.#comeBack(error)
    }
  }

  async #open(): Promise<void> {
    const about = { attempt: this.#tries, isUnauthorized: this.#isUnauthorized }
    this.#tries += 1
    const headers = await headersOf(this.#options, this.lastEventId, about)
    this.#since = performance.now()
    const response = await this.#inTime('No answer', () => this.#request.send(headers, this.#try.signal))
    this.status = response.status
    if (response.status === 204) return this.close()
    const type = streamTypeOf(response.headers.get('content-type'))
    if (!response.ok || type === undefined || response.body === null) throw await responseError(response)
    this.#isUnauthorized = false
    this.#connection = createConnection(type, response.body, this.#cursor, this.#options)
    this.#options.onOpen?.(response)
  }

  /** What `work` brings of the network, which may be silent only so long. */
  async #inTime<Value>(nothing: string, work: () => Promise<Value>): Promise<Value> {
    const { idleTimeoutMs, eventTimeoutMs } = this.#options
    const { signal } = this.#try
    const leftMs = (this.#since ?? 0) + (eventTimeoutMs || Infinity) - performance.now()
    const ms = Math.max(0, Math.min(idleTimeoutMs || Infinity, leftMs))
    const timer = ms < Infinity ? setTimeout(this.#disconnect, ms) : undefined
    try {
      const value = await work()
      signal.throwIfAborted()
      return value
    } catch (error) {
      throw interrupted(signal.aborted ? `${nothing} within ${ms} ms` : 'The connection was lost', error)
    } finally {
      clearTimeout(timer)
    }
  }

  /** From servers that do not say when a stream is whole, a clean end is the end. */
  #endBody({ hasControls }: Connection): void {
    if (!hasControls && this.#options.until === undefined) return this.close()
    // Asked to come back: an orderly end, such as one that `maxDurationMs` makes, is no failure.
    this.#retry.isExpected = hasControls && this.#cursor.retryMs !== undefined
    throw interrupted('The stream has ended before its end was sent')
  }

  async #comeBack(error: unknown): Promise<void> {
    this.#disconnect()
    this.#try = new AbortController()
    this.#retryMs = this.#cursor.retryMs ?? this.#retryMs
    this.#cursor.retryMs = undefined
    if (this.#mayAskForToken(error)) return
    const delayMs = this.#retry.delayMs(error, this.#retryMs)
    this.#options.onRetry?.({ attempt: this.#retry.attempt, delayMs, error })
    await sleep(delayMs, this.#try.signal)
  }

  /** The headers' function is asked once more after a 401, and the answer to that stands. */
  #mayAskForToken(error: unknown): boolean {
    if (this.#isUnauthorized || typeof this.#options.headers !== 'function') return false
    this.#isUnauthorized = error instanceof ResponseError && error.status === 401
    return this.#isUnauthorized
  }
}

/** What the framework itself sends is JSON, whatever the stream's own data are read as. */
function controlData({ data }: ServerEvent): unknown {
  return typeof data === 'string' ? toValue(data) : data
}
