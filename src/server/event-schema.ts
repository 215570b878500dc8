// `schema.event`: what a streaming route may send, as types and at run time.
import { isOverflow, TidingsError } from '../base/index.ts'
import {
  createValidate,
  isSchema,
  refuseUnbridged,
  type Input,
  type Result,
  type Schema,
  type SchemaBridge,
  type Validate,
} from '../schema/index.ts'
import { ControlEvent, SseEvent } from '../sse/index.ts'

/** One schema for the data of every event, or one for each event name; values yielded without `sse()` are `message`. */
export type EventSchemas = Schema | { readonly [name: string]: Schema }

/**
 * The yielded types that the schemas do not allow. Compared with the schemas' input: events are sent as they were
 * yielded.
 */
export type Mismatched<Yield, Events> = Events extends Schema
  ? MismatchedData<Yield, Input<Events>>
  : Yield extends SseEvent<infer Name, infer Data>
    ? Name extends keyof Events
      ? Data extends Input<Events[Name]>
        ? never
        : Yield
      : Yield
    : 'message' extends keyof Events
      ? MismatchedData<Yield, Input<Events['message']>>
      : Yield
type MismatchedData<Yield, Allowed> =
  Yield extends SseEvent<string, infer Data>
    ? Data extends Allowed
      ? never
      : Yield
    : Yield extends Allowed
      ? never
      : Yield

/**
 * The events of a route with `schema.event`, for its clients. With one schema for all events, the yields give the
 * names.
 */
export type EventsOf<Yield, Events> = Events extends Schema
  ? SseEvent<NameOf<Yield>, Input<Events>>
  : { [Name in keyof Events & string]: SseEvent<Name, Input<Events[Name]>> }[keyof Events & string]
type NameOf<Yield> = [Yield] extends [never] ? 'message' : Yield extends SseEvent<infer Name> ? Name : 'message'

/**
 * Checks one value that a handler yielded; returns a promise only when the schema is asynchronous.
 * Throws, or rejects with, `ERR_EVENT_INVALID`.
 */
export type CheckEvent = (value: unknown) => void | Promise<void>

/**
 * Checks that `schema.event` of a route can check events.
 *
 * @throws TidingsError `ERR_ROUTE` unless `schema` is a schema, or a record of at least one schema
 */
export function refuseInvalidSchema(route: string, schema: unknown, bridge: SchemaBridge | undefined): void {
  const schemas = isSchema(schema) || !isRecord(schema) ? [schema] : Object.values(schema)
  if (schemas.length === 0 || !schemas.every(isSchema)) {
    throw new TidingsError(
      'ERR_ROUTE',
      `${route}: schema.event must be a schema, or a record of schemas by event name.`,
    )
  }
  for (const one of schemas) refuseUnbridged(one, bridge)
}

/** Compiles the check of the events of `route`, its method and path. Called once, when a server starts. */
export function createEventCheck(route: string, schema: unknown, bridge: SchemaBridge | undefined): CheckEvent {
  const compile = (one: unknown): CheckEvent => createCheck(route, createValidate(one, { coerce: false, bridge }))
  if (isSchema(schema) || !isRecord(schema)) return compile(schema)
  const checks = new Map(Object.entries(schema).map(([name, part]) => [name, compile(part)]))
  return (value) => {
    const check = checks.get(nameOf(value))
    if (check === undefined) throw invalid(route, value, `its name is not one of ${[...checks.keys()].join(', ')}`)
    return check(value)
  }
}

/** The events of a handler, each checked before it is passed on. */
export function checkEach(events: AsyncIterator<unknown>, check: CheckEvent): AsyncIterator<unknown> {
  return {
    next: async () => {
      const result = await events.next()
      // Control events are the framework's own; no schema describes them.
      if (result.done !== true && !(result.value instanceof ControlEvent)) await check(result.value)
      return result
    },
    return: async () => (await events.return?.()) ?? { done: true, value: undefined },
  }
}

function createCheck(route: string, validate: Validate): CheckEvent {
  return (value) => {
    const settle = (result: Result): void => {
      if (result.ok) return
      throw invalid(route, value, result.issues.map(({ path, message }) => `data${path} ${message}`).join('; '))
    }
    const fail = (error: unknown): never => {
      throw isOverflow(error) ? invalid(route, value, 'its data is nested too deeply') : error
    }
    try {
      const result = validate(value instanceof SseEvent ? value.data : value)
      return result instanceof Promise ? result.catch(fail).then(settle) : settle(result)
    } catch (error) {
      return fail(error)
    }
  }
}

/** WHATWG HTML 9.2.6: without a name, or with an empty one, an event is a `message`. */
function nameOf(value: unknown): string {
  return (value instanceof SseEvent && value.fields.event) || 'message'
}

function invalid(route: string, value: unknown, reason: string): TidingsError {
  const message = `${route}: the event ${nameOf(value)} does not fit schema.event: ${reason}.`
  return new TidingsError('ERR_EVENT_INVALID', message)
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
