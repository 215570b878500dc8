// Further tries of what has failed, later and later, a bounded number of times.
import { backoffMs, letGo } from '../../base/index.ts'

/** The first and the longest pause, in milliseconds, before jitter; about two minutes over all tries. */
const pauses = { firstMs: 2000, longestMs: 60_000 }

/** How often something is tried again. */
const most = 6

interface Retry {
  readonly count: number
  readonly timer: ReturnType<typeof setTimeout>
  /** Whether it is still to come. */
  isPlanned: boolean
}

/** Plans further tries, each under a name. No process is kept alive by them. */
export class Retries {
  readonly #planned = new Map<string, Retry>()

  /** Calls `work` after a pause, unless that is planned already, or was done as often as it may be. */
  plan(name: string, work: () => void): void {
    const before = this.#planned.get(name)
    if (before?.isPlanned === true) return
    const count = (before?.count ?? 0) + 1
    if (count > most) return void this.#planned.delete(name)
    const run = (): void => {
      retry.isPlanned = false
      work()
    }
    const timer = setTimeout(run, backoffMs(count - 1, pauses))
    const retry: Retry = { count, timer, isPlanned: true }
    letGo(timer)
    this.#planned.set(name, retry)
  }

  /** It has succeeded. */
  forget(name: string): void {
    clearTimeout(this.#planned.get(name)?.timer)
    this.#planned.delete(name)
  }

  /** Gives all of them up. */
  clear(): void {
    for (const name of this.#planned.keys()) this.forget(name)
  }
}
