// The parameters of an operation: of its path, its query, its headers and its cookies.
import { TidingsError } from '../base/index.ts'
import type { Components } from './components.ts'
import { isJsonObject, type JsonObject } from './document.ts'
import type { PathParameter } from './path-template.ts'

/** A part of a request whose values are parameters in OpenAPI. */
export type ParameterPart = 'params' | 'query' | 'headers' | 'cookies'

/** What an object schema says of its properties. */
export interface Properties {
  readonly schemas: ReadonlyMap<string, unknown>
  readonly required: ReadonlySet<string>
}

/**
 * The properties of an object schema, those of `allOf` taken together. Of alternatives (`anyOf`, `oneOf`) a property has
 * the schema that any of them gives it, and is required where all of them do.
 *
 * @throws TidingsError `ERR_ROUTE` for a schema whose properties cannot be told
 */
export function propertiesOf(given: JsonObject, components: Components, place: string): Properties {
  const schema = components.resolve(given)
  const { properties, required, allOf, type } = schema
  const alternatives: unknown = schema['anyOf'] ?? schema['oneOf']
  const inside = (part: unknown): Properties => propertiesOf(isJsonObject(part) ? part : {}, components, place)
  const parts = [
    ...(Array.isArray(allOf) ? allOf.map(inside) : []),
    ...(Array.isArray(alternatives) ? [eitherOf(alternatives.map(inside))] : []),
  ]
  const isPlain = isJsonObject(properties) || (type === 'object' && !isJsonObject(schema['additionalProperties']))
  if (!isPlain && parts.length === 0) {
    throw new TidingsError(
      'ERR_ROUTE',
      `${place} has no list of properties, so that no parameters can be made of it. Declare an object with properties, or ` +
        'leave the route out by `include`.',
    )
  }
  const own = new Map(isJsonObject(properties) ? Object.entries(properties) : [])
  const names: readonly unknown[] = Array.isArray(required) ? required : []
  return {
    schemas: new Map([...parts.flatMap((part) => [...part.schemas]), ...own]),
    required: new Set([...names.map(String), ...parts.flatMap((part) => [...part.required])]),
  }
}

function eitherOf(parts: readonly Properties[]): Properties {
  const names = new Set(parts.flatMap(({ schemas }) => [...schemas.keys()]))
  const schemas = new Map(
    Array.from(names, (name) => [name, anyOf(parts.flatMap((part) => part.schemas.get(name) ?? []))]),
  )
  return { schemas, required: new Set([...names].filter((name) => parts.every(({ required }) => required.has(name)))) }
}

function anyOf(schemas: readonly unknown[]): unknown {
  return schemas.length === 1 ? schemas[0] : { anyOf: schemas }
}

/** The parameters of the query, the headers or the cookies. */
export function parametersOf(kind: 'query' | 'header' | 'cookie', { schemas, required }: Properties): JsonObject[] {
  return Array.from(schemas, ([name, schema]) => ({ name, in: kind, required: required.has(name), schema }))
}

/** The parameters of a path. `names` are those of its template, where it has others than the route. */
export function pathParametersOf(
  parameters: readonly PathParameter[],
  names: readonly string[],
  properties: Properties | undefined,
): JsonObject[] {
  return parameters.map(({ name, pattern, isLong }, index) => ({
    name: names[index] ?? name,
    in: 'path',
    required: true,
    ...(isLong ? { description: 'May have slashes, which are sent as they are.' } : {}),
    schema:
      properties?.schemas.get(name) ??
      (pattern === undefined ? { type: 'string' } : { type: 'string', pattern: `^(?:${pattern})$` }),
  }))
}

/** What a reader sends that goes on where it was (WHATWG HTML 9.2.4). */
export const lastEventId: JsonObject = {
  name: 'Last-Event-ID',
  in: 'header',
  required: false,
  description: 'The id of the last event that was received: the stream goes on behind it, if it can be resumed.',
  schema: { type: 'string' },
}
