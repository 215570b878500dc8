// The event with its fields: what a handler yields when data alone is not enough.
import { describeValue, nearestName, TidingsError } from '../base/index.ts'
import { controlPrefix, controlToken, type ControlName } from './control.ts'

/** The fields of an event other than its data, by their names in SSE (WHATWG HTML 9.2.5). */
export interface EventFields<Name extends string = string> {
  /** The event's type; left out, the reader takes it as `message`. No CR, LF, NUL or leading `tidings:`. */
  readonly event?: Name | undefined
  /**
   * The last event id that the reader sends when it reconnects; `''` clears it. Only what a header can carry
   * back: no control characters, no white space at its ends, no halves of surrogate pairs; and no final `~end`.
   */
  readonly id?: string | undefined
  /** The reconnection time: how long the reader waits before it reconnects, in whole milliseconds. */
  readonly retry?: number | undefined
}

/** An event: its data and its other fields. Only {@link sse} creates it, so user data is never taken for fields. */
export class SseEvent<Name extends string = string, Data = unknown> {
  readonly #fields: EventFields<Name>
  readonly #data: Data

  constructor(fields: EventFields<Name>, data: Data) {
    this.#fields = fields
    this.#data = data
  }

  /** The event's name, id and retry interval, as they were given. */
  get fields(): EventFields<Name> {
    return this.#fields
  }

  /** The data, as it was given; not yet JSON. */
  get data(): Data {
    return this.#data
  }

  /**
   * Refuses to be made JSON: an event within the data of another, or an event that a second copy of this package made,
   * would be lost silently.
   *
   * @throws TypeError Always, with what to do; `ERR_EVENT_DATA` where it is thrown while an event is encoded.
   */
  toJSON(): never {
    throw new TypeError(
      'an event that sse() made is no data: send its `data`, or yield it itself, by one copy of tidings',
    )
  }
}

/**
 * A control event: a message of the framework within a stream, for readers that can tell it from data. Only journalled
 * streams create them; a handler that iterates such a stream forwards a control event by yielding it.
 */
export class ControlEvent<Data extends object = object> extends SseEvent<`tidings:${ControlName}`, Data> {
  // Also the brand: no other object can have it, while `instanceof` follows the prototype, which everybody may set.
  readonly #name: ControlName

  /**
   * @throws TypeError without the token, which users cannot import: control events cannot be forged
   * @internal
   */
  constructor(token: typeof controlToken, name: ControlName, id: string, data: Data) {
    if (token !== controlToken) throw new TypeError('Only the framework makes control events: yield sse() instead')
    super({ event: `${controlPrefix}${name}`, id }, data)
    this.#name = name
  }

  /** Whether the framework made this value as a control event. */
  static is(value: object): value is ControlEvent {
    return #name in value
  }

  /** Which control event it is, without the prefix: `gap` of `tidings:gap`. */
  get name(): ControlName {
    return this.#name
  }

  /** The event's name on the wire, such as `tidings:gap`. */
  get event(): `tidings:${ControlName}` {
    return `${controlPrefix}${this.#name}`
  }

  /** Where the reader stands with this event. */
  get id(): string {
    return this.fields.id ?? ''
  }
}

/** Creates a control event; exported to sibling rooms only. */
export function createControlEvent<Data extends object>(name: ControlName, id: string, data: Data): ControlEvent<Data> {
  return new ControlEvent(controlToken, name, id, data)
}

/**
 * A constraint for type inference, not a check: it allows every value. Its literal types make the compiler keep
 * `'start'`, `1` and `true` in yielded values instead of widening them, so that events become a discriminated union at
 * the client.
 */
export type Hint =
  | ''
  | 0
  | (string & {})
  | (number & {})
  | boolean
  | null
  | undefined
  | bigint
  | symbol
  | object
  | void
  | { readonly [key: string]: Hint }
  | readonly Hint[]

/**
 * Creates an event with a name, an id or a reconnection time, to be yielded like plain data. An event that a client has
 * received may stand for its fields.
 *
 * @throws TidingsError `ERR_EVENT_FIELD` for fields that are no object, or a field that does not exist
 *
 * @example
 * import { defineRoute, sse } from 'tidings'
 *
 * const status = defineRoute({
 *   method: 'GET',
 *   path: '/status',
 *   sse: true,
 *   handler: async function* () {
 *     yield sse({ event: 'status', id: '7' }, { online: true })
 *   },
 * })
 */
export function sse<const Name extends string = 'message', Data extends Hint = null>(
  fields: EventFields<Name>,
  data: Data,
): SseEvent<Name, Data> {
  refuseFields(fields)
  return new SseEvent(fields, data)
}

/** Refuses what would be an event without its name or id. Node 20: 5 ns where the caller's literal is of one shape. */
function refuseFields(fields: unknown): void {
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) {
    throw new TidingsError(
      'ERR_EVENT_FIELD',
      `sse() takes fields and data: sse({ event: 'tick' }, 1), not ${describeValue(fields)}.`,
    )
  }
  refuseUnknownFields(fields)
}

/**
 * Refuses fields that no event has: what they say would not be sent.
 *
 * @throws TidingsError `ERR_EVENT_FIELD`, with the field that was probably meant
 */
export function refuseUnknownFields(fields: object): void {
  for (const name in fields) {
    if (name === 'event' || name === 'id' || name === 'retry' || name === 'data') continue
    const meant = otherNames.get(name) ?? nearestName(name, ['event', 'id', 'retry', 'data'])
    throw new TidingsError(
      'ERR_EVENT_FIELD',
      `An event has event, id and retry beside its data, and no ${describeValue(name)}. Did you mean ${meant}?`,
    )
  }
}

/** What other libraries call the fields. */
const otherNames: ReadonlyMap<string, string> = new Map([
  ['name', 'event'],
  ['type', 'event'],
  ['lastEventId', 'id'],
])
