// The request of an event source, made anew for each connection.
import { toByteString, toHeaderBytes } from '../http/header-bytes.ts'
import { eventStreamType } from '../http/media-type.ts'
import { toHeaders, type HeaderValues } from '../http/header-values.ts'

/** How an event source asks. */
export interface SourceRequest {
  readonly url: URL
  readonly withCredentials: boolean
  readonly headers: HeaderValues | (() => HeaderValues | Promise<HeaderValues>)
  /** Undefined: the global one of that moment. */
  readonly fetch: typeof globalThis.fetch | undefined
}

/** Where the reader stands, and what ends the request. */
export interface SourceConnection {
  readonly lastEventId: string
  readonly signal: AbortSignal
}

/** HTML 9.2.2 and 9.2.3: asks for the stream. Rejects with what `fetch` or the headers' function rejects with. */
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
    // 9.2.2, step 12. Some versions of workerd refuse the option, and keep nothing anyway.
    ...(canSetCache ? { cache: 'no-store' } : {}),
  })
}

/**
 * In a browser the cache mode adds `Cache-Control: no-cache` by itself; set by hand, it would cost a preflight on each
 * connection to another origin.
 */
const setsCacheControl = Reflect.has(globalThis, 'location') && !Reflect.has(globalThis, 'Deno')
const canSetCache = 'cache' in Request.prototype

function addHeaders(headers: Headers, { username, password }: URL): void {
  // 9.2.2, step 11.
  if (!headers.has('accept')) headers.set('accept', eventStreamType)
  if (!setsCacheControl && !headers.has('cache-control')) headers.set('cache-control', 'no-cache')
  if (username === '' && password === '') return
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  if (!headers.has('authorization')) headers.set('authorization', `Basic ${btoa(toByteString(pair))}`)
}

/** `fetch` refuses a url with a name and a password, which an EventSource takes. */
function withoutCredentials(url: URL): string {
  if (url.username === '' && url.password === '') return url.href
  const bare = new URL(url)
  bare.username = ''
  bare.password = ''
  return bare.href
}
