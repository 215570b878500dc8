// Reading values of other people's servers: each field may be missing, or of any kind.
import type { Json, ProviderMetadata } from '../event.ts'

/** An object of unknown fields. */
export interface Fields {
  readonly [name: string]: unknown
}

/** Whether a value is an object with fields: no list, and not null. */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The fields of a value; none where it is no object. */
export function fieldsOf(value: unknown): Fields {
  return isFields(value) ? value : {}
}

/** The items of a value; none where it is no list. */
export function itemsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

/** A text that is not empty, or `undefined`. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** An id: a text that is not empty, or a number as text. */
export function idOf(value: unknown): string | undefined {
  return typeof value === 'number' ? String(value) : textOf(value)
}

/** A number that counts something: finite and not negative. */
export function countOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined
}

/** `true` where the value is exactly that. */
export function flagOf(value: unknown): true | undefined {
  return value === true ? true : undefined
}

/** How deep an input or an output may be nested: what is deeper overflows the stack of whoever writes it as JSON. */
const deepest = 256

/** The value that a text of JSON states; `undefined` where it is not JSON, or nested too deeply. */
export function parseJson(text: string): Json | undefined {
  if (isTooDeep(text)) return undefined
  try {
    const value: Json = JSON.parse(text)
    return value
  } catch {
    // The caller says what a text that is not JSON means.
    return undefined
  }
}

/** A copy of a value as JSON can hold it: what it cannot hold is null, or a sentence that says so. */
export function jsonOf(value: unknown): Json {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  try {
    const text: unknown = JSON.stringify(value)
    if (typeof text !== 'string') return null
    return parseJson(text) ?? '[nested too deeply]'
  } catch {
    // A cycle, a bigint, or a getter that throws: the rest of the answer goes on.
    return '[not JSON]'
  }
}

/** What a provider wants back; `undefined` where nothing of it has its shape. */
export function metadataOf(value: unknown): ProviderMetadata | undefined {
  if (!isFields(value)) return undefined
  const entries = Object.entries(value).flatMap(([provider, fields]) => {
    const json = isFields(fields) ? jsonOf(fields) : undefined
    return isObject(json) ? [[provider, withoutGaps(json)] as const] : []
  })
  return entries.length === 0 ? undefined : Object.fromEntries(entries)
}

/** An object of JSON, or `undefined`. */
export function objectOf(value: unknown): { readonly [name: string]: Json } | undefined {
  const json = isFields(value) ? jsonOf(value) : undefined
  return isObject(json) ? withoutGaps(json) : undefined
}

/** The fields that are not `undefined`. */
export function given<Values extends object>(
  values: Values,
): { [Name in keyof Values]?: Exclude<Values[Name], undefined> } {
  return isGiven(values) ? values : {}
}

type Given<Values> = { [Name in keyof Values]?: Exclude<Values[Name], undefined> }

/** Removes what is `undefined`; true, because nothing `undefined` is left. */
function isGiven<Values extends object>(values: Values): values is Values & Given<Values> {
  for (const [name, value] of Object.entries(values)) if (value === undefined) Reflect.deleteProperty(values, name)
  return true
}

function isObject(value: Json | undefined): value is { readonly [key: string]: Json | undefined } {
  return isFields(value)
}

function withoutGaps(json: { readonly [key: string]: Json | undefined }): { readonly [key: string]: Json } {
  return Object.fromEntries(Object.entries(json).flatMap(([key, item]) => (item === undefined ? [] : [[key, item]])))
}

/** Linear: one pass over the text, and most texts are too short to be too deep. */
function isTooDeep(text: string): boolean {
  if (text.length <= deepest) return false
  let depth = 0
  let isString = false
  for (let index = 0; index < text.length; index += 1) {
    const char = text[index]
    if (isString) {
      if (char === '\\') index += 1
      else if (char === '"') isString = false
    } else if (char === '"') isString = true
    else if (char === '{' || char === '[') {
      depth += 1
      if (depth > deepest) return true
    } else if (char === '}' || char === ']') depth -= 1
  }
  return false
}
