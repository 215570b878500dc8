// What a page in production does without: finding mistakes, long explanations, and what only some servers' runtimes need.
// It is sent `lean.ts` in its place, by the import condition `#extras`.
import { isPage } from '../http/page.ts'
import { isReadable } from '../http/body-reader.ts'
import { toByteString } from '../http/header-bytes.ts'
import { extractType, isEventStreamType } from '../http/media-type.ts'
import { optionError } from '../http/option-error.ts'
import { refusalOf } from '../http/refusal.ts'
import { streamTypeOf } from '../stream/stream-type.ts'

export { isRefusal } from '../http/refusal.ts'
export { checkChanges, checkStreamOptions } from './option-kinds.ts'

/** The JSON of a value. What JSON would lose is refused: a function, NaN, and what it would make an empty object. */
export function toText(value: unknown): string {
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

/** What is wrong with a response whose status is a success: what came in place of an event stream, and how to read it. */
export function describeContent(response: Response): string {
  const contentType = response.headers.get('content-type')
  if (isEventStreamType(contentType) || (streamTypeOf(contentType) && !isReadable(response)))
    return ', but its body cannot be read: it has been read already, or this fetch gives no ReadableStream. Pass one that does'
  const [type = ''] = extractType(contentType)
  const method = type.endsWith('json') ? 'json' : 'text'
  return `, with ${type || 'no Content-Type'} in place of text/event-stream. Read it with (await fetch(url)).${method}()`
}

/** Sends a request. @throws TidingsError `ERR_OPTION` for what `fetch` refuses */
export async function send(fetch: typeof globalThis.fetch, url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init)
  } catch (error) {
    throw refusalOf(error, url, init) ?? error
  }
}

/** The message, with the url without its query, which may contain secrets that must not get into a log. */
export function describeResponse({ url, status, statusText }: Response, body: unknown): string {
  const reason = reasonsIn(body) || statusText
  return `The answer${url && ` of ${url.replace(/\?.*/s, '')}`} is ${status}${reason && `: ${reason}`}`
}

/**
 * What a JSON body says of the error, in the places where servers put it: `{ message }`, `{ error: { message } }`,
 * `{ error }`, `{ detail }`, or the `title` and `detail` of RFC 9457; of a list, each item's message.
 */
function reasonsIn(body: unknown): string {
  const { title, error, message, detail }: Readonly<Record<string, unknown>> = Object(body)
  const places: readonly unknown[] = [title, error, message, detail].flat()
  const reasons = places.map((place) => Object(place).message ?? Object(place).msg ?? place)
  return reasons
    .filter((reason) => typeof reason === 'string')
    .join(': ')
    .slice(0, maxReasonLength)
}

const maxReasonLength = 500

/**
 * Encodes `text` as a header value in UTF-8, as `Last-Event-ID` requires (WHATWG HTML 9.2.3). Control characters, which no
 * header may hold (RFC 9110 5.5), are sent by browsers nevertheless, and refused by the `fetch` of servers: there `''`.
 */
export function toHeaderBytes(text: string): string {
  // oxlint-disable-next-line no-control-regex -- they are what is looked for
  if (!isPage && /(?!\t)[\0-\x1f\x7f]/.test(text)) return ''
  return sendsUtf8() ? text : toByteString(text)
}

/** Whether headers accept any text and are sent as UTF-8, as in workerd, which differs from Fetch 5.1 here. */
function sendsUtf8(): boolean {
  try {
    return new Headers({ id: '你' }).get('id') === '你'
  } catch {
    // The standard requires a TypeError.
    return false
  }
}

/**
 * What each request has: with its cache, a browser lets a second tab with the same url wait for the first. Some versions of
 * workerd refuse the option, and have no cache anyway.
 */
export const fetchOptions: RequestInit = globalThis.Request && 'cache' in Request.prototype ? { cache: 'no-store' } : {}
