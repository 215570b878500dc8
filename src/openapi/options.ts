// The options of `openapi()`.
import {
  describeValue,
  oneOf,
  options,
  required,
  TidingsError,
  typed,
  type OptionCheck,
  type OptionChecks,
} from '../base/index.ts'
import type { StandardSchema } from '../schema/index.ts'
import type { JsonObject, OpenApiInfo } from './document.ts'

/** A route, for functions that say which routes are described, and how. */
export interface RouteToDescribe {
  readonly method: string
  /** The whole path as it was declared, beginning with the paths of its groups: `/tasks/:id`. */
  readonly path: string
  /** Whether it streams. */
  readonly streams: boolean
}

/** What a document says of one route beyond its declaration. */
export interface RouteDescription {
  /** The name of the operation, unique in the document. Default: made of method and path, `getTasksId`. */
  readonly operationId?: string | undefined
  readonly summary?: string | undefined
  readonly description?: string | undefined
  readonly tags?: readonly string[] | undefined
  readonly deprecated?: boolean | undefined
  /** Security requirements (OpenAPI 3.2, "Security Requirement Object"); `[]`: none. Default: those of the document. */
  readonly security?: readonly JsonObject[] | undefined
  /** Responses by status, as OpenAPI has them: each takes the place of the one that the document would have. */
  readonly responses?: JsonObject | undefined
}

/** Options of {@link openapi}. */
export interface OpenApiOptions {
  /** Title and version of the API, and what else OpenAPI's Info Object takes. */
  readonly info: OpenApiInfo
  /**
   * The version of OpenAPI. `'3.2'` (default) describes each event of a stream by `itemSchema`; `'3.1'`, for tools that do
   * not know it, has the schema of an event in `schema`.
   */
  readonly version?: '3.1' | '3.2' | undefined
  /**
   * How the data of an SSE event is described. `'contentSchema'`: as a string that holds JSON, which is what is sent.
   * `'schema'`: by the schema of its JSON alone, which is what generated clients make of it. Default: `'contentSchema'` for
   * 3.2, `'schema'` for 3.1.
   */
  readonly data?: 'contentSchema' | 'schema' | undefined
  /** OpenAPI's Server Objects. Default: none. */
  readonly servers?: readonly JsonObject[] | undefined
  /** OpenAPI's Tag Objects. Default: none. */
  readonly tags?: readonly JsonObject[] | undefined
  /** Security requirements of all routes. Default: none. */
  readonly security?: readonly JsonObject[] | undefined
  /** OpenAPI's Security Scheme Objects by name. Default: none. */
  readonly securitySchemes?: Readonly<Record<string, JsonObject>> | undefined
  /** Which routes are described. Default: all. */
  readonly include?: ((route: RouteToDescribe) => boolean) | undefined
  /** Says more of a route: a summary, its `operationId`, what it answers. */
  readonly describe?: ((route: RouteToDescribe) => RouteDescription | undefined) | undefined
  /**
   * Makes JSON Schema (draft 2020-12) of a Standard Schema that offers none itself, such as valibot's: `toJsonSchema` of
   * `@valibot/to-json-schema`.
   */
  toJsonSchema?(this: void, schema: StandardSchema): object
}

/** The checks of all {@link OpenApiOptions}. */
export const openApiChecks: OptionChecks<OpenApiOptions> = {
  info: required(checkInfo),
  version: oneOf(['3.1', '3.2']),
  data: oneOf(['contentSchema', 'schema']),
  servers: listOfObjects,
  tags: listOfObjects,
  security: listOfObjects,
  securitySchemes: typed('object'),
  include: typed('function'),
  describe: typed('function'),
  toJsonSchema: typed('function'),
}

/** The check of what `describe` returns. */
export const checkDescription: OptionCheck = options({
  operationId: typed('string'),
  summary: typed('string'),
  description: typed('string'),
  tags: (name, value) => checkList(name, value, 'string'),
  deprecated: typed('boolean'),
  security: listOfObjects,
  responses: typed('object'),
} satisfies OptionChecks<RouteDescription>)

function checkInfo(name: string, value: unknown): void {
  typed('object')(name, value)
  const info = Object(value)
  required(typed('string'))(`${name}.title`, info.title)
  required(typed('string'))(`${name}.version`, info.version)
}

function listOfObjects(name: string, value: unknown): void {
  checkList(name, value, 'object')
}

function checkList(name: string, value: unknown, type: 'object' | 'string'): void {
  if (value === undefined) return
  if (!Array.isArray(value))
    throw new TidingsError('ERR_OPTION', `${name} must be a list of ${type}s, not ${describeValue(value)}.`)
  for (const [index, item] of value.entries()) required(typed(type))(`${name}[${index}]`, item)
}
