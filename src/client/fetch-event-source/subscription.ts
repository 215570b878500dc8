// The implementation of `fetchEventSource`: one request after another, until the stream ends or the caller aborts it.
import { sleep, TidingsError } from '../../base/index.ts'
import { createParser, type Parser } from '../../sse/index.ts'
import type { FetchEventSourceInit } from './options.ts'
import type { RequestTarget } from '../http/fetch-types.ts'
import { toHeaderBytes } from '../http/header-bytes.ts'
import { eventStreamType, isEventStreamType } from '../http/media-type.ts'
import { watchVisibility } from './page-visibility.ts'
import { toReconnectionMs } from '../http/reconnection-time.ts'
import { isIdempotent, isTransientStatus } from '../http/repeatable.ts'
import { responseError, ResponseError } from '../http/response-error.ts'

/** One call of `fetchEventSource`, over all of its requests. */
export class FetchSubscription {
  readonly #input: RequestTarget
  readonly #init: FetchEventSourceInit
  readonly #request: RequestInit
  readonly #headers: Record<string, string>
  readonly #unsubscribe: () => void
  #isStopped = false
  /** Aborts the current attempt, including the pause after it. */
  #attempt = new AbortController()
  #untilShown: Promise<void> = Promise.resolve()
  #resolveShown: () => void = () => {}
  #retryMs = 1000

  constructor(input: RequestTarget, init: FetchEventSourceInit) {
    const { headers, openWhenHidden = true, signal } = init
    this.#input = input
    this.#init = init
    this.#request = Object.fromEntries(Object.entries(init).filter(([name]) => !ownOptions.has(name)))
    this.#headers = toRecord(headers)
    const unwatch = openWhenHidden ? () => {} : watchVisibility(this.#changeVisibility)
    signal?.addEventListener('abort', this.stop)
    this.#unsubscribe = () => {
      unwatch()
      signal?.removeEventListener('abort', this.stop)
    }
  }

  /** Resolves at the end of the stream. Rejects with what `onerror` throws. */
  async run(): Promise<void> {
    while (!this.#isStopped) {
      this.#attempt = new AbortController()
      const delayMs = await this.#try(this.#attempt.signal)
      if (delayMs === undefined) return
      // The pause ends early when its attempt is aborted.
      await sleep(delayMs, this.#attempt.signal).catch(() => {})
      await this.#untilShown
    }
  }

  /** Ends the subscription; no callback is called after that. */
  readonly stop = (): void => {
    this.#isStopped = true
    this.#unsubscribe()
    this.#attempt.abort()
    this.#resolveShown()
  }

  readonly #changeVisibility = (isHidden: boolean): void => {
    this.#resolveShown()
    if (!isHidden) return
    this.#untilShown = new Promise((resolve) => {
      this.#resolveShown = resolve
    })
    this.#attempt.abort()
  }

  /** Makes one attempt. Returns the pause before the next one, in milliseconds; undefined at the end of the stream. */
  async #try(signal: AbortSignal): Promise<number | undefined> {
    try {
      await this.#read(signal)
      return undefined
    } catch (error) {
      return signal.aborted ? 0 : this.#delayMs(error)
    }
  }

  /** Sends one request, and reads its response to the end of the body. */
  async #read(signal: AbortSignal): Promise<void> {
    const { fetch = globalThis.fetch, onopen = checkResponse, onclose } = this.#init
    // A Request can be sent only once.
    const input = this.#input instanceof Request ? this.#input.clone() : this.#input
    const response = await fetch(input, { ...this.#request, headers: { ...this.#headers }, signal })
    const parser = this.#createParser()
    // After an abort no callback is called, not even for events already received.
    signal.addEventListener('abort', () => parser.reset())
    if (response.status === 204) return
    try {
      if (!signal.aborted) await onopen(response)
      await feed(parser, response.body, signal)
    } catch (error) {
      // A body that `onopen` reads is left alone; one that has failed cannot be cancelled.
      if (response.body?.locked === false) response.body.cancel().catch(() => {})
      throw error
    }
    onclose?.()
  }

  #createParser(): Parser {
    let retry: number | undefined
    return createParser({
      onRetry: (ms) => {
        retry = ms
        this.#retryMs = ms
      },
      onId: (id) => this.#setLastEventId(id),
      onEvent: ({ id = '', event = '', data }) => {
        const message = { id, event, data, ...(retry === undefined ? {} : { retry }) }
        retry = undefined
        this.#init.onmessage?.(message)
      },
      onError: (error) => {
        if (error.type === 'max-buffer-size-exceeded') throw error
      },
    })
  }

  #setLastEventId(id: string): void {
    const name = Object.keys(this.#headers).find((name) => name.toLowerCase() === lastEventIdHeader)
    if (name !== undefined) delete this.#headers[name]
    if (id !== '') this.#headers[lastEventIdHeader] = toHeaderBytes(id)
  }

  #delayMs(error: unknown): number {
    const { onerror } = this.#init
    if (onerror === undefined && (!isIdempotent(this.#method) || isPermanent(error))) throw error
    return toReconnectionMs(onerror?.(error) ?? this.#retryMs)
  }

  get #method(): string {
    return this.#init.method ?? (this.#input instanceof Request ? this.#input.method : 'GET')
  }
}

/** The options that are not passed to `fetch` as they are: our own, and those that are set for each request. */
const ownOptions: ReadonlySet<string> = new Set<keyof FetchEventSourceInit>([
  'fetch',
  'headers',
  'onclose',
  'onerror',
  'onmessage',
  'onopen',
  'openWhenHidden',
  'signal',
])

const lastEventIdHeader = 'last-event-id'

/** Copies headers to a record, names unchanged: a custom `fetch` may look for them as they were written. */
function toRecord(given: NonNullable<RequestInit['headers']> = {}): Record<string, string> {
  const isRecord = !(given instanceof Headers) && !Array.isArray(given)
  const headers: Record<string, string> = isRecord ? { ...given } : Object.fromEntries(new Headers(given).entries())
  const hasAccept = Object.keys(headers).some((name) => name.toLowerCase() === 'accept')
  return hasAccept ? headers : { ...headers, accept: eventStreamType }
}

async function feed(parser: Parser, body: ReadableStream<Uint8Array> | null, signal: AbortSignal): Promise<void> {
  const reader = body?.getReader()
  const cancel = (): void => void reader?.cancel().catch(() => {})
  signal.addEventListener('abort', cancel)
  try {
    for (;;) {
      signal.throwIfAborted()
      const chunk = await reader?.read()
      signal.throwIfAborted()
      if (chunk?.value === undefined) return
      parser.feed(chunk.value)
    }
  } finally {
    // Does nothing to a body that has ended or failed.
    cancel()
    signal.removeEventListener('abort', cancel)
  }
}

/** The default of `onopen`. */
async function checkResponse(response: Response): Promise<void> {
  if (!response.ok) throw await responseError(response)
  const type = response.headers.get('content-type')
  if (isEventStreamType(type)) return
  const message = `Expected content-type to be ${eventStreamType}, Actual: ${type}. Set onopen to accept other types`
  throw new TidingsError('ERR_MEDIA_TYPE', message)
}

/** Whether a retry would fail the same way. Network errors and some statuses (RFC 9110 15.6) are transient. */
function isPermanent(error: unknown): boolean {
  if (error instanceof ResponseError) return !isTransientStatus(error.status)
  return error instanceof TidingsError
}
