// The pauses of the runs of one process between their appends: those that end at about the same time end together.
import { hasOwnTimers } from '../../base/index.ts'

/** In milliseconds. Appends that begin together are sent together: one write to a socket, one statement, one flush to disk. */
const tickMs = 5

/** Pauses that share their timers, but where a timer ends with its request. */
export class Pauses {
  /** What ends the pauses of each tick. */
  readonly #ends = new Map<number, Set<() => void>>()
  #size = 0

  /** How many there are now. */
  get size(): number {
    return this.#size
  }

  /**
   * Begins one of at most `ms` milliseconds, or until the next tick, and calls `onOver` once. Returns the function that ends
   * it now.
   */
  begin(ms: number, onOver: () => void): () => void {
    const now = performance.now()
    const tick = Math.max(Math.floor((now + ms) / tickMs), Math.floor(now / tickMs) + 1)
    const ends = hasOwnTimers ? this.#endsAt(tick) : (this.#ends.get(tick) ?? this.#endsAt(tick))
    const end = (): void => {
      if (!ends.delete(end)) return
      this.#size -= 1
      onOver()
    }
    ends.add(end)
    this.#size += 1
    return end
  }

  #endsAt(tick: number): Set<() => void> {
    const ends = new Set<() => void>()
    this.#ends.set(tick, ends)
    const endAll = (): void => {
      if (this.#ends.get(tick) === ends) this.#ends.delete(tick)
      for (const end of ends) end()
    }
    setTimeout(endAll, tick * tickMs - performance.now())
    return ends
  }
}
