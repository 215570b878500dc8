// The request of a stream, sent once for each try.
import { optionError } from './check.ts'
import { toHeaderBytes } from '../http/header-bytes.ts'
import { toHeaders, type HeaderValues } from '../http/header-values.ts'
import { refusalOf } from '../http/refusal.ts'
import { isIdempotent } from '../http/repeatable.ts'
import type { RequestChanges, StreamOptions } from './options.ts'
import { interrupted } from './retry.ts'

/** The plain type first, by itself: some servers compare whole elements with it. */
const accept = 'text/event-stream, text/event-stream;tidings=1'

/** The request that a try sends. */
export interface StreamRequest {
  /** Whether the method is idempotent: a repeated request does no harm (RFC 9110 9.2.2). */
  readonly isIdempotent: boolean
  /** Whether it can be sent only once: its body is a stream, which the first request consumes. */
  readonly isOnce: boolean
  /** Sends it. @throws TidingsError `ERR_OPTION` for what `fetch` refuses, `ERR_STREAM_INTERRUPTED` for what may pass */
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
    // With its cache, a browser lets a second tab with this url wait for the first. Some runtimes have no cache option.
    ...('cache' in Request.prototype && { cache: 'no-store' }),
  }
  return {
    isIdempotent: isIdempotent(method),
    isOnce: isStream && body !== changes.body,
    async send(given, lastEventId, signal) {
      const headers = headersOf([given, changes.headers])
      if (!headers.has('accept')) headers.set('accept', accept)
      if (isJson && !headers.has('content-type')) headers.set('content-type', 'application/json')
      if (lastEventId !== '') headers.set('last-event-id', toHeaderBytes(lastEventId))
      const { fetch = globalThis.fetch } = options
      try {
        return await fetch(href, { ...init, headers, signal })
      } catch (error) {
        throw refusalOf(error, href, init) ?? interrupted('The connection was lost', error)
      }
    },
  }
}

/** Joins headers; of two with the same name the later ones count. */
function headersOf(layers: readonly (HeaderValues | undefined)[]): Headers {
  const headers = new Headers()
  try {
    for (const layer of layers) for (const [name, value] of toHeaders(layer)) headers.set(name, value)
  } catch (error) {
    throw optionError(`Invalid headers: ${String(error)}`, error)
  }
  return headers
}

/** The JSON of a value. What JSON would lose is refused: a function, NaN, and what it would make an empty object. */
function toText(value: unknown): string {
  let text: string | undefined
  let cause: unknown
  try {
    text = JSON.stringify(value)
  } catch (error) {
    cause = error
  }
  const type = Object.prototype.toString.call(value)
  const isLost = (text === 'null' && value !== null) || (text === '{}' && type !== '[object Object]')
  if (text === undefined || isLost || ArrayBuffer.isView(value))
    throw optionError(`json: JSON cannot hold ${cause instanceof Error ? cause.message : type}`, cause)
  return text
}

function toHref(url: string | URL): string {
  const base: { readonly href?: string } | undefined = globalThis.location
  try {
    return new URL(url, base?.href).href
  } catch (error) {
    throw optionError(`Invalid url: ${url}`, error)
  }
}
