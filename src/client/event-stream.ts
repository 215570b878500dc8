// One stream over any number of connections: it opens them, pulls their events, and tells an end from an interruption.
import { sleep } from '../base/index.ts'
import { Connection, interrupted, streamTypeOf } from './connection.ts'
import { doneMark, invalid, toValue } from './event-data.ts'
import { StreamRequest } from './request.ts'
import { ResponseError, responseError } from './response-error.ts'
import { Retry } from './retry.ts'
import type { ServerEvent } from './server-event.ts'
import { StreamError } from './stream-error.ts'
import type { EventStream, StreamOptions } from './stream.ts'

type Result = IteratorResult<ServerEvent, undefined>

const finished: Result = { done: true, value: undefined }
const endSuffix = /~end$/

/** @throws TidingsError `ERR_OPTION` for a url that is none */
export class Events implements EventStream, AsyncIterator<ServerEvent, undefined> {
  status = 0
  readonly #request: StreamRequest
  readonly #options: StreamOptions
  readonly #retry: Retry
  /** Ends a try: its pause, its request, its answer. */
  #try = new AbortController()
  #connection: Connection | undefined
  #position: string
  #retryMs: number | undefined
  #isUnauthorized = false
  #isDone = false
  #isAborted = false
  #pulls = 0
  #lastPull: Promise<unknown> = Promise.resolve()

  constructor(url: string | URL, options: StreamOptions) {
    this.#request = new StreamRequest(url, options)
    this.#options = options
    this.#retry = new Retry(options.retry ?? {}, this.#request.canRepeat)
    this.#position = options.lastEventId ?? ''
    const { signal } = options
    if (signal?.aborted) this.#abort()
    else signal?.addEventListener('abort', this.#abort)
  }

  get lastEventId(): string {
    return (this.#connection?.lastEventId ?? this.#position).replace(endSuffix, '')
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  /** An event that has already come costs one promise; Node 20: 80-byte events, 64 KiB chunks. */
  next(): Promise<Result> {
    if (this.#pulls > 0 || this.#isDone || this.#options.schema !== undefined) return this.#queue()
    try {
      const value = this.#take()
      return value === undefined ? this.#queue() : Promise.resolve({ done: false, value })
    } catch (error) {
      this.close()
      return Promise.reject(error)
    }
  }

  return(): Promise<Result> {
    this.close()
    return Promise.resolve(finished)
  }

  close(): void {
    this.#isDone = true
    this.#position = this.lastEventId
    this.#options.signal?.removeEventListener('abort', this.#abort)
    this.#disconnect()
  }

  /** Firefox keeps a connection whose body is only cancelled, and not every `fetch` has an ear for its signal. */
  #disconnect(): void {
    this.#try.abort()
    this.#connection?.close()
    this.#connection = undefined
  }

  readonly #abort = (): void => {
    this.#isAborted = true
    this.close()
  }

  /** One pull at a time, in the order in which they were asked for. */
  #queue(): Promise<Result> {
    this.#pulls += 1
    const pull = this.#lastPull.then(() => this.#pull())
    this.#lastPull = pull.catch(() => {})
    return pull
  }

  async #pull(): Promise<Result> {
    const since = performance.now()
    try {
      while (!this.#isDone) {
        const event = this.#take()
        if (event !== undefined) return { done: false, value: await this.#check(event) }
        if (!this.#isDone) await this.#readOn(since)
      }
    } catch (error) {
      if (!this.#isDone) {
        this.close()
        throw error
      }
    } finally {
      // Before the caller goes on, whose next call may then take the short way.
      this.#pulls -= 1
    }
    if (!this.#isAborted) return finished
    this.#isAborted = false
    throw this.#options.signal?.reason
  }

  /** The next event that has already come and is meant for the reader. */
  #take(): ServerEvent | undefined {
    for (;;) {
      const event = this.#connection?.next()
      if (event === undefined) return undefined
      this.#retry.attempt = 0
      if (this.#connection?.hasControls) {
        if (event.event === 'error') throw new StreamError(controlData(event))
        if (event.event === 'tidings:end') return this.#finish()
        if (event.event === 'tidings:open') continue
        if (event.event.startsWith('tidings:')) return { ...event, data: controlData(event) }
      } else if (event.data === doneMark && this.#options.as !== 'text') return this.#finish()
      if (this.#options.until?.(event)) this.close()
      return event
    }
  }

  #finish(): undefined {
    this.close()
  }

  async #check(event: ServerEvent): Promise<ServerEvent> {
    const { schema } = this.#options
    if (schema === undefined || event.event.startsWith('tidings:')) return event
    const result = await schema['~standard'].validate(event.data)
    if (result.issues === undefined) return { ...event, data: result.value }
    throw invalid(`Data does not fit the schema (${result.issues[0]?.message})`, JSON.stringify(event.data))
  }

  /** Brings the next piece of the stream; after a failure that may pass, the next call tries again. */
  async #readOn(since: number): Promise<void> {
    try {
      if (this.#connection === undefined) await this.#open()
      else if (!(await this.#connection.read(this.#patienceMs(since)))) this.#endBody(this.#connection)
    } catch (error) {
      if (!this.#isDone) await this.#comeBack(error)
    }
  }

  async #open(): Promise<void> {
    const init = await this.#request.init(this.#position, this.#isUnauthorized)
    const response = await this.#request.send(init, this.#try, this.#options.idleTimeoutMs || Infinity)
    this.status = response.status
    if (response.status === 204) return this.close()
    const type = streamTypeOf(response.headers.get('content-type'))
    if (!response.ok || type === undefined || response.body === null) throw await responseError(response)
    this.#isUnauthorized = false
    const { as = 'auto', maxEventBytes = 16 * 1024 * 1024 } = this.#options
    const limit = maxEventBytes === false ? Infinity : maxEventBytes
    this.#connection = new Connection(type, response.body, { as, limit, lastEventId: this.#position })
    this.#options.onOpen?.(response)
  }

  /** How long the read that begins now may take. */
  #patienceMs(since: number): number {
    const { idleTimeoutMs, eventTimeoutMs } = this.#options
    const leftMs = (eventTimeoutMs || Infinity) - (performance.now() - since)
    return Math.max(0, Math.min(idleTimeoutMs || Infinity, leftMs))
  }

  /** From servers that do not say when a stream is whole, a clean end is the end. */
  #endBody({ hasControls, retryMs }: Connection): void {
    if (!hasControls && this.#options.until === undefined) return this.close()
    // Asked to come back: an orderly end, such as one that `maxDurationMs` makes, is no failure.
    if (hasControls && retryMs !== undefined) this.#retry.attempt -= 1
    throw interrupted('The stream has ended before its end was sent')
  }

  async #comeBack(error: unknown): Promise<void> {
    this.#position = this.lastEventId
    this.#retryMs = this.#connection?.retryMs ?? this.#retryMs
    this.#disconnect()
    this.#try = new AbortController()
    if (this.#mayAskForToken(error)) return
    if (!this.#retry.allows(error)) throw error
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
