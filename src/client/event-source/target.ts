// The base class of `EventSource`: `EventTarget`, or a stand-in where the runtime has none, so that it can be imported.

class NoTarget implements EventTarget {
  constructor() {
    throw new TypeError('EventSource needs EventTarget and Event, which this runtime lacks. stream() does without them')
  }

  addEventListener(): void {}

  removeEventListener(): void {}

  dispatchEvent(): boolean {
    return false
  }
}

/** `EventTarget`; where there is none, a class that cannot be constructed. */
export const Target: typeof EventTarget = Reflect.has(globalThis, 'EventTarget') ? EventTarget : NoTarget
