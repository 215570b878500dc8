// The request of an event source, sent once for each connection.
import { fetchOptions, toHeaderBytes } from '#extras'
import { TidingsError } from '../../base/index.ts'
import { toByteString } from '../http/header-bytes.ts'
import { eventStreamType } from '../http/media-type.ts'
import { toHeaders, type HeaderValues } from '../http/header-values.ts'
import { isPage } from '../http/page.ts'
import type { PauseLimits } from '../http/pause.ts'
import { refusalOf } from '../http/refusal.ts'
import { whileOpen } from '../http/while-open.ts'

/** How an `EventSource` with the option `retry` reconnects: exponential backoff with full jitter. */
export interface EventSourceRetry extends PauseLimits {
  /** The retries after consecutive failures, without an event in between, before it closes. Default: no limit. */
  readonly attempts?: number | undefined
}

/** What all requests of one event source share. */
export interface SourceRequest {
  readonly url: URL
  readonly withCredentials: boolean
  readonly headers: HeaderValues | (() => HeaderValues | Promise<HeaderValues>)
  /** Default: the global one at the time of the request. */
  readonly fetch: typeof globalThis.fetch | undefined
  /** How to come back after answers that pass too; `undefined` for the standard's way. */
  readonly retry: EventSourceRetry | undefined
}

/** What one request adds: the last event id to send, and the signal that aborts it. */
export interface SourceConnection {
  readonly lastEventId: string
  readonly signal: AbortSignal
}

/**
 * HTML 9.2.2 and 9.2.3: requests the stream. Rejects with what `fetch` or the `headers` function rejects with, at once
 * when the signal aborts, and with `ERR_OPTION` for what `fetch` will never send.
 */
export async function requestSource(request: SourceRequest, connection: SourceConnection): Promise<Response> {
  const { lastEventId, signal } = connection
  const { headers: given, fetch = globalThis.fetch } = request
  const values = typeof given === 'function' ? await whileOpen(signal, given) : given
  const url = withoutCredentials(request.url)
  const init: RequestInit = {
    // Plain, as that of the package `eventsource`: a `fetch` of the caller's may add to `{ ...init.headers }`.
    headers: Object.fromEntries(headersOf(values, request.url, lastEventId)),
    // Fetch "create a potential-CORS request": include for "use-credentials", same-origin for "anonymous".
    credentials: request.withCredentials ? 'include' : 'same-origin',
    // 9.2.2, step 12.
    ...fetchOptions,
  }
  try {
    return await whileOpen(signal, () => fetch(url, { ...init, signal }))
  } catch (error) {
    throw signal.aborted ? error : (refusalOf(error, url, init) ?? error)
  }
}

/** @throws TidingsError `ERR_OPTION` for headers that cannot be sent */
function headersOf(values: HeaderValues, { username, password }: URL, lastEventId: string): Headers {
  const headers = checkedHeaders(values)
  // 9.2.2, step 11.
  if (!headers.has('accept')) headers.set('accept', eventStreamType)
  // In a page the cache mode adds it, and setting it would cause a CORS preflight on each connection to another origin.
  if (!isPage && !headers.has('cache-control')) headers.set('cache-control', 'no-cache')
  // 9.2.3, reestablish the connection, step 5.3.
  const position = toHeaderBytes(lastEventId)
  if (position !== '') headers.set('last-event-id', position)
  if (username === '' && password === '') return headers
  const userPass = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  if (!headers.has('authorization')) headers.set('authorization', `Basic ${btoa(toByteString(userPass))}`)
  return headers
}

function checkedHeaders(values: HeaderValues): Headers {
  try {
    return toHeaders(values)
  } catch (cause) {
    throw new TidingsError('ERR_OPTION', `Invalid headers: ${String(cause)}`, { cause })
  }
}

/** The url without user name and password: `fetch` refuses them, but an EventSource accepts them. */
function withoutCredentials(url: URL): string {
  if (url.username === '' && url.password === '') return url.href
  const bare = new URL(url)
  bare.username = ''
  bare.password = ''
  return bare.href
}
