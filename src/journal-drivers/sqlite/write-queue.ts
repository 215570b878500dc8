// Writes of one process, gathered: what waits in the same turn of the event loop is committed together.
import { nextTurn, TidingsError } from '../../base/index.ts'
import { Batch, type Announcement } from './batch.ts'
import { randomPauseMs } from './retry.ts'
import { isBusy } from './error.ts'
import type { Store } from './store.ts'

/** What a queue works with. */
export interface WriteQueueOptions {
  readonly store: Store
  /** How long a write waits for other processes. */
  readonly timeoutMs: number
  /** Hears of appends once they are committed. */
  readonly announce: (announcement: Announcement) => void
}

interface Job {
  readonly deadline: number
  /** Works in a transaction. Throws only what ends the whole transaction. */
  run(batch: Batch): void
  /** Settles its promise; the transaction is committed. */
  settle(): void
  reject(error: unknown): void
}

/** After so many milliseconds of one transaction the rest waits for the next, so that the process can do other things. */
const sliceMs = 10

/** Runs writes in their order. A write is settled once it is committed, never before. */
export class WriteQueue {
  readonly #store: Store
  readonly #timeoutMs: number
  readonly #announce: (announcement: Announcement) => void
  readonly #jobs: Job[] = []
  #isScheduled = false
  /** How many of the next jobs get a transaction of their own, because the one that they were in has failed. */
  #apart = 0
  #onEmpty: (() => void) | undefined

  constructor({ store, timeoutMs, announce }: WriteQueueOptions) {
    this.#store = store
    this.#timeoutMs = timeoutMs
    this.#announce = announce
  }

  /** Resolves with what `work` returns, or rejects with the TidingsError that it throws before it has written anything. */
  add<Result>(work: (batch: Batch) => Result): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#jobs.push(createJob(work, performance.now() + this.#timeoutMs, resolve, reject))
      this.#schedule()
    })
  }

  /** Resolves when nothing waits. */
  async empty(): Promise<void> {
    if (this.#jobs.length === 0) return
    await new Promise<void>((resolve) => {
      this.#onEmpty = resolve
    })
  }

  #schedule(pauseMs?: number): void {
    if (this.#isScheduled) return
    this.#isScheduled = true
    if (pauseMs === undefined) nextTurn(this.#flush)
    else setTimeout(this.#flush, pauseMs)
  }

  readonly #flush = (): void => {
    this.#isScheduled = false
    for (const announcement of this.#commitSome()) this.#announce(announcement)
    if (this.#jobs.length > 0) this.#schedule()
    else this.#onEmpty?.()
  }

  /** What there is to tell: nothing, where nothing was committed. */
  #commitSome(): readonly Announcement[] {
    const progress = { count: 0 }
    try {
      const announcements = this.#store.writing(() => this.#runSome(progress))
      for (const job of this.#jobs.splice(0, progress.count)) job.settle()
      this.#apart = Math.max(0, this.#apart - progress.count)
      return announcements
    } catch (error) {
      this.#fail(error, progress.count)
      return []
    }
  }

  #runSome(progress: { count: number }): readonly Announcement[] {
    const batch = new Batch(this.#store, this.#apart > 0)
    const end = performance.now() + sliceMs
    for (const job of this.#jobs) {
      progress.count += 1
      job.run(batch)
      if (this.#apart > 0 || performance.now() > end) break
    }
    batch.finish(progress.count)
    return batch.announcements
  }

  /** Nothing of the transaction is there. */
  #fail(error: unknown, count: number): void {
    if (isBusy(error)) {
      this.#rejectOverdue(error)
      if (this.#jobs.length > 0) this.#schedule(randomPauseMs())
      return
    }
    // One event too large for the disk must not take those with it that would fit: they are tried apart, and each makes room first.
    if (this.#apart === 0 && count > 0) this.#apart = count
    else this.#rejectFirst(error)
  }

  #rejectFirst(error: unknown): void {
    this.#apart = Math.max(0, this.#apart - 1)
    this.#jobs.shift()?.reject(error)
  }

  #rejectOverdue(error: unknown): void {
    const now = performance.now()
    while ((this.#jobs[0]?.deadline ?? Infinity) <= now) this.#jobs.shift()?.reject(error)
  }
}

function createJob<Result>(
  work: (batch: Batch) => Result,
  deadline: number,
  resolve: (result: Result) => void,
  reject: (error: unknown) => void,
): Job {
  let settle: (() => void) | undefined
  const run = (batch: Batch): void => {
    try {
      const result = work(batch)
      settle = () => resolve(result)
    } catch (error) {
      if (!(error instanceof TidingsError)) throw error
      settle = () => reject(error)
    }
  }
  return { deadline, run, settle: () => settle?.(), reject }
}
