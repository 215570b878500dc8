// The one way from a value to JSON text: what JSON would lose in silence is refused with a hint.
import { TidingsError } from './error.ts'

/**
 * The value as compact JSON on one line (never a CR or LF: ECMA-262 escapes them).
 *
 * Refused at the top level with `ERR_EVENT_DATA` and a hint: undefined, NaN and the infinities, bigint, symbol,
 * functions, Map, Set and the weak ones, Error, RegExp, an invalid Date, promises, iterables that JSON makes `{}` of,
 * async iterables, ArrayBuffer and every view of one. Nested values are treated as `JSON.stringify` treats them,
 * but a bigint or a cycle anywhere is refused. A `toJSON` of the value's own is honoured (not on a `Buffer`).
 */
export function toJson(value: unknown): string {
  switch (typeof value) {
    case 'object':
      return value === null ? 'null' : objectToJson(value)
    case 'string':
    case 'boolean':
      return JSON.stringify(value)
    case 'number':
      if (!Number.isFinite(value)) throw refusal(value, 'JSON would make it null: send null, or a string')
      return JSON.stringify(value)
    default:
      throw refusal(value, primitiveHints[typeof value] ?? 'JSON cannot hold it')
  }
}

/** How a value looks in an error message: its text, or its type, cut to 60 characters. */
export function describeValue(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return value.length > 60 ? `${JSON.stringify(value.slice(0, 60))}...` : JSON.stringify(value)
    case 'bigint':
      return `${value}n`
    case 'function':
      return `function ${value.name || '(anonymous)'}`
    case 'object':
      return value === null ? 'null' : describeObject(value)
    default:
      return String(value)
  }
}

const primitiveHints: { readonly [type: string]: string } = {
  undefined: 'JSON cannot hold it: send null, or leave the event out',
  bigint: 'JSON cannot hold it: send String(value)',
  symbol: 'JSON cannot hold it: send value.description',
  function: 'JSON cannot hold it: send what it returns',
}

// Keyed by what Object.prototype.toString says, which is the same for values from another realm.
const objectHints: { readonly [tag: string]: string } = {
  '[object Map]': 'send Object.fromEntries(value)',
  '[object Set]': 'send [...value]',
  '[object WeakMap]': 'a weak collection cannot be listed',
  '[object WeakSet]': 'a weak collection cannot be listed',
  '[object Error]': 'send error.message, or throw it to end the stream with an error',
  '[object RegExp]': 'send value.source',
  '[object ArrayBuffer]': 'send it as base64: Buffer.from(value).toString("base64")',
  '[object SharedArrayBuffer]': 'send it as base64: Buffer.from(value).toString("base64")',
}

function objectToJson(value: object): string {
  const prototype: unknown = Object.getPrototypeOf(value)
  // What is yielded is nearly always plain: two comparisons, and nothing else is asked.
  if (prototype !== Object.prototype && prototype !== Array.prototype && prototype !== null) refuseUnfit(value)
  let json: unknown
  try {
    json = JSON.stringify(value)
  } catch (error) {
    throw failure(value, error)
  }
  if (typeof json !== 'string') throw refusal(value, 'its toJSON returned nothing that JSON can hold: return a value')
  if (json === '{}') refuseEmptied(value)
  return json
}

function refuseUnfit(value: object): void {
  // A Buffer has a toJSON of its own, four times the size of base64.
  if (ArrayBuffer.isView(value)) throw refusal(value, 'send it as base64: Buffer.from(value).toString("base64")')
  if (Symbol.asyncIterator in value) throw refusal(value, 'it is an async iterable: `yield*` it, or send its items')
  if ('then' in value && typeof value.then === 'function') throw refusal(value, 'it is a promise: await it')
  if (value instanceof Date && Number.isNaN(value.getTime()))
    throw refusal(value, 'the date is invalid, and JSON would make it null')
  if (hasToJson(value)) return
  const hint = objectHints[tagOf(value)] ?? (value instanceof Error ? objectHints['[object Error]'] : undefined)
  if (hint !== undefined) throw refusal(value, hint)
}

/** `{}` is right for an object without fields, and a silent loss for a generator, `Headers`, a `Blob`, a `Request`. */
function refuseEmptied(value: object): void {
  if (hasToJson(value)) return
  if (Symbol.iterator in value) throw refusal(value, 'JSON would make it {}: send [...value]')
  if (tagOf(value) !== '[object Object]') throw refusal(value, 'JSON would make it {}: send the fields that matter')
}

function failure(value: object, error: unknown): TidingsError {
  const reason = error instanceof Error ? error.message : String(error)
  // V8 says circular, JavaScriptCore and SpiderMonkey say cyclic.
  if (/circular|cyclic/i.test(reason)) return refusal(value, 'it is circular: send a copy without the cycle', error)
  if (/bigint/i.test(reason)) return refusal(value, 'it holds a bigint: send String(bigint) in its place', error)
  return refusal(value, `JSON.stringify failed: ${reason}`, error)
}

function refusal(value: unknown, hint: string, cause?: unknown): TidingsError {
  const message = `${describeValue(value)} cannot be sent: ${hint}`
  return new TidingsError('ERR_EVENT_DATA', message, cause === undefined ? {} : { cause })
}

function describeObject(value: object): string {
  if (value instanceof Error) return `${value.name} ${describeValue(value.message)}`
  const constructor: unknown = Reflect.get(value, 'constructor')
  const name = typeof constructor === 'function' ? constructor.name : ''
  return name === '' || name === 'Object' ? tagOf(value) : `[object ${name}]`
}

function hasToJson(value: object): boolean {
  return 'toJSON' in value && typeof value.toJSON === 'function'
}

function tagOf(value: object): string {
  return Object.prototype.toString.call(value)
}
