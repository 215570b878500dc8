// Which logs are packed, and when: one after another, each some time after its end.
import { hasOwnTimers, letGo, longestDelayMs } from '../../base/index.ts'
import { hasCode } from '../refusal.ts'
import { persist } from './persist.ts'

/** Options of a {@link PackingQueue}. */
export interface PackingQueueOptions {
  /** How long after it was told of a log, in milliseconds; `Infinity`: never. */
  readonly delayMs: number
  readonly pack: (id: string) => Promise<void>
  /** Called with the error of the journal, and the run that is not packed for it. */
  readonly onError: (error: unknown, run: string) => void
}

/** The most logs that wait. Any beyond that stay as they are, until somebody reads them later. */
const mostWaiting = 10_000

/**
 * Packs the logs that it is told of. Its timer does not keep a process alive: what a process leaves behind when it ends is
 * packed by the next one that reads it.
 */
export class PackingQueue {
  readonly #options: PackingQueueOptions
  /** When each is due, in the order of that. */
  readonly #dueAt = new Map<string, number>()
  #timer: ReturnType<typeof setTimeout> | undefined
  #isPacking = false
  /** Aborts when what was begun is to end. */
  #over = new AbortController()

  constructor(options: PackingQueueOptions) {
    this.#options = options
  }

  /** Has a log packed that is closed; one that waits already is not put off. */
  add(id: string): void {
    const { delayMs } = this.#options
    // A timer that ends with its request comes too late.
    if (delayMs > longestDelayMs || hasOwnTimers) return
    if (this.#dueAt.has(id) || this.#dueAt.size >= mostWaiting) return
    this.#dueAt.set(id, performance.now() + delayMs)
    this.#schedule()
  }

  /** Forgets all that wait. */
  clear(): void {
    this.#dueAt.clear()
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#over.abort()
    this.#over = new AbortController()
  }

  #schedule(): void {
    const [dueAt] = this.#dueAt.values()
    if (this.#timer !== undefined || this.#isPacking || dueAt === undefined) return
    this.#timer = setTimeout(() => void this.#packDue(), Math.max(0, dueAt - performance.now()))
    letGo(this.#timer)
  }

  async #packDue(): Promise<void> {
    this.#timer = undefined
    this.#isPacking = true
    for (const [id, dueAt] of this.#dueAt) {
      if (dueAt > performance.now()) break
      await this.#pack(id)
      this.#dueAt.delete(id)
    }
    this.#isPacking = false
    this.#schedule()
  }

  async #pack(id: string): Promise<void> {
    const { signal } = this.#over
    const { pack, onError } = this.#options
    try {
      await persist(() => pack(id), { signal })
    } catch (error) {
      if (!signal.aborted && !hasCode(error, 'ERR_JOURNAL_CLOSED')) onError(error, id)
    }
  }
}
