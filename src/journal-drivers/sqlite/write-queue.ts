// The queue of a process's writes: those of the same turn of the event loop are committed in one transaction.
import { nextTurn, TidingsError } from '../../base/index.ts'
import { Batch, type Announcement } from './batch.ts'
import { randomPauseMs } from './retry.ts'
import { isBusy } from './error.ts'
import type { Store } from './store.ts'

/** Options of a {@link WriteQueue}. */
export interface WriteQueueOptions {
  readonly store: Store
  /** How long a write waits while other processes have locked the file. */
  readonly timeoutMs: number
  /** Called with each change once it is committed. */
  readonly announce: (announcement: Announcement) => void
}

interface Job {
  readonly deadline: number
  /** Runs in a transaction. Throws only errors that fail the whole transaction. */
  run(batch: Batch): void
  /** Settles the promise of the write, once the transaction is committed. */
  settle(): void
  reject(error: unknown): void
}

/** The time after which a transaction takes no more writes, so that it does not block the event loop for long. */
const sliceMs = 10

/** Runs writes in order. The promise of a write settles once it is committed, never before. */
export class WriteQueue {
  readonly #store: Store
  readonly #timeoutMs: number
  readonly #announce: (announcement: Announcement) => void
  readonly #jobs: Job[] = []
  #isScheduled = false
  /** How many of the next jobs run in a transaction of their own, since their shared transaction failed. */
  #separateCount = 0
  #onEmpty: (() => void) | undefined

  constructor({ store, timeoutMs, announce }: WriteQueueOptions) {
    this.#store = store
    this.#timeoutMs = timeoutMs
    this.#announce = announce
  }

  /** Resolves with the result of `work`, or rejects with the TidingsError that it throws before it writes anything. */
  add<Result>(work: (batch: Batch) => Result): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#jobs.push(createJob(work, performance.now() + this.#timeoutMs, resolve, reject))
      this.#schedule()
    })
  }

  /** Resolves when no write is pending. */
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

  /** Commits some jobs in one transaction; returns the changes to announce, none if it failed. */
  #commitSome(): readonly Announcement[] {
    const progress = { count: 0 }
    try {
      const announcements = this.#store.writing(() => this.#runSome(progress))
      for (const job of this.#jobs.splice(0, progress.count)) job.settle()
      this.#separateCount = Math.max(0, this.#separateCount - progress.count)
      return announcements
    } catch (error) {
      this.#fail(error, progress.count)
      return []
    }
  }

  #runSome(progress: { count: number }): readonly Announcement[] {
    const batch = new Batch(this.#store, this.#separateCount > 0)
    const end = performance.now() + sliceMs
    for (const job of this.#jobs) {
      progress.count += 1
      job.run(batch)
      if (this.#separateCount > 0 || performance.now() > end) break
    }
    batch.finish(progress.count)
    return batch.announcements
  }

  /** Handles a failed transaction, which was rolled back: a retry if the file was busy, else each job in its own. */
  #fail(error: unknown, count: number): void {
    if (isBusy(error)) {
      this.#rejectOverdue(error)
      if (this.#jobs.length > 0) this.#schedule(randomPauseMs())
      return
    }
    // An event too large for the disk must not fail those that would fit: each is retried alone, and makes room first.
    if (this.#separateCount === 0 && count > 0) this.#separateCount = count
    else this.#rejectFirst(error)
  }

  #rejectFirst(error: unknown): void {
    this.#separateCount = Math.max(0, this.#separateCount - 1)
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
