// TypeBox codecs: from the value that was checked to the one that the handler gets.
import { IsArray, IsObject, type TSchema } from 'typebox'
import { DecodeUnsafe, HasCodec } from 'typebox/value'
import { copyOf, isPlain } from './copy.ts'
import { toPointer, type Issue, type Result } from './issue.ts'

/** Decodes values that fit `schema`. A codec refuses one by throwing: that is an issue like any other. */
export function createDecode(schema: TSchema): (value: unknown) => Result {
  if (!HasCodec(schema)) return (value) => ({ value })
  return (value) => {
    try {
      return { value: DecodeUnsafe({}, schema, copyOf(value)) }
    } catch {
      // What was thrown says what is wrong and not where: that is found by decoding the parts, each by itself.
      return { issues: findIssues(schema, value, []) }
    }
  }
}

function findIssues(schema: TSchema, value: unknown, path: readonly PropertyKey[]): Issue[] {
  const inner = partsOf(schema, value).flatMap(([key, type, part]) => findIssues(type, part, [...path, key]))
  if (inner.length > 0) return inner
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
