// The shape of an OpenAPI document, as far as this room decides it.

/** An object of JSON. */
export type JsonObject = Readonly<Record<string, unknown>>

/** What the document says of the API as a whole (OpenAPI 3.2, "Info Object"). */
export interface OpenApiInfo {
  readonly title: string
  /** The version of the API, not that of OpenAPI. */
  readonly version: string
  readonly [name: string]: unknown
}

/** The operations of one path, by method in lower case. */
export type PathItem = Readonly<Record<string, JsonObject>>

/** An OpenAPI document, ready for `JSON.stringify`. */
export interface OpenApiDocument {
  /** The version of OpenAPI: `3.2.0` or `3.1.1`. */
  readonly openapi: string
  readonly info: OpenApiInfo
  readonly servers?: readonly JsonObject[]
  readonly tags?: readonly JsonObject[]
  readonly security?: readonly JsonObject[]
  readonly paths: Readonly<Record<string, PathItem>>
  readonly components: JsonObject
}

/** Whether `value` is an object that is no list. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
