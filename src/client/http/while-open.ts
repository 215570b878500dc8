// The one way in which clients wait for what a caller gave them: until it settles, or the signal aborts.
import { discardBody } from './body-reader.ts'

/**
 * Settles as what `work` returns, and rejects with the signal's reason as soon as it aborts: a `fetch` that ignores its
 * signal, or a callback that never settles, holds nobody up. The body of a response that comes too late is cancelled.
 */
export function whileOpen<Value>(signal: AbortSignal, work: () => Value | PromiseLike<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason)
    if (signal.aborted) return abort()
    signal.addEventListener('abort', abort)
    const settle = async (): Promise<void> => {
      try {
        const value = await work()
        if (signal.aborted) discardBody(value)
        resolve(value)
      } catch (error) {
        reject(error)
      }
      signal.removeEventListener('abort', abort)
    }
    void settle()
  })
}
