// TypeBox codecs: decode a checked value into the one that the handler gets.
import { IsArray, IsObject, type TSchema } from 'typebox'
import { DecodeUnsafe, HasCodec } from 'typebox/value'
import { copyOf, isPlain } from './copy.ts'
import { refused, toPointer, type Issue, type Result } from '../schema/index.ts'

/** Creates a decoder of values that fit `schema`. A codec refuses a value by throwing, which becomes an issue. */
export function createDecode(schema: TSchema): (value: unknown) => Result {
  if (!HasCodec(schema)) return (value) => ({ ok: true, value })
  return (value) => {
    try {
      return { ok: true, value: DecodeUnsafe({}, schema, copyOf(value)) }
    } catch {
      // The error does not say where it was thrown: decoding each part by itself finds the path.
      return refused(findIssues(schema, value, []))
    }
  }
}

function findIssues(schema: TSchema, value: unknown, path: readonly PropertyKey[]): Issue[] {
  const innerIssues = partsOf(schema, value).flatMap(([key, type, part]) => findIssues(type, part, [...path, key]))
  if (innerIssues.length > 0) return innerIssues
  try {
    DecodeUnsafe({}, schema, copyOf(value))
    return []
  } catch (error) {
    return [{ path: toPointer(path), message: error instanceof Error ? error.message : String(error) }]
  }
}

function partsOf(schema: TSchema, value: unknown): [PropertyKey, TSchema, unknown][] {
  if (IsArray(schema) && Array.isArray(value)) return value.map((item, index) => [index, schema.items, item])
  if (!IsObject(schema) || !isPlain(value)) return []
  return Object.entries(schema.properties)
    .filter(([name]) => Object.hasOwn(value, name))
    .map(([name, type]) => [name, type, value[name]])
}
