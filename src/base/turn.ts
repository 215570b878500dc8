// The turns of the event loop: work that waits until this turn's callbacks have run.

const immediate: unknown = Reflect.get(globalThis, 'setImmediate')

/** Calls `callback` once the event loop has come round: after pending I/O, before the next timers. */
export const nextTurn: (callback: () => void) => void =
  typeof immediate === 'function' ? (callback) => immediate(callback) : (callback) => setTimeout(callback, 0)
