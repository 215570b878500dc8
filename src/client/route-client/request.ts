// The body and the headers of a call.
import { describeValue, TidingsError, toJson } from '../../base/index.ts'
import { toText } from './path.ts'
import type { RequestBody } from '../http/fetch-types.ts'
import { toHeaders, type HeaderValues } from '../http/header-values.ts'
import type { HeaderRequest, StreamOptions } from '../stream/options.ts'

/** A body as `fetch` takes it, and its media type if `fetch` does not set it itself. */
export interface CallBody {
  readonly body: RequestBody | undefined
  readonly type: string | undefined
}

/**
 * Makes the body of a request: `json` as JSON, or else `body` unchanged; none if both are `undefined`.
 *
 * @throws TidingsError `ERR_EVENT_DATA` for a value that JSON cannot represent; `ERR_OPTION` for a `body` that `fetch` does
 * not take.
 */
export function toBody(json: unknown, body: unknown): CallBody {
  if (json !== undefined) return { body: toJson(json), type: 'application/json' }
  if (body === undefined || typeof body === 'string' || isBodyInit(body)) return { body, type: undefined }
  const message = `body is sent as it is, and cannot be ${describeValue(body)}. Send a value as \`json\`.`
  throw new TidingsError('ERR_OPTION', message)
}

function isBodyInit(value: unknown): value is Exclude<RequestBody, string> {
  return (
    value instanceof FormData ||
    value instanceof URLSearchParams ||
    value instanceof Blob ||
    value instanceof ReadableStream ||
    value instanceof ArrayBuffer ||
    ArrayBuffer.isView(value)
  )
}

/**
 * The headers of one call, which override those of the client. A function if the client's headers are one: it is called
 * for each request, and once more after a 401.
 */
export function toCallHeaders(
  common: StreamOptions['headers'],
  own: Readonly<Record<string, unknown>>,
  type: string | undefined,
): Headers | ((request: HeaderRequest) => Promise<Headers>) {
  if (typeof common === 'function') return async (request) => merge(await common(request), own, type)
  return merge(common, own, type)
}

function merge(
  common: HeaderValues | undefined,
  own: Readonly<Record<string, unknown>>,
  type: string | undefined,
): Headers {
  const headers = toHeaders(common)
  for (const [name, value] of Object.entries(own)) {
    if (value === undefined) continue
    const text = toText(value)
    if (text === undefined)
      throw new TidingsError('ERR_OPTION', `The header ${name} cannot be ${describeValue(value)}.`)
    headers.set(name, text)
  }
  if (type !== undefined && !headers.has('content-type')) headers.set('content-type', type)
  return headers
}
