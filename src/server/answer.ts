// From what a handler returns, or throws, to a reply.
import { TidingsError, toJson } from '../base/index.ts'
import { HttpError } from './http-error.ts'
import { Reply } from './reply.ts'

/** How {@link json} answers beside the value. */
export interface JsonInit {
  /** Default 200. */
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
}

/**
 * A JSON answer with a status and headers of its own; a handler that needs neither returns the value.
 * Cheaper than `Response.json`.
 *
 * @throws TidingsError `ERR_EVENT_DATA` for what JSON cannot hold.
 */
export function json(value: unknown, init: JsonInit = {}): Response {
  const headers: Record<string, string> = { 'content-type': 'application/json; charset=utf-8' }
  for (const name in init.headers) headers[name.toLowerCase()] = init.headers[name] ?? ''
  return new Reply(toJson(value), { status: init.status ?? 200, headers })
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
  const body = toJson({ code: error.status, message: error.message, ...error.details })
  const headers: Record<string, string> = { 'content-type': 'application/json; charset=utf-8' }
  for (const name in error.headers) headers[name.toLowerCase()] = error.headers[name] ?? ''
  return new Reply(body, { status: error.status, headers })
}

/** Whether `value` can be streamed. */
export function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value
}
