// Readers of one value of a request's body: each returns what it found with its type, or refuses it by its path.
import { err, type HttpError } from '../../server/index.ts'

/** An object of JSON. */
export type Fields = { readonly [name: string]: unknown }

const maxIdLength = 512

/** The refusal of what stands at `path`. */
export function refusal(path: string, problem: string): HttpError {
  return err.badRequest(`${path} ${problem}.`)
}

/** Whether it is an object of JSON: neither a list nor null. */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** What stands under a name, never what it inherits; null is as good as nothing. */
export function own(fields: Fields, name: string): unknown {
  return Object.hasOwn(fields, name) ? (fields[name] ?? undefined) : undefined
}

/** An object. */
export function readFields(value: unknown, path: string): Fields {
  if (isFields(value)) return value
  throw refusal(path, 'must be an object')
}

/** A list. */
export function readList(value: unknown, path: string): readonly unknown[] {
  if (Array.isArray(value)) return value
  throw refusal(path, 'must be a list')
}

/** A string. */
export function readText(value: unknown, path: string): string {
  if (typeof value === 'string') return value
  throw refusal(path, 'must be a string')
}

/** An id: a string of 1 to 512 characters without half a surrogate pair. */
export function readId(value: unknown, path: string): string {
  const id = readText(value, path)
  if (id === '' || id.length > maxIdLength) throw refusal(path, `must have 1 to ${maxIdLength} characters`)
  if (/\p{Surrogate}/u.test(id)) throw refusal(path, 'contains half of a surrogate pair')
  return id
}

/** The id of a chat: it stands in urls, which know no segment `.` or `..`. */
export function readChatId(value: unknown, path: string): string {
  const id = readId(value, path)
  if (id === '.' || id === '..') throw refusal(path, 'must not be "." or ".."')
  return id
}

/** A number. */
export function readNumber(value: unknown, path: string): number {
  if (typeof value === 'number') return value
  throw refusal(path, 'must be a number')
}

/** `true` or `false`. */
export function readBoolean(value: unknown, path: string): boolean {
  if (typeof value === 'boolean') return value
  throw refusal(path, 'must be true or false')
}

/** One of a few words; the refusal names them. */
export function readWord<const Word extends string>(value: unknown, words: readonly Word[], path: string): Word {
  const word = words.find((known) => known === value)
  if (word !== undefined) return word
  throw refusal(path, `must be one of ${words.map((known) => JSON.stringify(known)).join(', ')}`)
}

/** `read`, where there is a value. */
export function optional<Value>(
  value: unknown,
  path: string,
  read: (value: unknown, path: string) => Value,
): Value | undefined {
  return value === undefined || value === null ? undefined : read(value, path)
}

/** An object without the names whose value is `undefined`. */
export function defined<Value extends object>(
  value: Value,
): { [Name in keyof Value]: Exclude<Value[Name], undefined> } {
  // Checked: what is left has no `undefined`.
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as never
}

/** All that no reader took. Made of entries, so that a name like `__proto__` stays a mere name. */
export function without(fields: Fields, names: readonly string[]): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)))
}
