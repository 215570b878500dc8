// Makes a response of what a handler returns or throws.
import { describeValue, TidingsError, toJson } from '../base/index.ts'
import type { Mistake, NestedFault, NestedNotJson } from '../base/index.ts'
import { inRoute, mistake, type Routed } from './mistake.ts'
import { checkHeaders, checkStatus, hasNoBody, Reply } from './reply.ts'

/** The status and headers of {@link json}. */
export interface JsonInit {
  /** From 200 to 599. Default 200. */
  readonly status?: number
  /** Headers of the answer, beside or instead of its `content-type`. */
  readonly headers?: Readonly<Record<string, string>>
}

/**
 * A JSON response with a status and headers; a handler that needs neither returns the value itself.
 * Cheaper than `Response.json`.
 *
 * @throws TidingsError `ERR_EVENT_DATA` for what JSON cannot hold, `ERR_OPTION` for a status that is invalid or has no
 * body (204, 205, 304); TypeError for a header that is invalid in HTTP.
 */
export function json<Data>(value: Data & JsonVerdict<Data>, init: JsonInit = {}): Response {
  const { status = 200, headers } = init
  checkStatus(status, 200)
  if (hasNoBody(status))
    throw new TidingsError(
      'ERR_OPTION',
      `Status ${status} has no body: return new Response(null, { status: ${status} }).`,
    )
  return new Reply(toJson(value), {
    status,
    headers: headers === undefined ? jsonHeaders : withJson(checkHeaders(headers)),
  })
}

/** `unknown` for what JSON can hold one level deep, else what it cannot, as for the values that a handler returns itself. */
type JsonVerdict<Data> = [NestedFault<Data>] extends [never]
  ? unknown
  : Mistake<'JSON cannot hold this in an answer', NestedNotJson<Data>>

/**
 * The response for what the handler of a route returned: a `Response` as it is, text for a string, 204 for `undefined`,
 * else JSON.
 */
export function toReply(value: unknown, route: Routed): Response {
  if (isResponse(value)) return value
  if (value === undefined) return new Reply(null, { status: 204 })
  if (typeof value === 'string') return new Reply(value, { headers: { 'content-type': 'text/plain; charset=utf-8' } })
  if (isAsyncIterable(value)) throw mistake(route, 'the handler returned an async iterable, but has no `sse: true`.')
  try {
    return json(value)
  } catch (error) {
    throw inRoute(route, error)
  }
}

/** What the client is told of an error. */
export interface ErrorAnswer {
  readonly status: number
  readonly message: string
  readonly headers: Readonly<Record<string, string>>
  readonly details: Readonly<Record<string, unknown>>
}

/** The response for an error: `{ code, message, requestId, ...details }`, without an id where the request has none. */
export function toErrorReply({ status, message, headers, details }: ErrorAnswer, requestId?: string): Reply {
  const own = { code: status, message, ...(requestId === undefined ? {} : { requestId }) }
  const body = toJson(Object.assign({ ...own }, details, own))
  return new Reply(body, { status, headers: withJson(ofJson(headers)) })
}

const jsonHeaders = { 'content-type': 'application/json; charset=utf-8' }

const jsonType = /^application\/(?:[\w.-]+\+)?json\b/i

/** Without what is not true of JSON: sent as HTML, a message with markup would be run. */
function ofJson(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const { 'content-type': type = '', 'content-encoding': _coding, 'content-range': _range, ...others } = headers
  return jsonType.test(type) ? { ...others, 'content-type': type } : others
}

function withJson(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return { ...jsonHeaders, ...headers }
}

/**
 * Returns `answer` if it is a response that can be sent. `route` is named where it is not.
 *
 * @throws TidingsError `ERR_ROUTE` when it is not a `Response`, has a status below 200, or its body has been read
 * already.
 */
export function checkAnswer(answer: unknown, route: Routed = fetching): Response {
  if (answer instanceof Reply && !answer.isNative) return answer
  if (!isResponse(answer)) {
    throw mistake(route, `the answer must be a Response, not ${describeValue(answer)}; in middleware, return next().`)
  }
  if (answer.status < 200) throw mistake(route, `a Response of status ${answer.status} cannot be sent.`)
  if (answer.bodyUsed || answer.body?.locked === true)
    throw mistake(route, 'the body of the Response is read by somebody else already: return a clone.')
  return answer
}

/** In place of a route: a function that was handed to `serve` or to a mount. */
const fetching: Routed = { routeName: '`fetch`' }

/**
 * Whether this is a `Response`, of `fetch` too where somebody has replaced the global class (Hono's server for Node
 * does), so that the platform's own are no instances of it.
 */
export function isResponse(value: unknown): value is Response {
  return value instanceof Response || Object.prototype.toString.call(value) === '[object Response]'
}

/** Whether `value` is a promise, of whatever library: query builders are awaited, too. */
export function isPromise(value: unknown): value is PromiseLike<unknown> {
  return value instanceof Promise || typeof Reflect.get(Object(value), 'then') === 'function'
}

/** Whether `value` is an `AsyncIterable`, which can be streamed. */
export function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value
}

/** Discards a response that nobody will read. */
export function dismiss(response: Response): void {
  response.body?.cancel().catch(() => {
    // Nobody is left who could be told.
  })
}
