// What a page in production does without: finding mistakes, long explanations, and what only some servers' runtimes need.
// It is sent `lean.ts` in its place, by the import condition `#extras`.
import { describeValue, nearestName } from '../../base/index.ts'
import { isPage } from '../http/page.ts'
import { isReadable } from '../http/body-reader.ts'
import { toByteString } from '../http/header-bytes.ts'
import { extractType } from '../http/media-type.ts'
import { optionError } from '../http/option-error.ts'
import { refusalOf } from '../http/refusal.ts'
import { streamTypeOf } from '../stream/stream-type.ts'
import type { RequestChanges, RetryOptions, StreamOptions } from '../stream/options.ts'

export { isRefusal } from '../http/refusal.ts'

/** What an option is: 0 anything, 1 a number or false, 2 a time of at most 2^31 - 1 ms, which timers need, or false. */
type Kinds<Options> = Readonly<Record<keyof Options, 0 | 1 | 2>>

const retryKinds: Kinds<RetryOptions> = { attempts: 1, minMs: 2, maxMs: 2, unsafe: 0 }
const changeKinds: Kinds<RequestChanges> = { url: 0, method: 0, headers: 0, body: 0 }
const streamKinds: Kinds<StreamOptions> = {
  method: 0,
  headers: 0,
  request: 0,
  json: 0,
  body: 0,
  credentials: 0,
  signal: 0,
  lastEventId: 0,
  retry: 0,
  idleTimeoutMs: 2,
  eventTimeoutMs: 2,
  maxEventBytes: 1,
  schema: 0,
  as: 0,
  until: 0,
  fetch: 0,
  onOpen: 0,
  onRetry: 0,
  onState: 0,
}

/**
 * Checks the names of the options, the numbers, and the position.
 *
 * @throws TidingsError `ERR_OPTION` for an option that does not exist, or a value that cannot work
 */
export function checkStreamOptions(options: StreamOptions): void {
  checkKinds(options, streamKinds)
  checkKinds(options.retry || {}, retryKinds)
  // Fetch 2.2: no header can carry these.
  if (/[\0\r\n]/.test(options.lastEventId ?? '')) throw optionError('lastEventId must be without line breaks and NUL')
}

/** Checks the names of what `request` has returned. @throws TidingsError `ERR_OPTION` for one that does not exist */
export function checkChanges(changes: RequestChanges): void {
  checkKinds(changes, changeKinds)
}

function checkKinds(options: object, kinds: Readonly<Record<string, 0 | 1 | 2>>): void {
  for (const [name, value] of Object.entries(options) as Iterable<readonly [string, unknown]>) {
    const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined
    if (kind === undefined)
      throw optionError(`There is no option ${name}. Did you mean ${nearestName(name, Object.keys(kinds))}?`)
    if (!kind || value === undefined || value === false) continue
    if (typeof value !== 'number' || !(value >= 0) || (kind > 1 && value >= 2 ** 31))
      throw optionError(
        `${name} must be a number from 0${kind > 1 ? ' to 2147483647' : ''}, not ${describeValue(value)}`,
      )
  }
}

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
  if (streamTypeOf(contentType) && !isReadable(response))
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
