// What the options of `stream()` may be, and what is said of one that is something else.
import { describeValue, nearestName } from '../../base/index.ts'
import { optionError } from '../http/option-error.ts'
import type { RequestChanges, RetryOptions, StreamOptions } from '../stream/options.ts'

/** What an option has to be, in words, and whether a value is that. */
type Kind = readonly [expected: string, fits: (value: unknown) => boolean]
type Kinds<Options> = Readonly<Record<keyof Options, Kind>>

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null
const isFunction = (value: unknown): boolean => typeof value === 'function'
const isText = (value: unknown): boolean => typeof value === 'string'
const has = (value: unknown, method: string): boolean => typeof Object(value)[method] === 'function'

const anything: Kind = ['', () => true]
const text: Kind = ['a string', isText]
const callback: Kind = ['a function', isFunction]
const headers: Kind = ['an object of headers', isObject]
const amount: Kind = [
  'a number from 0, or false',
  (value) => value === false || (typeof value === 'number' && value >= 0),
]
// Timers take no longer ones.
const time: Kind = [
  'a number from 0 to 2147483647, or false',
  (value) => value === false || (typeof value === 'number' && value >= 0 && value < 2 ** 31),
]
const body: Kind = [
  'what fetch sends as it is (text, bytes, a form, a stream): send a value as `json`',
  (value) => value === null || isText(value) || (isObject(value) && !isPlain(value)),
]

const retryKinds: Kinds<RetryOptions> = {
  attempts: amount,
  minMs: time,
  maxMs: time,
  unsafe: ['a boolean', (value) => typeof value === 'boolean'],
}
const changeKinds: Kinds<RequestChanges> = {
  url: ['a string or a URL', (value) => isText(value) || 'href' in Object(value)],
  method: text,
  headers,
  body,
}
const streamKinds: Kinds<StreamOptions> = {
  method: text,
  headers: ['an object of headers, or a function', (value) => isObject(value) || isFunction(value)],
  request: callback,
  json: anything,
  body,
  // `fetch` refuses what it does not know.
  credentials: anything,
  signal: ['an AbortSignal, such as controller.signal', (value) => has(value, 'addEventListener')],
  // Fetch 2.2: no header can carry these.
  lastEventId: ['a string without line breaks and NUL', (value) => isText(value) && !/[\0\r\n]/.test(String(value))],
  retry: ['{ attempts, minMs, maxMs, unsafe }, or false', (value) => value === false || isObject(value)],
  idleTimeoutMs: time,
  eventTimeoutMs: time,
  maxEventBytes: amount,
  schema: ['a Standard Schema', (value) => has(Object(value)['~standard'], 'validate')],
  as: ['"json", "text" or "auto"', (value) => value === 'json' || value === 'text' || value === 'auto'],
  until: callback,
  fetch: callback,
  onOpen: callback,
  onRetry: callback,
  onState: callback,
}

/**
 * Checks the names of the options, and what each is.
 *
 * @throws TidingsError `ERR_OPTION` for an option that does not exist, or a value that cannot work
 */
export function checkStreamOptions(options: StreamOptions): void {
  checkKinds('stream()', options, streamKinds)
  if (options.retry) checkKinds('retry', options.retry, retryKinds)
  if (options.json !== undefined && (options.body ?? undefined) !== undefined)
    throw optionError('json and body are two bodies: give one of them')
}

/** Checks what `request` has returned. @throws TidingsError `ERR_OPTION` for what cannot work */
export function checkChanges(changes: RequestChanges): void {
  checkKinds('request()', changes, changeKinds)
}

function checkKinds(owner: string, options: object, kinds: Readonly<Record<string, Kind>>): void {
  if (!isObject(options)) throw optionError(`The options of ${owner} must be an object, not ${describeValue(options)}`)
  for (const [name, value] of Object.entries(options) as Iterable<readonly [string, unknown]>) {
    const [expected, fits] = Object.hasOwn(kinds, name) ? (kinds[name] ?? anything) : unknownOption(name, kinds)
    if (value !== undefined && !fits(value))
      throw optionError(`${name} must be ${expected}, not ${describeValue(value)}`)
  }
}

function unknownOption(name: string, kinds: Readonly<Record<string, Kind>>): never {
  throw optionError(`There is no option ${name}. Did you mean ${nearestName(name, Object.keys(kinds))}?`)
}

/** What `fetch` would send as `[object Object]`. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null || Array.isArray(value)
}
