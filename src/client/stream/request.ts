// The request of a stream, made anew for each try.
import { TidingsError } from '../../base/index.ts'
import { toHeaderBytes } from '../http/header-bytes.ts'
import { toHeaders } from '../http/header-values.ts'
import { isIdempotent } from '../http/repeatable.ts'
import type { HeaderRequest, StreamOptions } from './options.ts'

const accept = 'text/event-stream;tidings=1, text/event-stream;q=0.9, application/x-ndjson;envelope=1;q=0.8'

/** What all requests of one stream have in common. */
export interface StreamRequest {
  /** Whether asking twice does no harm (RFC 9110 9.2.2). */
  readonly isSafe: boolean
  /** Whether it can be sent twice: a body that is a stream is gone after the first time. */
  readonly isOnce: boolean
  send(headers: Headers, signal: AbortSignal): Promise<Response>
}

/**
 * Makes the request that every try of a stream repeats.
 *
 * @throws TidingsError `ERR_OPTION` for a url that is none
 */
export function createRequest(url: string | URL, options: StreamOptions): StreamRequest {
  const { json, credentials } = options
  const body = json === undefined ? options.body : JSON.stringify(json)
  const { method = body === undefined ? 'GET' : 'POST' } = options
  const href = toHref(url)
  const isOnce = body instanceof ReadableStream
  const init: RequestInit = {
    method: method.toUpperCase(),
    body: body ?? null,
    ...(isOnce && { duplex: 'half' }),
    ...(credentials && { credentials }),
    // Two tabs on one url: a browser that may cache lets the second wait for the first. Not every runtime has a cache.
    ...('cache' in Request.prototype && { cache: 'no-store' }),
  }
  return {
    isSafe: isIdempotent(method),
    isOnce,
    async send(headers, signal) {
      const { fetch = globalThis.fetch } = options
      const response = await fetch(href, { ...init, headers, signal })
      // Not every `fetch` has an ear for its signal.
      if (signal.aborted) await response.body?.cancel()
      return response
    },
  }
}

/** What the next try sends; asks the headers' function. */
export async function headersOf(
  { headers: given, json }: StreamOptions,
  lastEventId: string,
  about: HeaderRequest,
): Promise<Headers> {
  const headers = toHeaders(typeof given === 'function' ? await given(about) : given)
  if (!headers.has('accept')) headers.set('accept', accept)
  if (json !== undefined && !headers.has('content-type')) headers.set('content-type', 'application/json')
  if (lastEventId !== '') headers.set('last-event-id', toHeaderBytes(lastEventId))
  return headers
}

function toHref(url: string | URL): string {
  const base: { readonly href?: string } | undefined = globalThis.location
  try {
    return new URL(url, base?.href).href
  } catch (error) {
    throw new TidingsError('ERR_OPTION', `No url: ${url}`, { cause: error })
  }
}
