// JSON Schema of the schemas of routes.
import { describeValue, TidingsError } from '../base/index.ts'
import { isTypeBoxSchema, type StandardSchema } from '../schema/index.ts'
import { isJsonObject, type JsonObject } from './document.ts'

/** Makes JSON Schema of the schemas of a library that offers none. */
export type ToJsonSchema = ((schema: StandardSchema) => object) | undefined

/**
 * The JSON Schema (draft 2020-12) of what `schema` takes, its input. `place` says where it stands, for errors.
 *
 * @throws TidingsError `ERR_ROUTE` where there is none
 */
export function jsonSchemaOf(schema: unknown, place: string, toJsonSchema: ToJsonSchema): JsonObject {
  const convert = converterOf(schema, toJsonSchema)
  if (convert === undefined) {
    throw new TidingsError(
      'ERR_ROUTE',
      `${place} is of a library that offers no JSON Schema (\`~standard.jsonSchema\`). Pass a function that makes it, as ` +
        '`openapi(server, { toJsonSchema })`, or leave the route out by `include`.',
    )
  }
  return converted(convert, place)
}

function converted(convert: () => unknown, place: string): JsonObject {
  let made: unknown
  try {
    made = convert()
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new TidingsError('ERR_ROUTE', `${place} cannot be made JSON Schema: ${reason}`, { cause })
  }
  if (made instanceof Promise) made.catch(() => {})
  else if (isJsonObject(made)) return plain(made, place)
  throw new TidingsError('ERR_ROUTE', `${place} was made no JSON Schema, but ${describeValue(made)}.`)
}

/** Refuses what no document could hold: JSON Schema refers to itself by `$ref`, and objects that hold themselves have no end. */
function plain(schema: JsonObject, place: string): JsonObject {
  try {
    JSON.stringify(schema)
    return schema
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new TidingsError('ERR_ROUTE', `${place} was made what JSON cannot hold: ${reason}`, { cause })
  }
}

/** What makes the JSON Schema: TypeBox types are JSON Schema, others have a converter of theirs, or get the given one. */
function converterOf(schema: unknown, toJsonSchema: ToJsonSchema): (() => unknown) | undefined {
  if (isTypeBoxSchema(schema)) return () => schema
  if (!isStandard(schema)) return undefined
  // Standard JSON Schema (https://standardschema.dev/json-schema).
  const jsonSchema: unknown = Reflect.get(schema['~standard'], 'jsonSchema')
  const input: unknown = Reflect.get(Object(jsonSchema), 'input')
  if (typeof input === 'function') return () => input.call(jsonSchema, { target: 'draft-2020-12' })
  return toJsonSchema === undefined ? undefined : () => toJsonSchema(schema)
}

function isStandard(schema: unknown): schema is StandardSchema {
  return typeof Reflect.get(Object(schema), '~standard') === 'object'
}
