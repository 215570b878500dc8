// Scheduling on the event loop: work for the next turn, after the callbacks of the current one.

const immediate: unknown = Reflect.get(globalThis, 'setImmediate')

/**
 * Whether timers belong to the request that set them, as in workerd: when that request ends they are dropped without
 * firing, and they may not touch another request's stream. Requests must not share timers there.
 */
export const hasOwnTimers: boolean =
  Reflect.get(Object(Reflect.get(globalThis, 'navigator')), 'userAgent') === 'Cloudflare-Workers'

let schedule = typeof immediate === 'function' ? tryImmediate : byTimer

/** Calls `callback` in the next turn of the event loop: after pending I/O, before the next timers. */
export function nextTurn(callback: () => void): void {
  schedule(callback)
}

/** The first call tells: edge runtimes such as Next's have a `setImmediate` that throws. */
function tryImmediate(callback: () => void): void {
  if (typeof immediate !== 'function') return byTimer(callback)
  try {
    immediate(callback)
    schedule = (callback) => immediate(callback)
  } catch {
    // Nothing was scheduled: a timer does as well.
    schedule = byTimer
    byTimer(callback)
  }
}

function byTimer(callback: () => void): void {
  setTimeout(callback, 0)
}
