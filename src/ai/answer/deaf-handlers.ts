// Handlers that do not hear that their answer is not wanted any more: in development a warning names them.
import { letGo } from '../../base/index.ts'
import { isProduction } from '../../server/internal.ts'

/** How long a handler may go on after its signal has aborted, in milliseconds. */
const patienceMs = 5000

/** Warns of handlers that go on for long after they were to end, once for each route. */
export class DeafHandlers {
  readonly #warned = new Set<string>()

  /** The events of a handler, which is named by `route` if it goes on for long after `signal` has aborted. */
  watch<Event>(events: AsyncIterator<Event, void>, signal: AbortSignal, route: string): AsyncIterator<Event, void> {
    if (isProduction()) return events
    let timer: ReturnType<typeof setTimeout> | undefined
    const warn = (): void => this.#warn(route)
    const wait = (): void => {
      timer = setTimeout(warn, patienceMs)
      letGo(timer)
    }
    const end = (): void => {
      signal.removeEventListener('abort', wait)
      clearTimeout(timer)
    }
    signal.addEventListener('abort', wait)
    return {
      next: async () => {
        try {
          const result = await events.next()
          if (result.done === true) end()
          return result
        } catch (error) {
          end()
          throw error
        }
      },
      return: async () => {
        try {
          await events.return?.()
        } finally {
          end()
        }
        return { done: true, value: undefined }
      },
    }
  }

  #warn(route: string): void {
    if (this.#warned.has(route)) return
    this.#warned.add(route)
    console.warn(
      `tidings: the handler of ${route} goes on ${patienceMs / 1000} s after its answer was stopped, and what it has asked a ` +
        'provider for goes on, too. Pass `signal` of its context on to what it waits for.',
    )
  }
}
