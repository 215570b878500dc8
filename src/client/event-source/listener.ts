// The arguments of `addEventListener`, as the library DOM declares them: `@types/node` has no global names for them.

/** A listener of any event: a function, or an object with a `handleEvent`. */
export type EventSourceListener = ((event: Event) => void) | { handleEvent(event: Event): void }

/** Options of {@link EventSource.addEventListener}. */
export interface EventSourceListenerOptions {
  /** Calls the listener before those of the target's ancestors; an `EventSource` has none. */
  capture?: boolean
  /** Removes the listener once it has been called. Default false. */
  once?: boolean
  /** Ignores the listener's `preventDefault()`. Default false. */
  passive?: boolean
  /** Removes the listener when it aborts. */
  signal?: AbortSignal
}
