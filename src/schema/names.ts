// The names of the properties that a schema declares, as far as its library tells.

/**
 * The names of the properties of an object schema; `undefined` where they cannot be told. Known are `properties` (TypeBox,
 * and `allOf` of it), `shape` (zod), `entries` (valibot), and the JSON Schema of any library that offers one by
 * `~standard.jsonSchema` (arktype and others).
 */
export function namesOf(schema: unknown): string[] | undefined {
  const parts = get(schema, 'allOf')
  if (Array.isArray(parts)) return parts.flatMap((part) => namesOf(part) ?? [])
  const properties =
    get(schema, 'properties') ?? get(schema, 'shape') ?? get(schema, 'entries') ?? fromJsonSchema(schema)
  return isObject(properties) ? Object.keys(properties) : undefined
}

/** Standard JSON Schema (https://standardschema.dev/json-schema): of the input, as it is in the path. */
function fromJsonSchema(schema: unknown): unknown {
  const jsonSchema = get(get(schema, '~standard'), 'jsonSchema')
  const input = get(jsonSchema, 'input')
  if (typeof input !== 'function') return undefined
  try {
    return get(input.call(jsonSchema, { target: 'draft-2020-12' }), 'properties')
  } catch {
    // A schema that JSON Schema cannot express; it validates all the same.
    return undefined
  }
}

function get(value: unknown, name: string): unknown {
  return isObject(value) ? Reflect.get(value, name) : undefined
}

/** arktype's schemas are functions. */
function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function'
}
