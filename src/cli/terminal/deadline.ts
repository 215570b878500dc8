// A signal that also aborts after a time. `AbortSignal.any` of a timeout does not do: Node 20 may collect the timeout as
// garbage, and it never aborts.

/** A signal, and how to let go of its timer. */
export interface Deadline {
  readonly signal: AbortSignal
  readonly clear: () => void
}

/** Aborts with `signal`, or after `ms` milliseconds. `undefined`: no time limit. */
export function createDeadline(signal: AbortSignal, ms: number | undefined): Deadline {
  const controller = new AbortController()
  const abort = (): void => controller.abort(signal.reason)
  const timer = ms === undefined ? undefined : setTimeout(() => controller.abort(new Error('The time is up.')), ms)
  if (signal.aborted) abort()
  signal.addEventListener('abort', abort)
  return {
    signal: controller.signal,
    clear() {
      clearTimeout(timer)
      signal.removeEventListener('abort', abort)
    },
  }
}
