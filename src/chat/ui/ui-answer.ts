// One answer in chunks of UI messages, over any number of connections.
import { ResponseError, stream } from '../../client/index.ts'
import type { EventStream, RequestChanges, RetryNotice, ServerEvent } from '../../client/index.ts'
import { reconnectOnPageEvents, toHeaders } from '../../client/internal.ts'
import { describeFailure } from '../answer/failure.ts'
import type { ChatRetryOptions } from '../options.ts'
import type { Wire } from '../wire/wire.ts'

/** What a {@link UiAnswer} needs. */
export interface UiAnswerOptions {
  readonly wire: Wire
  readonly chatId: string
  /** What is sent; left out, the answer is followed that is being given. */
  readonly message?: { readonly json: unknown; readonly key: string }
  readonly retry: ChatRetryOptions
  readonly headers: Record<string, string> | Headers | undefined
  /** Stops the answer. */
  readonly signal: AbortSignal | undefined
  /** The chat that was asked last to be followed; a new object each time. */
  readonly lastFollowed: () => Followed | undefined
}

/** A chat that was asked to be followed. */
export interface Followed {
  readonly chatId: string
}

type Next = IteratorResult<ServerEvent, undefined>

/** Reads one answer: each chunk once, whatever becomes of connections. */
export class UiAnswer {
  readonly #options: UiAnswerOptions
  readonly #events: EventStream
  readonly #iterator: AsyncIterator<ServerEvent, undefined>
  readonly #opened: Promise<void>
  /** Rejects once the answer is to be stopped. */
  readonly #aborted: Promise<never>
  #runId: string | undefined
  #isOpen = false
  #hasBegun = false
  #hasFinished = false
  /** Why nothing more is tried. */
  #error: unknown
  #tellOpened = (): void => {}
  #undo = (): void => {}

  constructor(options: UiAnswerOptions) {
    this.#options = options
    this.#opened = new Promise((resolve) => (this.#tellOpened = resolve))
    this.#aborted = untilAborted(options.signal)
    this.#aborted.catch(() => {})
    this.#events = this.#stream()
    this.#iterator = this.#events[Symbol.asyncIterator]()
  }

  /** Resolves at the head of the response with its chunks; with null where there is no answer. Rejects as `useChat` expects it. */
  async open(): Promise<ReadableStream<never> | null> {
    const { signal } = this.#options
    signal?.throwIfAborted()
    const first = this.#next()
    const stop = (): void => void this.#stop()
    signal?.addEventListener('abort', stop)
    this.#undo = reconnectOnPageEvents(this.#events)
    // Whoever waits for the first chunk is told of its failure.
    first.catch(() => {})
    await Promise.race([this.#opened, first, this.#aborted])
    if (this.#events.status === 204) return null
    return this.#toReadable(first)
  }

  #toReadable(first: Promise<Next>): ReadableStream<never> {
    let next: Promise<Next> | undefined = first
    const source: UnderlyingDefaultSource = {
      pull: async (controller) => {
        const { done, value } = await Promise.race([next ?? this.#next(), this.#aborted])
        next = undefined
        if (done === true) controller.close()
        else controller.enqueue(value.data)
      },
      cancel: () => this.#events.close(),
    }
    // What a chunk is, is the server's word: `ai` checks it, and knows its type.
    const chunks: ReadableStream<never> = Reflect.construct(ReadableStream, [source])
    return chunks
  }

  async #next(): Promise<Next> {
    try {
      const next = await this.#iterator.next()
      if (next.done === true) {
        this.#undo()
        if (this.#error !== undefined) throw this.#error
        return next
      }
      this.#hasBegun = true
      const { type }: { type?: unknown } = Object(next.value.data)
      if (type === 'finish' || type === 'abort' || type === 'error') this.#hasFinished = true
      return next
    } catch (error) {
      this.#undo()
      throw new Error(describeFailure(error, this.#hasBegun).message, { cause: error })
    }
  }

  #stream(): EventStream {
    const { wire, chatId, message, retry, headers } = this.#options
    const { credentials } = wire
    const own: Record<string, string> = message === undefined ? {} : { 'idempotency-key': message.key }
    toHeaders(headers).forEach((value, name) => (own[name] = value))
    return stream(message === undefined ? wire.urlOf(chatId, 'stream') : wire.url, {
      ...(message === undefined ? { method: 'GET' } : { json: message.json }),
      headers: wire.headers(own),
      request: () => this.#nextRequest(),
      ...(credentials !== undefined && { credentials }),
      fetch: wire.fetch,
      as: 'json',
      // `[DONE]` is the end; anything else is a lost connection.
      until: () => false,
      retry: { ...retry, attempts: Infinity, unsafe: true },
      onRetry: (notice) => this.#judge(notice),
      onOpen: ({ headers: received }) => {
        this.#runId = received.get('x-run-id') ?? this.#runId
        this.#isOpen = true
        this.#tellOpened()
      },
    })
  }

  #nextRequest(): RequestChanges | undefined {
    if (this.#runId === undefined || this.#events.lastEventId === '') return undefined
    return { url: this.#options.wire.urlOf(this.#runId, 'stream'), method: 'GET' }
  }

  /** A connection was lost: decides whether another try makes sense. */
  #judge({ error, attempt }: RetryNotice): void {
    const hasPosition = this.#events.lastEventId !== ''
    if (!hasPosition && this.#hasFinished) return this.#events.close()
    const isRefused = error instanceof ResponseError && error.status < 502
    const isFinal = !hasPosition && (this.#hasBegun || isRefused)
    if (!isFinal && attempt <= (this.#options.retry.attempts ?? (hasPosition ? Infinity : 10))) return
    this.#error = error
    this.#events.close()
  }

  async #stop(): Promise<void> {
    if (!(await this.#isLeft())) await this.#stopRun()
    this.#undo()
    this.#events.close()
  }

  /**
   * Whether nobody wants the answer stopped: `useChat` aborts as well what it follows anew, as React's StrictMode has it do
   * right away and a page that becomes visible later. As long as nothing has come it shows nothing to stop.
   */
  async #isLeft(): Promise<boolean> {
    const { message, chatId, lastFollowed } = this.#options
    if (message === undefined && !this.#isOpen) return true
    const before = lastFollowed()
    // It follows in the same turn in which it aborts.
    await Promise.resolve()
    const now = lastFollowed()
    return now !== before && now?.chatId === chatId
  }

  /** Has the server stop. A message that is on its way is waited for: it would be answered. */
  async #stopRun(): Promise<void> {
    const { wire, chatId } = this.#options
    const runId = this.#runId
    const isStopped = await wire.stop(runId ?? chatId, runId)
    if (isStopped === false && runId === undefined && this.#options.message !== undefined) {
      await Promise.race([this.#opened, this.#next().catch(() => {})])
      if (this.#runId !== undefined) await wire.stop(this.#runId, this.#runId)
    }
  }
}

/** Rejects as an aborted `fetch` does. */
function untilAborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    const abort = (): void => reject(signal?.reason)
    if (signal?.aborted === true) abort()
    else signal?.addEventListener('abort', abort, { once: true })
  })
}
