// Plays a plan: hands out its pieces as they arrive.
import { onAbort, sleep } from '../../base/index.ts'
import type { Plan } from './plan.ts'

/** A piece, or the end: `left` once the signal has aborted. */
export type Arrival = Uint8Array<ArrayBuffer> | 'complete' | 'cut' | 'left'

/**
 * Plays a plan from its construction on, until the signal aborts. What has arrived waits here until it is asked for, as in
 * a socket. All timers are set at once, so that times do not add up to a delay, and that one tick of a fake clock brings
 * all that is due by then.
 */
export class Playing {
  readonly #plan: Plan
  readonly #signal: AbortSignal
  readonly #arrived: Uint8Array<ArrayBuffer>[] = []
  /** How many pieces were handed out. `shift()` would move a million pieces for each. */
  #taken = 0
  #steps = 0
  #end: 'complete' | 'cut' | 'left' | undefined
  #wake = (): void => {}

  constructor(plan: Plan, signal: AbortSignal) {
    this.#plan = plan
    this.#signal = signal
    for (const [index, { atMs }] of plan.steps.entries()) void this.#when(atMs, () => this.#arriveUpTo(index))
    const { how } = plan
    if (how !== 'stall') void this.#when(plan.endMs, () => this.#finish(how))
    onAbort(signal, () => this.#finish('left'))
  }

  /** The next piece, or the end once all pieces were handed out. Waits for it; one call at a time. */
  async next(): Promise<Arrival> {
    if (this.#taken === this.#arrived.length && this.#end === undefined) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
    if (this.#end === 'left') return 'left'
    const piece = this.#arrived[this.#taken]
    if (piece === undefined) return this.#end ?? 'left'
    this.#taken += 1
    return piece
  }

  async #when(atMs: number, happen: () => void): Promise<void> {
    try {
      await (atMs === 0 ? undefined : sleep(atMs, this.#signal))
    } catch {
      // The reader has left: nothing arrives any more.
      return
    }
    happen()
  }

  /** Timers of different delays may fire in another order within a millisecond: the bytes keep theirs. */
  #arriveUpTo(index: number): void {
    for (; this.#steps <= index; this.#steps += 1) {
      for (const piece of this.#plan.steps[this.#steps]?.pieces ?? []) this.#arrived.push(piece)
    }
    this.#wake()
  }

  #finish(how: 'complete' | 'cut' | 'left'): void {
    if (how !== 'left') this.#arriveUpTo(this.#plan.steps.length - 1)
    // Whoever has left gets nothing more, not even what had come already.
    this.#end = how === 'left' ? how : (this.#end ?? how)
    this.#wake()
  }
}
