// A delay that an AbortSignal can cut short.
import { onAbort } from './abort.ts'
import { longestDelayMs } from './option.ts'

/**
 * Resolves after `ms` milliseconds, or rejects with `signal.reason` as soon as `signal` aborts. Any delay is waited for:
 * `Infinity` ends with the signal alone, and one that the runtime's timers do not support is made of several.
 */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const wait = (leftMs: number): void => {
      const next = leftMs > longestDelayMs ? () => wait(leftMs - longestDelayMs) : finish
      timer = setTimeout(next, Math.min(leftMs, longestDelayMs))
    }
    const finish = (): void => {
      forget()
      resolve()
    }
    const abort = (): void => {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    wait(ms)
    const forget = signal === undefined ? () => {} : onAbort(signal, abort)
  })
}
