// Strict JSON serialization: a value that JSON.stringify would lose in silence is refused, with a hint.
import { TidingsError } from './error.ts'

/**
 * Serializes a value as compact JSON on one line (never a CR or LF: ECMA-262 escapes them).
 *
 * Refused at the top level: undefined, NaN and the infinities, bigint, symbol, functions, Map, Set, WeakMap, WeakSet,
 * Error, RegExp, an invalid Date, promises, async iterables, iterables that JSON would turn into `{}`, ArrayBuffer and
 * every view of one. Nested values are treated as `JSON.stringify` treats them, but a bigint or a cycle anywhere is
 * refused. A `toJSON` method of the value is honoured (except on a `Buffer`).
 *
 * @throws TidingsError `ERR_EVENT_DATA` for a refused value, with a hint about what to send instead
 */
export function toJson(value: unknown): string {
  switch (typeof value) {
    case 'object':
      return value === null ? 'null' : objectToJson(value)
    case 'string':
    case 'boolean':
      return JSON.stringify(value)
    case 'number':
      if (!Number.isFinite(value)) throw dataError(value, 'JSON would make it null: send null, or a string')
      return JSON.stringify(value)
    default:
      throw dataError(value, primitiveHints[typeof value] ?? 'JSON cannot hold it')
  }
}

/** A short description of a value for an error message: its text or its type, a string cut to 60 characters. */
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

// Keyed by the result of Object.prototype.toString, which is the same for a value of another realm.
const objectHints: { readonly [tag: string]: string } = {
  '[object Map]': 'send Object.fromEntries(value)',
  '[object Set]': 'send [...value]',
  '[object WeakMap]': 'a weak collection cannot be listed',
  '[object WeakSet]': 'a weak collection cannot be listed',
  '[object Error]': 'send error.message, or throw it to end the stream with an error',
  '[object RegExp]': 'send value.source',
  '[object Response]': 'return it instead of yielding it',
  '[object ArrayBuffer]': 'send it as base64: Buffer.from(value).toString("base64")',
  '[object SharedArrayBuffer]': 'send it as base64: Buffer.from(value).toString("base64")',
}

function objectToJson(value: object): string {
  const prototype: unknown = Object.getPrototypeOf(value)
  // Yielded values are nearly always plain objects or arrays: two comparisons, and no further check.
  if (prototype !== Object.prototype && prototype !== Array.prototype && prototype !== null) refuseUnserializable(value)
  let json: unknown
  try {
    json = JSON.stringify(value)
  } catch (error) {
    throw stringifyError(value, error)
  }
  if (typeof json !== 'string') throw dataError(value, 'its toJSON returned what JSON cannot hold: return a value')
  if (json === '{}') refuseEmptied(value)
  return json
}

function refuseUnserializable(value: object): void {
  // A Buffer has a toJSON of its own, four times the size of base64.
  if (ArrayBuffer.isView(value)) throw dataError(value, 'send it as base64: Buffer.from(value).toString("base64")')
  if (Symbol.asyncIterator in value) throw dataError(value, 'it is an async iterable: `yield*` it, or send its items')
  if ('then' in value && typeof value.then === 'function') throw dataError(value, 'it is a promise: await it')
  if (value instanceof Date && Number.isNaN(value.getTime()))
    throw dataError(value, 'the date is invalid, and JSON would make it null')
  if (hasToJson(value)) return
  const hint = objectHints[tagOf(value)] ?? (value instanceof Error ? objectHints['[object Error]'] : undefined)
  if (hint !== undefined) throw dataError(value, hint)
}

/** Refuses a value that became `{}` by losing its content: a generator, `Headers`, a `Blob`, a `Request`. */
function refuseEmptied(value: object): void {
  if (hasToJson(value)) return
  if (Symbol.iterator in value) throw dataError(value, 'JSON would make it {}: send [...value]')
  if (tagOf(value) !== '[object Object]') throw dataError(value, 'JSON would make it {}: send the fields you need')
}

function stringifyError(value: object, error: unknown): TidingsError {
  const reason = error instanceof Error ? error.message : String(error)
  // V8's message says circular, those of JavaScriptCore and SpiderMonkey cyclic.
  if (/circular|cyclic/i.test(reason)) return dataError(value, 'it is circular: send a copy without the cycle', error)
  if (/bigint/i.test(reason)) return dataError(value, 'it holds a bigint: send String(bigint) in its place', error)
  if (isOverflow(error)) return dataError(value, 'it is nested too deeply: send it in flatter parts', error)
  return dataError(value, `JSON.stringify failed: ${reason}`, error)
}

/** Whether an error says that the stack has overflowed; V8 and JavaScriptCore have the same words for it. */
export function isOverflow(error: unknown): boolean {
  return error instanceof RangeError && /call stack/i.test(error.message)
}

function dataError(value: unknown, hint: string, cause?: unknown): TidingsError {
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
