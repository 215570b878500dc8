// Waiting for the lock on a log that another transaction holds, without holding the connections that others need.
import { isLocked } from './error.ts'
import { waitMs } from './server.ts'

/** How many connections may wait for locks at the same time. */
const mostConnections = 2
const longestMs = 50
/** How long a statement waits before it is known that it has to: without a place in the line. */
const firstTryMs = 10

/** Sends a statement that waits for a lock no longer than so many milliseconds; then it fails and has done nothing. */
type SendWaiting<Result> = (waitMs: number) => Promise<Result>

/**
 * The line of statements that wait for a lock. A transaction of a user may hold one for long: each statement in the line waits
 * for its lock a short while in turn, and between that holds no connection. So those of other topics get through.
 */
export class LockWaits {
  readonly #line: (() => void)[] = []
  #sending = 0

  /** Sends a statement at once, and joins the line only if the lock that it needs is held. */
  async try<Result>(deadline: number, send: SendWaiting<Result>): Promise<Result> {
    try {
      return await send(Math.min(firstTryMs, waitMs(deadline)))
    } catch (error) {
      if (!isLocked(error) || performance.now() >= deadline) throw error
    }
    return this.wait(deadline, send)
  }

  /** Sends a statement in turn, again and again until it gets its lock, or until the deadline. */
  async wait<Result>(deadline: number, send: SendWaiting<Result>): Promise<Result> {
    for (;;) {
      await this.#enter()
      try {
        return await send(Math.min(this.#shareMs, waitMs(deadline)))
      } catch (error) {
        if (!isLocked(error) || performance.now() >= deadline) throw error
      } finally {
        this.#leave()
      }
    }
  }

  /** How long the next statement may wait: the shorter, the more are behind it. */
  get #shareMs(): number {
    return Math.max(5, Math.floor(longestMs / (1 + this.#line.length)))
  }

  async #enter(): Promise<void> {
    this.#sending += 1
    if (this.#sending > mostConnections) await new Promise<void>((resolve) => this.#line.push(resolve))
  }

  #leave(): void {
    this.#sending -= 1
    this.#line.shift()?.()
  }
}
