// The event: what a handler yields when data alone is not enough.
import { controlPrefix, controlToken, type ControlName } from './control.ts'

/** The fields of an event beside its data, as the wire has them (WHATWG HTML 9.2.5). */
export interface EventFields<Name extends string = string> {
  /** The event's type; `message` at the reader when left out. No CR, LF or NUL, and not beginning with `tidings:`. */
  readonly event?: Name | undefined
  /** The position a reader that comes back hands in. No CR, LF or NUL, not ending in `~end`; `''` resets the reader. */
  readonly id?: string | undefined
  /** How long a reader waits before it reconnects, in whole milliseconds. */
  readonly retry?: number | undefined
}

/** Data together with its fields. Made by {@link sse} alone, so that user data can never pass for metadata. */
export class SseEvent<Name extends string = string, Data = unknown> {
  readonly #fields: EventFields<Name>
  readonly #data: Data

  constructor(fields: EventFields<Name>, data: Data) {
    this.#fields = fields
    this.#data = data
  }

  get fields(): EventFields<Name> {
    return this.#fields
  }

  get data(): Data {
    return this.#data
  }
}

/**
 * A control event: what the framework itself says within a stream, to readers that tell it from data. Journalled streams
 * make them, and nobody else can; a handler that iterates one passes it on by yielding it.
 */
export class ControlEvent<Data extends object = object> extends SseEvent<`tidings:${ControlName}`, Data> {
  readonly name: ControlName

  /** @throws TypeError for everybody but the framework: no user's event can pass for a control event */
  constructor(token: typeof controlToken, name: ControlName, id: string, data: Data) {
    if (token !== controlToken) throw new TypeError('Only the framework makes control events: yield sse() instead')
    super({ event: `${controlPrefix}${name}`, id }, data)
    this.name = name
  }

  get event(): `tidings:${ControlName}` {
    return `${controlPrefix}${this.name}`
  }

  get id(): string {
    return this.fields.id ?? ''
  }
}

/** A control event of the framework's own. */
export function createControlEvent<Data extends object>(name: ControlName, id: string, data: Data): ControlEvent<Data> {
  return new ControlEvent(controlToken, name, id, data)
}

/**
 * A hint, not a check: it allows everything, and being full of literals it makes the compiler keep `'start'`, `1`
 * and `true` in what is yielded instead of widening them, so that events become a discriminated union at the client.
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
 * An event with a name, an id or a retry interval, to be yielded like plain data.
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
  return new SseEvent(fields, data)
}
