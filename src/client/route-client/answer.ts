// The request to a route without a stream, and the value of its response.
import { toHeaderBytes } from '#extras'
import { toHeaders } from '../http/header-values.ts'
import { ResponseError } from '../http/response-error.ts'
import type { HeaderRequest, StreamOptions } from '../stream/options.ts'

/** Prefers JSON, which most routes answer; accepts streams too, because a call of a streaming route may be awaited. */
const accept = 'application/json, text/event-stream;tidings=1;q=0.9, text/event-stream;q=0.8, */*;q=0.7'

/** Sends the request. After a 401 sends it once more, with new headers, if `headers` is a function. */
export async function askOnce(url: string, options: StreamOptions): Promise<Response> {
  const first = await send(url, options, { attempt: 0, isUnauthorized: false })
  const mayAskAgain = typeof options.headers === 'function' && !(options.body instanceof ReadableStream)
  if (first.status !== 401 || !mayAskAgain) return first
  await first.body?.cancel()
  return send(url, options, { attempt: 1, isUnauthorized: true })
}

async function send(url: string, options: StreamOptions, request: HeaderRequest): Promise<Response> {
  const { fetch = globalThis.fetch, method = 'GET', body, credentials, signal } = options
  return fetch(url, {
    method,
    headers: await headersOf(options, request),
    ...(body === undefined ? {} : { body }),
    ...(body instanceof ReadableStream ? { duplex: 'half' } : {}),
    ...(credentials === undefined ? {} : { credentials }),
    ...(signal === undefined ? {} : { signal }),
  })
}

async function headersOf(
  { headers: given, lastEventId = '' }: StreamOptions,
  request: HeaderRequest,
): Promise<Headers> {
  const values = typeof given === 'function' ? await given(request) : given
  const headers = toHeaders(values)
  if (!headers.has('accept')) headers.set('accept', accept)
  const position = toHeaderBytes(lastEventId)
  if (position !== '') headers.set('last-event-id', position)
  return headers
}

/**
 * The value of a response by its media type: parsed JSON, text, `undefined` for no body; the `Response` itself for any
 * other type.
 *
 * @throws ResponseError for invalid JSON.
 */
export async function readValue(response: Response): Promise<unknown> {
  const type = response.headers.get('content-type') ?? ''
  if (response.status === 204 || response.body === null) return undefined
  if (/^text\//i.test(type)) return response.text()
  if (!/^application\/(?:json|[^;\s]+\+json)\s*(?:;|$)/i.test(type)) return response
  const text = await response.text()
  if (text === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    // The error contains the text, from which the cause can be seen.
    throw new ResponseError(response, text)
  }
}
