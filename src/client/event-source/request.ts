// The request of an event source, sent once for each connection.
import { toByteString, toHeaderBytes } from '../http/header-bytes.ts'
import { eventStreamType } from '../http/media-type.ts'
import { toHeaders, type HeaderValues } from '../http/header-values.ts'

/** What all requests of one event source share. */
export interface SourceRequest {
  readonly url: URL
  readonly withCredentials: boolean
  readonly headers: HeaderValues | (() => HeaderValues | Promise<HeaderValues>)
  /** Default: the global one at the time of the request. */
  readonly fetch: typeof globalThis.fetch | undefined
}

/** What one request adds: the last event id to send, and the signal that aborts it. */
export interface SourceConnection {
  readonly lastEventId: string
  readonly signal: AbortSignal
}

/** HTML 9.2.2 and 9.2.3: requests the stream. Rejects with what `fetch` or the `headers` function rejects with. */
export async function requestSource(request: SourceRequest, connection: SourceConnection): Promise<Response> {
  const { lastEventId, signal } = connection
  const { headers: given, fetch = globalThis.fetch } = request
  const headers = toHeaders(typeof given === 'function' ? await given() : given)
  signal.throwIfAborted()
  addHeaders(headers, request.url)
  // 9.2.3, reestablish the connection, step 5.3.
  if (lastEventId !== '') headers.set('last-event-id', toHeaderBytes(lastEventId))
  return fetch(withoutCredentials(request.url), {
    headers,
    signal,
    // Fetch "create a potential-CORS request": include for "use-credentials", same-origin for "anonymous".
    credentials: request.withCredentials ? 'include' : 'same-origin',
    // 9.2.2, step 12. Some versions of workerd refuse the option, and have no cache anyway.
    ...(canSetCache ? { cache: 'no-store' } : {}),
  })
}

/**
 * Whether the cache mode already adds `Cache-Control: no-cache`, as in browsers, where setting the header would cause a
 * CORS preflight on each connection to another origin.
 */
const setsCacheControl = Reflect.has(globalThis, 'location') && !Reflect.has(globalThis, 'Deno')
const canSetCache = 'cache' in Request.prototype

function addHeaders(headers: Headers, { username, password }: URL): void {
  // 9.2.2, step 11.
  if (!headers.has('accept')) headers.set('accept', eventStreamType)
  if (!setsCacheControl && !headers.has('cache-control')) headers.set('cache-control', 'no-cache')
  if (username === '' && password === '') return
  const userPass = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  if (!headers.has('authorization')) headers.set('authorization', `Basic ${btoa(toByteString(userPass))}`)
}

/** The url without user name and password: `fetch` refuses them, but an EventSource accepts them. */
function withoutCredentials(url: URL): string {
  if (url.username === '' && url.password === '') return url.href
  const bare = new URL(url)
  bare.username = ''
  bare.password = ''
  return bare.href
}
