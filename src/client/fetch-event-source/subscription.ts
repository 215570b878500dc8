// What `fetchEventSource` does: requests, one behind the other, until the stream has ended or nobody wants it.
import { sleep, TidingsError } from '../../base/index.ts'
import { createParser, type Parser } from '../../sse/index.ts'
import type { FetchEventSourceInit } from './options.ts'
import { toHeaderBytes } from '../http/header-bytes.ts'
import { eventStreamType, isEventStreamType } from '../http/media-type.ts'
import { watchVisibility } from './page-visibility.ts'
import { toReconnectionMs } from '../http/reconnection-time.ts'
import { isIdempotent, isPassingStatus } from '../http/repeatable.ts'
import { responseError, ResponseError } from '../http/response-error.ts'

/** One call of `fetchEventSource`. */
export class FetchSubscription {
  readonly #input: RequestInfo | URL
  readonly #init: FetchEventSourceInit
  readonly #request: RequestInit
  readonly #headers: Record<string, string>
  readonly #release: () => void
  #isStopped = false
  /** Ends the try that is under way, the pause behind it included. */
  #attempt = new AbortController()
  #shown: Promise<void> = Promise.resolve()
  #show: () => void = () => {}
  #retryMs = 1000

  constructor(input: RequestInfo | URL, init: FetchEventSourceInit) {
    const { headers, openWhenHidden = true, signal } = init
    this.#input = input
    this.#init = init
    this.#request = Object.fromEntries(Object.entries(init).filter(([name]) => !ownOptions.has(name)))
    this.#headers = toRecord(headers)
    const unwatch = openWhenHidden ? () => {} : watchVisibility(this.#changeVisibility)
    signal?.addEventListener('abort', this.stop)
    this.#release = () => {
      unwatch()
      signal?.removeEventListener('abort', this.stop)
    }
  }

  /** Resolves at the end of it all. Rejects with what `onerror` throws. */
  async run(): Promise<void> {
    while (!this.#isStopped) {
      this.#attempt = new AbortController()
      const delayMs = await this.#try(this.#attempt.signal)
      if (delayMs === undefined) return
      // The pause ends early with the try that it belongs to.
      await sleep(delayMs, this.#attempt.signal).catch(() => {})
      await this.#shown
    }
  }

  /** Ends it; no callback is called any more. */
  readonly stop = (): void => {
    this.#isStopped = true
    this.#release()
    this.#attempt.abort()
    this.#show()
  }

  readonly #changeVisibility = (isHidden: boolean): void => {
    this.#show()
    if (!isHidden) return
    this.#shown = new Promise((resolve) => {
      this.#show = resolve
    })
    this.#attempt.abort()
  }

  /** After how long to try again; undefined for never. */
  async #try(signal: AbortSignal): Promise<number | undefined> {
    try {
      await this.#read(signal)
      return undefined
    } catch (error) {
      return signal.aborted ? 0 : this.#delayMs(error)
    }
  }

  /** One request, from its head to the end of its body. */
  async #read(signal: AbortSignal): Promise<void> {
    const { fetch = globalThis.fetch, onopen = refuseResponse, onclose } = this.#init
    // A Request can be sent once only.
    const input = this.#input instanceof Request ? this.#input.clone() : this.#input
    const response = await fetch(input, { ...this.#request, headers: { ...this.#headers }, signal })
    const parser = this.#createParser()
    // Nor is anything behind it called for what has come already.
    signal.addEventListener('abort', () => parser.reset())
    if (response.status === 204) return
    try {
      if (!signal.aborted) await onopen(response)
      await feed(parser, response.body, signal)
    } catch (error) {
      // It may have failed by itself, or be read by `onopen`.
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
    if (onerror === undefined && (!isIdempotent(this.#method) || isFinal(error))) throw error
    return toReconnectionMs(onerror?.(error) ?? this.#retryMs)
  }

  get #method(): string {
    return this.#init.method ?? (this.#input instanceof Request ? this.#input.method : 'GET')
  }
}

/** What `fetch` knows nothing of, and what is made anew for each request. */
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

/** A record of one's own: a `fetch` that was handed in may look for the names as they were written. */
function toRecord(given: HeadersInit = {}): Record<string, string> {
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
    // A body that has ended or failed is none the worse for it.
    cancel()
    signal.removeEventListener('abort', cancel)
  }
}

/** What `onopen` does where there is none. */
async function refuseResponse(response: Response): Promise<void> {
  if (!response.ok) throw await responseError(response)
  const type = response.headers.get('content-type')
  if (isEventStreamType(type)) return
  const message = `Expected content-type to be ${eventStreamType}, Actual: ${type}. Hand in onopen to take other types`
  throw new TidingsError('ERR_MEDIA_TYPE', message)
}

/** Whether the same would only come again. Passing ones are the network's, and what says so itself (RFC 9110 15.6). */
function isFinal(error: unknown): boolean {
  if (error instanceof ResponseError) return !isPassingStatus(error.status)
  return error instanceof TidingsError
}
