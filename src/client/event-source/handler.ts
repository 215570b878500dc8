// Event handler IDL attributes (WHATWG HTML 8.1.8.1): `onopen`, `onmessage`, `onerror`.
import type { EventSourceErrorEvent } from './error-event.ts'

/** The events that the standard names for an `EventSource`, by name. */
export interface EventSourceEventMap {
  readonly error: EventSourceErrorEvent
  readonly message: MessageEvent
  readonly open: Event
}

/** The `EventTarget` of a handler, which is one listener among others there. */
export interface HandlerTarget {
  addEventListener<Name extends keyof EventSourceEventMap>(
    type: Name,
    listener: (event: EventSourceEventMap[Name]) => unknown,
  ): void
  removeEventListener<Name extends keyof EventSourceEventMap>(
    type: Name,
    listener: (event: EventSourceEventMap[Name]) => unknown,
  ): void
}

/** An event handler, the value of `onopen`, `onmessage` or `onerror`; `null` for none. */
export type EventSourceHandler<Kind extends Event> = ((event: Kind) => unknown) | null

/** One handler attribute. Its listener keeps the place in the order of listeners at which it was first set. */
export class HandlerAttribute<Name extends keyof EventSourceEventMap> {
  readonly #target: HandlerTarget
  readonly #name: Name
  #handler: EventSourceHandler<EventSourceEventMap[Name]> = null
  #isHidden = false

  constructor(target: HandlerTarget, name: Name) {
    this.#target = target
    this.#name = name
  }

  get value(): EventSourceHandler<EventSourceEventMap[Name]> {
    if (!this.#isHidden) return this.#handler
    this.#isHidden = false
    return null
  }

  /**
   * Web IDL 3.3.9 [LegacyTreatNonObjectAsNull]: a value that is not an object becomes null, which removes the listener;
   * any object is kept.
   */
  set value(given: EventSourceHandler<EventSourceEventMap[Name]>) {
    const handler = typeof given === 'function' || typeof given === 'object' ? given : null
    if (handler === null) this.#target.removeEventListener(this.#name, this.#listener)
    // Adding the same listener again changes nothing, not even its place.
    else this.#target.addEventListener(this.#name, this.#listener)
    this.#handler = handler
  }

  /** Makes `value` read as null once, so that the platform does not call the handler before the listener does. */
  hideFrom({ type }: Event): void {
    this.#isHidden = type === this.#name
  }

  readonly #listener = (event: EventSourceEventMap[Name]): void => {
    // An object that cannot be called is kept and never called.
    if (typeof this.#handler === 'function') this.#handler.call(this.#target, event)
  }
}

/** workerd calls `on<name>` of any target by itself, before the listeners and without `this`. */
export const isCalledByPlatform: boolean = probe()

function probe(): boolean {
  if (!Reflect.has(globalThis, 'EventTarget')) return false
  let isCalled = false
  const target = Object.assign(new EventTarget(), { onprobe: () => (isCalled = true) })
  target.dispatchEvent(new Event('probe'))
  return isCalled
}
