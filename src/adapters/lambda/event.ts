// The event of a function url (payload format 2.0) as a standard Request.
import { TidingsError } from '../../base/index.ts'
import { parseTarget } from '../node/internal.ts'

/** The event of a request to a function url, as far as it is used here: payload format 2.0. */
export interface FunctionUrlEvent {
  readonly version: '2.0'
  /** The path as the client has sent it, percent-encoded. */
  readonly rawPath: string
  /** The query as the client has sent it, without `?`. */
  readonly rawQueryString?: string
  /** Each cookie of the request, as `name=value`. */
  readonly cookies?: readonly string[]
  /** By lower-case name; repeated ones are joined. */
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly requestContext: {
    readonly domainName?: string
    readonly http: { readonly method: string; readonly sourceIp?: string }
  }
  readonly body?: string
  /** Whether `body` is binary, in Base64. */
  readonly isBase64Encoded?: boolean
}

/**
 * Refuses what is no event of a function url.
 *
 * @throws TidingsError `ERR_ROUTE` for an event of another format: of a REST API, of a load balancer, of a queue
 */
export function checkEvent(event: unknown): asserts event is FunctionUrlEvent {
  if (isFunctionUrlEvent(event)) return
  const reason = 'This invocation is no request to a function url: its event is of another kind.'
  const hint = 'Invoke the function by a function url with InvokeMode: RESPONSE_STREAM (payload format 2.0).'
  throw new TidingsError('ERR_ROUTE', `${reason} ${hint}`)
}

function isFunctionUrlEvent(event: unknown): event is FunctionUrlEvent {
  const { rawPath, headers, requestContext } = Object(event)
  const { domainName, http } = Object(requestContext)
  if (typeof rawPath !== 'string' || typeof Object(http).method !== 'string') return false
  return typeof headers === 'object' && headers !== null && !isOfHttpApi(domainName)
}

/** The events of an HTTP API have the same form, but its gateway does not understand the answer that is streamed. */
function isOfHttpApi(domainName: unknown): boolean {
  return typeof domainName === 'string' && domainName.includes('.execute-api.')
}

/** A request, and why it is malformed, if it is: then it is another one, without anything of the event. */
export interface EventRequest {
  readonly request: Request
  readonly malformed: string | undefined
}

/** The request of `event`, with `signal`, which aborts when its reader leaves. */
export function toRequest(event: FunctionUrlEvent, signal: AbortSignal): EventRequest {
  const { rawPath, rawQueryString = '', headers, requestContext } = event
  const url = rawQueryString === '' ? rawPath : `${rawPath}?${rawQueryString}`
  const host = headers['host'] ?? requestContext.domainName
  const { target, authority, malformed } = parseTarget({ url, headers: { host } }, false)
  if (malformed !== undefined) return { request: nothing(signal), malformed }
  try {
    const init = { method: requestContext.http.method, headers: headersOf(event), body: bodyOf(event) ?? null, signal }
    return { request: new Request(`https://${authority}${target}`, init), malformed: undefined }
  } catch {
    return { request: nothing(signal), malformed: 'The request has a method or a header that HTTP does not allow.' }
  }
}

/** In place of a request that cannot be made. */
function nothing(signal: AbortSignal): Request {
  return new Request('https://localhost/', { signal })
}

function headersOf({ headers, cookies = [] }: FunctionUrlEvent): Headers {
  const result = new Headers()
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) result.set(name, toBytes(value))
  }
  // They are taken out of the headers; RFC 6265 5.4 joins them so.
  if (cookies.length > 0) result.set('cookie', toBytes(cookies.join('; ')))
  return result
}

/** Headers are bytes, one a character (WHATWG Fetch, "byte sequence"); an event may have them decoded. */
function toBytes(value: string): string {
  return /[^\0-\xff]/.test(value) ? Buffer.from(value).toString('latin1') : value
}

/** Fetch allows none for these methods, and Lambda passes one on. */
function bodyOf({
  body,
  isBase64Encoded = false,
  requestContext,
}: FunctionUrlEvent): Uint8Array<ArrayBuffer> | undefined {
  const { method } = requestContext.http
  if (body === undefined || body === '' || method === 'GET' || method === 'HEAD') return undefined
  return Uint8Array.from(Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8'))
}
