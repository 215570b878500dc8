// The request of a stream, made anew for each try.
import { TidingsError } from '../base/index.ts'
import { interrupted } from './connection.ts'
import { toHeaderBytes } from './header-bytes.ts'
import { toHeaders } from './header-values.ts'
import { isIdempotent } from './retry.ts'
import type { HeaderRequest, StreamOptions } from './stream.ts'

const accept = 'text/event-stream;tidings=1, text/event-stream;q=0.9, application/x-ndjson;envelope=1;q=0.8'

/** What all requests of one stream have in common. */
export class StreamRequest {
  readonly method: string
  readonly #url: string
  readonly #options: StreamOptions
  readonly #body: BodyInit | undefined
  #tries = 0

  /** @throws TidingsError `ERR_OPTION` for a url that is none */
  constructor(url: string | URL, options: StreamOptions) {
    this.#url = toUrl(url)
    this.#options = options
    this.#body = options.json === undefined ? options.body : JSON.stringify(options.json)
    this.method = (options.method ?? (this.#body === undefined ? 'GET' : 'POST')).toUpperCase()
  }

  /** Whether asking twice does no harm, or is wanted all the same. A body that is a stream is gone after the first time. */
  get canRepeat(): boolean {
    const { retry } = this.#options
    const isWanted = isIdempotent(this.method) || (typeof retry === 'object' && retry.unsafe === true)
    return isWanted && !(this.#body instanceof ReadableStream)
  }

  /** What the next try sends; asks the headers' function. */
  async init(lastEventId: string, isUnauthorized: boolean): Promise<RequestInit> {
    const headers = await this.#headers(lastEventId, { attempt: this.#tries, isUnauthorized })
    this.#tries += 1
    const { credentials } = this.#options
    return {
      method: this.method,
      headers,
      ...(this.#body === undefined ? {} : { body: this.#body }),
      ...(this.#body instanceof ReadableStream ? { duplex: 'half' } : {}),
      ...(credentials === undefined ? {} : { credentials }),
      // Two tabs on one url: a browser that may cache lets the second wait for the first. Not every runtime has a cache.
      ...('cache' in Request.prototype ? { cache: 'no-store' } : {}),
    }
  }

  /** The answer's head. Without one after `timeoutMs`, and on a failure of the network, `ERR_STREAM_INTERRUPTED`. */
  async send(init: RequestInit, controller: AbortController, timeoutMs: number): Promise<Response> {
    const { fetch = globalThis.fetch } = this.#options
    const { signal } = controller
    const timer = Number.isFinite(timeoutMs) ? setTimeout(() => controller.abort(), timeoutMs) : undefined
    try {
      return await fetch(this.#url, { ...init, signal })
    } catch (error) {
      throw interrupted(signal.aborted ? `No answer within ${timeoutMs} ms` : 'The request has failed', error)
    } finally {
      clearTimeout(timer)
    }
  }

  async #headers(lastEventId: string, about: HeaderRequest): Promise<Headers> {
    const { headers: given = {}, json } = this.#options
    const values = typeof given === 'function' ? await given(about) : given
    const headers = toHeaders(values)
    if (!headers.has('accept')) headers.set('accept', accept)
    if (json !== undefined && !headers.has('content-type')) headers.set('content-type', 'application/json')
    if (lastEventId !== '') headers.set('last-event-id', toHeaderBytes(lastEventId))
    return headers
  }
}

function toUrl(url: string | URL): string {
  const base: { readonly href?: string } | undefined = globalThis.location
  try {
    return new URL(url, base?.href).href
  } catch (error) {
    throw new TidingsError('ERR_OPTION', `No url: ${url}`, { cause: error })
  }
}
