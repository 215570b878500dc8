// The implementation of `fetchEventSource`: one request after another, until the stream ends or the caller aborts it.
import { describeContent, toHeaderBytes } from '#extras'
import { sleep, TidingsError } from '../../base/index.ts'
import { createParser, type Parser } from '../../sse/index.ts'
import { checkInit, type FetchEventSourceInit } from './options.ts'
import { discardBody } from '../http/body-reader.ts'
import type { RequestTarget } from '../http/fetch-types.ts'
import { eventStreamType, isEventStreamType } from '../http/media-type.ts'
import { watchVisibility } from './page-visibility.ts'
import { toReconnectionMs } from '../http/reconnection-time.ts'
import { createRefusal, isRefusal, refusalOf } from '../http/refusal.ts'
import { isIdempotent, isTransientStatus } from '../http/repeatable.ts'
import { lockBody, responseError, ResponseError } from '../http/response-error.ts'
import { whileOpen } from '../http/while-open.ts'

/** The reason of an attempt that a callback has ended by rejecting later. */
class CallbackFailure {
  readonly error: unknown

  constructor(error: unknown) {
    this.error = error
  }
}

/** One call of `fetchEventSource`, over all of its requests. */
export class FetchSubscription {
  readonly #input: RequestTarget
  readonly #init: FetchEventSourceInit
  readonly #request: RequestInit
  readonly #headers: Record<string, string>
  readonly #method: string
  readonly #unsubscribe: () => void
  #isStopped = false
  /** Aborts the current attempt, including the pause after it. */
  #attempt = new AbortController()
  #untilShown: Promise<void> = Promise.resolve()
  #resolveShown: () => void = () => {}
  #retryMs = 1000
  /** Settles with the promises that `onmessage` has returned; never rejects. */
  #pending: Promise<void> = Promise.resolve()

  /** @throws TidingsError `ERR_OPTION` for a misspelt option */
  constructor(input: RequestTarget, init: FetchEventSourceInit) {
    checkInit(init)
    const request = input instanceof Request ? input : undefined
    const { headers = request?.headers, openWhenHidden = true, signal = request?.signal } = init
    this.#input = input
    this.#init = init
    this.#request = Object.fromEntries(Object.entries(init).filter(([name]) => !ownOptions.has(name)))
    this.#headers = toRecord(headers)
    this.#method = init.method ?? request?.method ?? 'GET'
    const unwatch = openWhenHidden ? () => {} : watchVisibility(this.#changeVisibility)
    this.#unsubscribe = () => {
      unwatch()
      signal?.removeEventListener('abort', this.stop)
    }
    if (signal?.aborted) this.stop()
    else signal?.addEventListener('abort', this.stop)
  }

  /** Resolves at the end of the stream. Rejects with what `onerror` throws. */
  async run(): Promise<void> {
    while (!this.#isStopped) {
      this.#attempt = new AbortController()
      const { signal } = this.#attempt
      try {
        await this.#read(signal)
        return
      } catch (error) {
        await this.#recover(signal, error)
      }
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

  /** Reports why an attempt or a pause has ended, and waits before the next attempt. */
  async #recover(ended: AbortSignal, error: unknown): Promise<void> {
    const { reason }: { readonly reason: unknown } = ended
    // Aborted: by the caller, or by a page that was hidden.
    if (ended.aborted && !(reason instanceof CallbackFailure)) return
    this.#attempt = new AbortController()
    const { signal } = this.#attempt
    try {
      const delayMs = await whileOpen(signal, () =>
        this.#delayMs(reason instanceof CallbackFailure ? reason.error : error),
      )
      // The pause ends early when its attempt is aborted.
      await sleep(delayMs, signal)
    } catch (failure) {
      if (!signal.aborted) throw failure
      await this.#recover(signal, failure)
    }
  }

  /** Sends one request, and reads its response to the end of the body. */
  async #read(signal: AbortSignal): Promise<void> {
    const { onopen, onclose } = this.#init
    const response = await this.#send(signal)
    const parser = this.#createParser()
    // After an abort no callback is called, not even for events already received.
    signal.addEventListener('abort', () => parser.reset())
    if (response.status === 204) return
    try {
      await whileOpen(signal, () => (onopen ?? checkResponse)(response))
      await feed(parser, response, signal)
    } catch (error) {
      // A body that `onopen` reads is left alone.
      discardBody(response)
      throw error
    }
    await whileOpen(signal, () => this.#pending)
    await whileOpen(signal, () => onclose?.())
  }

  /** @throws TidingsError `ERR_OPTION` for what `fetch` will never send */
  async #send(signal: AbortSignal): Promise<Response> {
    const { fetch = globalThis.fetch } = this.#init
    const init = { ...this.#request, headers: { ...this.#headers } }
    try {
      // A Request can be sent only once.
      const input = this.#input instanceof Request ? cloneOf(this.#input) : this.#input
      return await whileOpen(signal, () => fetch(input, { ...init, signal }))
    } catch (error) {
      if (signal.aborted || error instanceof TidingsError) throw error
      throw refusalOf(error, hrefOf(this.#input), { ...init, method: this.#method }) ?? error
    }
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
        this.#watch(this.#init.onmessage?.(message))
      },
    })
  }

