// Reconnects a stream at once when its page comes back to life, in place of waiting for the rest of a pause.

/** A stream that waits before it reconnects: what `stream()` and a call of `createClient` return, and our `EventSource`. */
export interface Reconnectable {
  /** Cuts short a pause before a reconnect. */
  reconnect(): void
}

/**
 * Calls `reconnect()` of a stream when the page becomes visible, when the device comes online, and when the page returns
 * from the back/forward cache: its pause, if it is in one, ends at once. Returns a function that undoes this; call it
 * when the stream is over. Does nothing where there is no page.
 *
 * @example
 * import { stream } from 'tidings/client'
 * import { reconnectOnPageEvents } from 'tidings/client/page'
 *
 * const feed = stream('https://example.com/feed')
 * const undo = reconnectOnPageEvents(feed)
 * for await (const { event, data } of feed) console.log(event, data)
 * undo()
 */
export function reconnectOnPageEvents(stream: Reconnectable): () => void {
  const page: unknown = Reflect.get(globalThis, 'document')
  const undo = [
    listen(page, 'visibilitychange', () => {
      if (Reflect.get(Object(page), 'hidden') === false) stream.reconnect()
    }),
    listen(globalThis, 'online', () => stream.reconnect()),
    listen(globalThis, 'pageshow', (event) => {
      // A page that was loaded anew is shown as well, but comes from no cache.
      if (Reflect.get(event, 'persisted') === true) stream.reconnect()
    }),
  ]
  return () => {
    for (const remove of undo) remove()
  }
}

/** Adds a listener to what may be an `EventTarget`; returns a function that removes it. */
function listen(target: unknown, type: string, listener: (event: Event) => void): () => void {
  if (!isTarget(target)) return () => {}
  target.addEventListener(type, listener)
  return () => target.removeEventListener(type, listener)
}

interface Target {
  addEventListener(type: string, listener: (event: Event) => void): void
  removeEventListener(type: string, listener: (event: Event) => void): void
}

function isTarget(value: unknown): value is Target {
  return typeof value === 'object' && value !== null && 'addEventListener' in value && 'removeEventListener' in value
}
