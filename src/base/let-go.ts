// Timers that are of no weight for the process.

/** Where the runtime's timers keep a process alive, this one does not. */
export function letGo(timer: unknown): void {
  const unref: unknown = Reflect.get(Object(timer), 'unref')
  if (typeof unref === 'function') Reflect.apply(unref, timer, [])
}