  #setLastEventId(id: string): void {
    const name = Object.keys(this.#headers).find((name) => name.toLowerCase() === lastEventIdHeader)
    if (name !== undefined) delete this.#headers[name]
    const position = toHeaderBytes(id)
    if (position !== '') this.#headers[lastEventIdHeader] = position
  }

  /** Ends the attempt if what a callback has returned rejects: the error goes where one goes that is thrown. */
  #watch(returned: unknown): void {
    if (typeof Object(returned).then !== 'function') return
    const settle = async (before: Promise<void>): Promise<void> => {
      try {
        await returned
      } catch (error) {
        this.#attempt.abort(new CallbackFailure(error))
      }
      await before
    }
    this.#pending = settle(this.#pending)
  }

  /** The pause that `onerror` asks for. @throws what it throws, or an error that no further request can mend */
  async #delayMs(error: unknown): Promise<number> {
    const { onerror, body } = this.#init
    if (!onerror && (!isIdempotent(this.#method) || isPermanent(error))) throw error
    const delayMs = await onerror?.(error)
    if (typeof delayMs !== 'number' && isFutile(error)) throw error
    // It can be sent only once.
    if (body instanceof ReadableStream) throw error
    return toReconnectionMs(delayMs ?? this.#retryMs)
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
  // Not by its class: those of another realm, or of another library, are pairs as well.
  const isList = given !== null && Symbol.iterator in given
  const headers: Record<string, string> = isList ? Object.fromEntries(new Headers(given).entries()) : { ...given }
  const hasAccept = Object.keys(headers).some((name) => name.toLowerCase() === 'accept')
  return hasAccept ? headers : { ...headers, accept: eventStreamType }
}

function cloneOf(request: Request): Request {
  if (!request.bodyUsed) return request.clone()
  throw createRefusal('ERR_OPTION', 'The body of the Request has been used: it can be sent only once.')
}

/** The url of a request; as it is, if it is invalid. */
function hrefOf(input: RequestTarget): string {
  if (input instanceof Request) return input.url
  const page: { readonly href?: string } | undefined = globalThis.location
  try {
    return new URL(input, page?.href).href
  } catch {
    // Invalid, which is what is to be found out.
    return String(input)
  }
}

async function feed(parser: Parser, response: Response, signal: AbortSignal): Promise<void> {
  const reader = lockBody(response)
  try {
    for (;;) {
      const { value } = await whileOpen(signal, () => reader.read())
      if (value === undefined) return
      parser.feed(value)
      signal.throwIfAborted()
    }
  } finally {
    // Does nothing to a body that has ended or failed.
    reader.cancel().catch(() => {})
  }
}

/** The default of `onopen`. */
async function checkResponse(response: Response): Promise<void> {
  if (!response.ok) throw await responseError(response)
  if (isEventStreamType(response.headers.get('content-type'))) return
  const type = response.headers.get('content-type')
  const message = `Expected content-type to be ${eventStreamType}, Actual: ${type}`
  throw new TidingsError('ERR_MEDIA_TYPE', `${message}${describeContent(response)}, or set onopen`)
}

/** Whether a retry would fail the same way. Network errors and some statuses (RFC 9110 15.6) are transient. */
function isPermanent(error: unknown): boolean {
  if (error instanceof ResponseError) return !isTransientStatus(error.status)
  return error instanceof TidingsError
}

/** Whether no further request can succeed: `fetch` refuses it, or gives responses that cannot be read. */
function isFutile(error: unknown): boolean {
  return isRefusal(error) || (error instanceof ResponseError && error.status < 300)
}
