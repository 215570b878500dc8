// The request of a stream, sent once for each attempt.
import { TidingsError } from '../../base/index.ts'
import { toHeaderBytes } from '../http/header-bytes.ts'
import { toHeaders } from '../http/header-values.ts'
import { isIdempotent } from '../http/repeatable.ts'
import type { HeaderRequest, StreamOptions } from './options.ts'

const accept = 'text/event-stream;tidings=1, text/event-stream;q=0.9, application/x-ndjson;envelope=1;q=0.8'

/** What all requests of one stream share. */
export interface StreamRequest {
  /** Whether the method is idempotent: a repeated request does no harm (RFC 9110 9.2.2). */
  readonly isIdempotent: boolean
  /** Whether it can be sent only once: its body is a stream, which the first request consumes. */
  readonly isOnce: boolean
  send(headers: Headers, signal: AbortSignal): Promise<Response>
}

/**
 * Makes the request that every attempt of a stream sends.
 *
 * @throws TidingsError `ERR_OPTION` for an invalid url
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
    // With its cache, a browser lets a second tab with this url wait for the first. Some runtimes have no cache option.
    ...('cache' in Request.prototype && { cache: 'no-store' }),
  }
  return {
    isIdempotent: isIdempotent(method),
    isOnce,
    async send(headers, signal) {
      const { fetch = globalThis.fetch } = options
      const response = await fetch(href, { ...init, headers, signal })
      // Some implementations of `fetch` ignore the signal.
      if (signal.aborted) await response.body?.cancel()
      return response
    },
  }
}

/** The headers of the next request; calls `headers` if it is a function. */
export async function headersOf(
  { headers: given, json }: StreamOptions,
  lastEventId: string,
  request: HeaderRequest,
): Promise<Headers> {
  const headers = toHeaders(typeof given === 'function' ? await given(request) : given)
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
    throw new TidingsError('ERR_OPTION', `Invalid url: ${url}`, { cause: error })
  }
}
