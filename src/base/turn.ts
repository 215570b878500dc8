// The turns of the event loop: work that waits until this turn's callbacks have run.

const immediate: unknown = Reflect.get(globalThis, 'setImmediate')

/**
 * Whether a timer belongs to the request that set it, as in workerd: it is dropped without a call when that request
 * ends, and may not touch another request's stream. Nothing may then be shared between requests.
 */
export const hasOwnTimers: boolean =
  Reflect.get(Object(Reflect.get(globalThis, 'navigator')), 'userAgent') === 'Cloudflare-Workers'

/** Calls `callback` once the event loop has come round: after pending I/O, before the next timers. */
export const nextTurn: (callback: () => void) => void =
  typeof immediate === 'function' ? (callback) => immediate(callback) : (callback) => setTimeout(callback, 0)
