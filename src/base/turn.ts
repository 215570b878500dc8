// Scheduling on the event loop: work for the next turn, after the callbacks of the current one.

const immediate: unknown = Reflect.get(globalThis, 'setImmediate')

/**
 * Whether timers belong to the request that set them, as in workerd: when that request ends they are dropped without
 * firing, and they may not touch another request's stream. Requests must not share timers there.
 */
export const hasOwnTimers: boolean =
  Reflect.get(Object(Reflect.get(globalThis, 'navigator')), 'userAgent') === 'Cloudflare-Workers'

/** Calls `callback` in the next turn of the event loop: after pending I/O, before the next timers. */
export const nextTurn: (callback: () => void) => void =
  typeof immediate === 'function' ? (callback) => immediate(callback) : (callback) => setTimeout(callback, 0)
