// A reader that pulls: events one by one, decoded for it.
import { TidingsError } from '../../base/index.ts'
import type { ControlEvent } from '../../sse/index.ts'
import type { Cursor } from './cursor.ts'
import type { Frame } from '../hub/frame.ts'
import type { Follower } from '../hub/follower.ts'
import type { Hub } from '../hub/hub.ts'
import type { Lifetime } from '../hub/journal-retry.ts'
import type { FollowOptions } from './attachment.ts'

const finished = { done: true, value: undefined } as const

/** Where an iteration begins, and what it makes of the frames. */
export interface IterationOptions<Item> extends FollowOptions {
  /** After the event with this id, or at `start` or `now`. */
  readonly place: string
  readonly toItem: (frame: Frame) => Item
}

/** Iterates a hub's events. `return()` ends a pending `next()`. */
export class Iteration<Item> implements AsyncIterator<Item | ControlEvent, undefined>, Follower, Lifetime {
  readonly #hub: Hub
  readonly #cursor: Cursor
  readonly #options: IterationOptions<Item>
  #over: AbortController | undefined
  #isOver = false
  #hasJoined = false
  #failure: { readonly error: unknown } | undefined
  /** Calls of `next()` that wait, and the last of them. */
  #pulls = 0
  #lastPull: Promise<unknown> = Promise.resolve()
  #wake: (() => void) | undefined

  constructor(hub: Hub, cursor: Cursor, options: IterationOptions<Item>) {
    this.#hub = hub
    this.#cursor = cursor
    this.#options = options
  }

  get seq(): number {
    return this.#cursor.seq
  }

  get isOver(): boolean {
    return this.#isOver
  }

  get signal(): AbortSignal {
    this.#over ??= new AbortController()
    if (this.#isOver) this.#over.abort()
    return this.#over.signal
  }

  /** Follows the hub, also before the first `next()`. */
  start(): void {
    const { signal } = this.#options
    this.#hub.add(this)
    if (signal?.aborted) queueMicrotask(() => this.handleEvent())
    else signal?.addEventListener('abort', this)
  }

  next(): Promise<IteratorResult<Item | ControlEvent, undefined>> {
    if (this.#pulls === 0) {
      // What is here is given without the promises of a wait: they were a fifth of the garbage of a followed run.
      const item = this.#takeNow()
      if (item !== undefined) return item
    }
    this.#pulls += 1
    const pull = this.#lastPull.then(() => this.#pull())
    this.#lastPull = pull.catch(() => {})
    return pull
  }

  return(): Promise<IteratorResult<Item | ControlEvent, undefined>> {
    this.#finish()
    return Promise.resolve(finished)
  }

  /** Ends the iteration with an error: the pending `next()`, or the next call, rejects with it. */
  fail(error: unknown): void {
    if (this.#isOver) return
    this.#failure = { error }
    this.#finish()
  }

  /** The subscription's signal has aborted. */
  handleEvent(): void {
    this.fail(this.#options.signal?.reason)
  }

  advance(): void {
    const wake = this.#wake
    this.#wake = undefined
    wake?.()
  }

  reset(): void {
    this.#cursor.reset()
    this.advance()
  }

  dismiss(): void {
    // An error, because a plain end would be taken for the end of the log.
    this.fail(new TidingsError('ERR_JOURNAL_CLOSED', 'The channels have been closed.'))
  }

  /** Does nothing: a reader that pulls holds nothing up. */
  checkLag(): void {}

  #finish(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#over?.abort()
    const { hubs, signal } = this.#options
    signal?.removeEventListener('abort', this)
    hubs.leave(this.#hub, this)
    this.advance()
  }

  async #pull(): Promise<IteratorResult<Item | ControlEvent, undefined>> {
    try {
      return await this.#nextItem()
    } catch (error) {
      this.#finish()
      throw error
    } finally {
      this.#pulls -= 1
    }
  }

  #takeNow(): Promise<IteratorResult<Item | ControlEvent, undefined>> | undefined {
    if (this.#isOver || !this.#hasJoined) return undefined
    try {
      const value = this.#take()
      return value && Promise.resolve({ done: false, value })
    } catch (error) {
      this.#finish()
      return Promise.reject(error)
    }
  }

  async #nextItem(): Promise<IteratorResult<Item | ControlEvent, undefined>> {
    while (!this.#isOver) {
      const value = this.#hasJoined ? this.#take() : undefined
      if (value !== undefined) return { done: false, value }
      await this.#progress()
    }
    const failure = this.#failure
    this.#failure = undefined
    if (failure !== undefined) throw failure.error
    return finished
  }

  /** Makes progress when no event is available: joins, reads a page, ends, or waits for the next event. */
  async #progress(): Promise<void> {
    if (!this.#hasJoined) await this.#retrying(() => this.#join())
    else if (this.#cursor.isBehind) await this.#retrying(() => this.#cursor.load())
    else if (this.#cursor.isAtEnd) this.#finish()
    else await this.#news()
  }

  async #join(): Promise<void> {
    await this.#cursor.join(this.#options.place)
    this.#hasJoined = true
  }

  #take(): Item | ControlEvent | undefined {
    // Passing hidden events may have made a notice due.
    const notice = this.#cursor.takeNotice()
    if (notice !== undefined) return notice
    const frame = this.#cursor.takeFrame()
    return frame === undefined ? this.#cursor.takeNotice() : this.#options.toItem(frame)
  }

  #news(): Promise<void> {
    this.#hub.release()
    return new Promise((resolve) => {
      this.#wake = resolve
    })
  }

  #retrying(work: () => Promise<void>): Promise<void> {
    return this.#hub.retry.until(work, this)
  }
}
