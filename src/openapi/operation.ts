// One operation of a document: what a route takes and what it answers.
import { isSchema } from '../schema/index.ts'
import { streamTypes, type DescribedRoute } from '../server/internal.ts'
import type { Components } from './components.ts'
import { isJsonObject, type JsonObject } from './document.ts'
import { jsonSchemaOf, type ToJsonSchema } from './json-schema.ts'
import {
  lastEventId,
  parametersOf,
  pathParametersOf,
  propertiesOf,
  type ParameterPart,
  type Properties,
} from './parameters.ts'
import type { PathTemplate } from './path-template.ts'
import {
  endedResponse,
  errorResponse,
  eventSchemaOf,
  lineSchemaOf,
  onceResponse,
  type EventsOfStream,
  type StreamForm,
} from './responses.ts'

/** What all operations of a document share. */
export interface OperationContext {
  readonly components: Components
  readonly form: StreamForm
  readonly toJsonSchema: ToJsonSchema
}

/** Everything that a route takes and answers, made once for all of its paths. */
export interface RouteParts {
  readonly params: Properties | undefined
  /** All parameters but those of the path. */
  readonly parameters: readonly JsonObject[]
  readonly body: JsonObject | undefined
  readonly responses: JsonObject
}

/**
 * Reads the schemas of a route.
 *
 * @throws TidingsError `ERR_ROUTE` for a schema that cannot be described
 */
export function readRoute(route: DescribedRoute, id: string, context: OperationContext): RouteParts {
  const { schema } = route
  const propertiesIn = (part: ParameterPart): Properties | undefined => {
    if (schema[part] === undefined) return undefined
    const place = `${route.name}: schema.${part}`
    return propertiesOf(convert(schema[part], place, `${id}.${part}`, context), context.components, place)
  }
  const [query, headers, cookies] = [propertiesIn('query'), propertiesIn('headers'), propertiesIn('cookies')]
  const inHeaders = headers === undefined ? [] : parametersOf('header', headers)
  const resumes = route.streams && inHeaders.every(({ name }) => name !== 'last-event-id')
  return {
    params: propertiesIn('params'),
    parameters: [
      ...(query === undefined ? [] : parametersOf('query', query)),
      ...inHeaders,
      ...(cookies === undefined ? [] : parametersOf('cookie', cookies)),
      ...(resumes ? [lastEventId] : []),
    ],
    body: bodyOf(route, id, context),
    responses: responsesOf(route, id, context),
  }
}

/** The operation at one of the route's paths. `names` are those of the path's parameters. */
export function operationOf(
  { params, parameters, body, responses }: RouteParts,
  template: PathTemplate,
  names: readonly string[],
): JsonObject {
  const all = [...pathParametersOf(template.parameters, names, params), ...parameters]
  return {
    ...(all.length === 0 ? {} : { parameters: all }),
    ...(body === undefined ? {} : { requestBody: body }),
    responses,
  }
}

function convert(schema: unknown, place: string, name: string, context: OperationContext): JsonObject {
  return context.components.add(jsonSchemaOf(schema, place, context.toJsonSchema), name, place)
}

function bodyOf(route: DescribedRoute, id: string, context: OperationContext): JsonObject | undefined {
  const { bodyTypes, schema, name } = route
  if (bodyTypes.length === 0) return undefined
  const declared = schema.body !== undefined
  const body = declared ? convert(schema.body, `${name}: schema.body`, `${id}.body`, context) : {}
  return { required: declared, content: Object.fromEntries(bodyTypes.map((type) => [type, { schema: body }])) }
}

function responsesOf(route: DescribedRoute, id: string, context: OperationContext): JsonObject {
  // A protocol of its own has its own answers and errors.
  if (route.hasFace) return { default: onceResponse }
  const { event: _event, ...validated } = route.schema
  const errors = { ...(Object.keys(validated).length === 0 ? {} : { 400: errorResponse }), default: errorResponse }
  if (!route.streams) return { 200: onceResponse, ...errors }
  const ended = route.method === 'GET' ? { 204: endedResponse } : {}
  return { 200: streamOf(route, id, context), ...ended, ...errors }
}

/** SSE, and the first of the names of lines of JSON; the others are the same. */
const [sse, lines] = streamTypes

function streamOf(route: DescribedRoute, id: string, context: OperationContext): JsonObject {
  const { form, components } = context
  const events = eventsOf(route, id, context)
  const content = {
    [sse]: { [form.keyword]: eventSchemaOf(events, form, components) },
    [lines]: { [form.keyword]: lineSchemaOf(events) },
  }
  return { description: 'A stream of events.', content }
}

function eventsOf({ schema: { event }, name }: DescribedRoute, id: string, context: OperationContext): EventsOfStream {
  if (event === undefined) return {}
  const place = `${name}: schema.event`
  if (isSchema(event) || !isJsonObject(event)) return { all: convert(event, place, `${id}.event`, context) }
  const schemas = Object.entries(event)
  return {
    byName: new Map(schemas.map(([kind, one]) => [kind, convert(one, `${place}.${kind}`, `${id}.${kind}`, context)])),
  }
}
