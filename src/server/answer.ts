// From what a handler returns, or throws, to a reply.
import { describeValue, TidingsError, toJson } from '../base/index.ts'
import type { HttpError } from './http-error.ts'
import { checkHeaders, checkStatus, hasNoBody, Reply } from './reply.ts'

/** How {@link json} answers beside the value. */
export interface JsonInit {
  /** From 200 to 599. Default 200. */
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
}

/**
 * A JSON answer with a status and headers of its own; a handler that needs neither returns the value.
 * Cheaper than `Response.json`.
 *
 * @throws TidingsError `ERR_EVENT_DATA` for what JSON cannot hold, `ERR_OPTION` for a status that cannot have it;
 * TypeError for a header that HTTP cannot hold.
 */
export function json(value: unknown, init: JsonInit = {}): Response {
  const { status = 200, headers } = init
  checkStatus(status, 200)
  if (hasNoBody(status))
    throw new TidingsError('ERR_OPTION', `An answer with status ${status} has no body: return nothing.`)
  return new Reply(toJson(value), {
    status,
    headers: headers === undefined ? jsonHeaders : withJson(checkHeaders(headers)),
  })
}

/** The reply for what a handler returned: a `Response` as it is, text, JSON, or 204 for nothing. */
export function toReply(value: unknown): Response {
  if (value instanceof Response) return value
  if (value === undefined) return new Reply(null, { status: 204 })
  if (typeof value === 'string') return new Reply(value, { headers: { 'content-type': 'text/plain; charset=utf-8' } })
  if (isAsyncIterable(value)) {
    throw new TidingsError('ERR_ROUTE', 'The handler returned an async iterable on a route without `sse: true`.')
  }
  return json(value)
}

/** The reply for an error that is meant for the client: `{ code, message, ...details }`. */
export function toErrorReply(error: HttpError): Reply {
  const own = { code: error.status, message: error.message }
  const body = toJson(Object.assign({ ...own }, error.details, own))
  return new Reply(body, { status: error.status, headers: withJson(error.headers) })
}

const jsonHeaders = { 'content-type': 'application/json; charset=utf-8' }

function withJson(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return { ...jsonHeaders, ...headers }
}

/**
 * The answer itself, if HTTP can carry it.
 *
 * @throws TidingsError `ERR_ROUTE` when it is no `Response`, has no real status, or its body has been read already.
 */
export function checkAnswer(answer: unknown): Response {
  if (answer instanceof Reply && !answer.isNative) return answer
  if (!(answer instanceof Response)) {
    throw new TidingsError(
      'ERR_ROUTE',
      `The answer must be a Response, not ${describeValue(answer)}; a middleware returns next()'s.`,
    )
  }
  if (answer.status < 200) throw new TidingsError('ERR_ROUTE', `A Response of status ${answer.status} cannot be sent.`)
  if (answer.bodyUsed)
    throw new TidingsError('ERR_ROUTE', 'The body of the Response has been read already: answer a clone.')
  return answer
}

/** Whether `value` can be streamed. */
export function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value
}
