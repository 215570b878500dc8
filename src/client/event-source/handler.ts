// Event handler IDL attributes (WHATWG HTML 8.1.8.1): `onopen`, `onmessage`, `onerror`.

/** What an `EventSource` dispatches by itself, by name. */
export interface EventSourceEventMap {
  readonly error: Event
  readonly message: MessageEvent
  readonly open: Event
}

/** Where a handler is one listener among others. */
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

/** A function that is called with each event of its name, or none. */
export type EventSourceHandler<Kind extends Event> = ((event: Kind) => unknown) | null

/** One handler attribute: a listener that stands where it was first set, whichever function it is then set to. */
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

  /** Web IDL 3.3.9 [LegacyTreatNonObjectAsNull]: no object is null, which takes the listener away; any object is kept. */
  set value(given: EventSourceHandler<EventSourceEventMap[Name]>) {
    const handler = typeof given === 'function' || typeof given === 'object' ? given : null
    if (handler === null) this.#target.removeEventListener(this.#name, this.#listener)
    // The same listener once more changes nothing, its place included.
    else this.#target.addEventListener(this.#name, this.#listener)
    this.#handler = handler
  }

  /** Reads as null once, so that the platform does not call what the listener is about to. */
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
  let isCalled = false
  const target = Object.assign(new EventTarget(), { onprobe: () => (isCalled = true) })
  target.dispatchEvent(new Event('probe'))
  return isCalled
}
