// The request of a stream, sent once for each try.
import { hasCacheOption, send, toHeaderBytes, toText } from '#extras'
import { optionError } from '../http/option-error.ts'
import { toHeaders, type HeaderValues } from '../http/header-values.ts'
import { isIdempotent } from '../http/repeatable.ts'
import type { RequestChanges, StreamOptions } from './options.ts'

/** The plain type first, by itself: some servers compare whole elements with it. */
const accept = 'text/event-stream, text/event-stream;tidings=1'

/** The request that a try sends. */
export interface StreamRequest {
  /** Whether the method is idempotent: a repeated request does no harm (RFC 9110 9.2.2). */
  readonly isIdempotent: boolean
  /** Whether it can be sent only once: its body is a stream, which the first request consumes. */
  readonly isOnce: boolean
  /** Sends it. @throws TidingsError `ERR_OPTION` for what `fetch` refuses */
  send(headers: HeaderValues | undefined, lastEventId: string, signal: AbortSignal): Promise<Response>
}

/**
 * Makes the request of a stream, with `changes` in place of its options.
 *
 * @throws TidingsError `ERR_OPTION` for an invalid url, or a value that JSON cannot hold
 */
export function createRequest(url: string | URL, options: StreamOptions, changes: RequestChanges = {}): StreamRequest {
  const { credentials } = options
  // A GET that takes the place of a POST has no body.
  const isOwn = changes.body !== undefined || /^(get|head)$/i.test(changes.method ?? '')
  const isJson = options.json !== undefined && !isOwn
  const given = isOwn ? changes.body : options.body
  const body = isJson ? toText(options.json) : given
  const method = changes.method ?? options.method ?? (body === undefined ? 'GET' : 'POST')
  const href = toHref(changes.url ?? url)
  const isStream = body instanceof ReadableStream
  const init: RequestInit = {
    method: method.toUpperCase(),
    body: body ?? null,
    ...(isStream && { duplex: 'half' }),
    ...(credentials && { credentials }),
    // With its cache, a browser lets a second tab with this url wait for the first.
    ...(hasCacheOption() && { cache: 'no-store' }),
  }
  return {
    isIdempotent: isIdempotent(method),
    isOnce: isStream && body !== changes.body,
    async send(given, lastEventId, signal) {
      const headers = headersOf(given, changes.headers)
      if (!headers.has('accept')) headers.set('accept', accept)
      if (isJson && !headers.has('content-type')) headers.set('content-type', 'application/json')
      if (lastEventId !== '') headers.set('last-event-id', toHeaderBytes(lastEventId))
      const { fetch = globalThis.fetch } = options
      return send(fetch, href, { ...init, headers, signal })
    },
  }
}

/** Joins headers; of two with the same name the later ones count. */
function headersOf(given: HeaderValues | undefined, others: HeaderValues | undefined): Headers {
  try {
    const headers = toHeaders(given)
    toHeaders(others).forEach((value, name) => headers.set(name, value))
    return headers
  } catch (error) {
    throw optionError(`Invalid headers: ${String(error)}`, error)
  }
}

function toHref(url: string | URL): string {
  const base: { readonly href?: string } | undefined = globalThis.location
  try {
    return new URL(url, base?.href).href
  } catch (error) {
    throw optionError(`Invalid url: ${url}`, error)
  }
}
