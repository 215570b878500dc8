// What an operation answers: events, one answer, an error.
import type { JsonObject } from './document.ts'
import type { Components } from './components.ts'

/** The schemas of a stream's events: one for all of them, or one for each name; none where they are not declared. */
export interface EventsOfStream {
  readonly all?: JsonObject
  readonly byName?: ReadonlyMap<string, JsonObject>
}

/** How streams are described. */
export interface StreamForm {
  /** `itemSchema` in OpenAPI 3.2; before it, `schema`. */
  readonly keyword: 'itemSchema' | 'schema'
  readonly data: 'contentSchema' | 'schema'
}

const undeclared: JsonObject = { description: 'The route declares no schema of it.' }
const streamError: JsonObject = { $ref: '#/components/schemas/StreamError' }

/** An event of a stream, as the fields of its block (WHATWG HTML 9.2.5). */
export function eventSchemaOf(events: EventsOfStream, form: StreamForm, components: Components): JsonObject {
  const dataOf = (schema: JsonObject): JsonObject =>
    form.data === 'schema' || isText(components.resolve(schema)) ? schema : asJsonText(schema)
  const { all, byName } = events
  const named = Array.from(byName ?? [], ([name, schema]) => eventOf({ type: 'string', const: name }, dataOf(schema)))
  const others =
    byName === undefined ? [eventOf({ type: 'string' }, all === undefined ? dataOf(undeclared) : dataOf(all))] : []
  const error = eventOf({ type: 'string', const: 'error' }, dataOf(streamError))
  return { anyOf: [...named, ...others, error] }
}

function eventOf(event: JsonObject, data: JsonObject): JsonObject {
  // An event without a name is a `message`.
  const isNamed = 'const' in event && event['const'] !== 'message'
  return {
    type: 'object',
    properties: { event, data, id: { type: 'string' }, retry: { type: 'integer', minimum: 0 } },
    required: isNamed ? ['event', 'data'] : ['data'],
  }
}

/** Strings are sent as they are, all else as JSON. */
function asJsonText(contentSchema: JsonObject): JsonObject {
  return { type: 'string', contentMediaType: 'application/json', contentSchema }
}

function isText({ type, const: constant, enum: choices }: JsonObject): boolean {
  if (type === 'string' || typeof constant === 'string') return true
  return Array.isArray(choices) && choices.every((choice) => typeof choice === 'string')
}

/** A line of JSON of a stream: the data of one event. */
export function lineSchemaOf({ all, byName }: EventsOfStream): JsonObject {
  if (byName === undefined) return { anyOf: [all ?? undeclared, streamError] }
  return { anyOf: [...byName.values(), streamError] }
}

/** What a route answers once. What that is no schema says. */
export const onceResponse: JsonObject = {
  description: 'What the route answers.',
  content: { '*/*': { schema: undeclared } },
}

/** The answer to a reader that has had a stream to its end. */
export const endedResponse: JsonObject = { description: 'The stream has ended, and the reader has had all of it.' }

/** The reference to the answer to a request that failed. */
export const errorResponse: JsonObject = { $ref: '#/components/responses/Error' }

/** The answer to a request that failed, as every route sends it that does not speak a protocol of its own. */
export const errorComponent: JsonObject = {
  description: 'An error.',
  content: { 'application/json': { schema: { $ref: '#/components/schemas/HttpError' } } },
}

/** The schemas of errors. */
export const errorSchemas: Readonly<Record<'HttpError' | 'StreamError', JsonObject>> = {
  HttpError: {
    type: 'object',
    description: 'An error before the head of an answer, with further details where it has any.',
    required: ['code', 'message'],
    properties: {
      code: { type: 'integer', description: 'The status.' },
      message: { type: 'string' },
      errors: {
        type: 'array',
        description: 'What is wrong with a request that was refused by its schema.',
        items: {
          type: 'object',
          required: ['in', 'path', 'message'],
          properties: {
            in: { type: 'string', enum: ['params', 'query', 'body', 'headers', 'cookies'] },
            path: { type: 'string', description: 'A JSON Pointer (RFC 6901) to the wrong value.' },
            message: { type: 'string' },
          },
        },
      },
    },
  },
  StreamError: {
    type: 'object',
    description: 'An error within a stream, which ends it.',
    required: ['error'],
    properties: { error: { type: 'string' }, code: { type: 'integer', description: 'The status of an HttpError.' } },
  },
}
