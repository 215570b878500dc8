// One reader of a list: what it has not taken yet is bounded, and if that is not enough it gets the list anew.
import { TidingsError } from '../../base/index.ts'
import type { FrameAttachment, FrameSink } from '../../sse/index.ts'
import type { PresenceBatch, PresenceText } from './presence-event.ts'
import type { Roster, RosterReader } from './roster.ts'

/** How many characters of changes wait for a reader. */
const mostChars = 256 * 1024

/** What a reader needs of its subscription. */
export interface FeedParts {
  readonly roster: Roster
  /** Ends it. */
  readonly signal: AbortSignal | undefined
  /** Called once, at the end. */
  readonly onEnd: () => void
}

/** The batches that wait for one reader. */
class Waiting {
  needsList = true
  #batches: PresenceBatch[] = []
  #chars = 0

  add(batch: PresenceBatch): void {
    // A list is always taken: everything else is behind it.
    if (!this.needsList && this.#chars + batch.chars > mostChars) {
      this.needsList = true
      this.#batches = []
      this.#chars = 0
      return
    }
    this.needsList = false
    this.#batches.push(batch)
    this.#chars += batch.chars
  }

  shift(): PresenceBatch | undefined {
    const batch = this.#batches.shift()
    this.#chars -= batch?.chars ?? 0
    return batch
  }
}

/** Writes a list and its changes to one sink. */
export class RosterAttachment implements FrameAttachment, RosterReader {
  readonly #sink: FrameSink
  readonly #parts: FeedParts
  readonly #waiting = new Waiting()
  /** Whether the list is known. */
  #isKnown = false
  #isBlocked = false
  #isOver = false

  constructor(sink: FrameSink, parts: FeedParts) {
    this.#sink = sink
    this.#parts = parts
  }

  /** Nothing is asked for while the reader has no room. */
  get needsList(): boolean {
    return this.#waiting.needsList && this.#isKnown && !this.#isBlocked
  }

  /** Gets the list, and what changes in it, once `ready` has resolved. */
  start(ready: Promise<void>): void {
    const { roster, signal } = this.#parts
    roster.readers.add(this)
    void ready.then(() => this.#begin())
    if (signal?.aborted) queueMicrotask(() => this.handleEvent())
    else signal?.addEventListener('abort', this)
  }

  /** The subscription's signal has aborted. */
  handleEvent(): void {
    this.dismiss()
  }

  take(batch: PresenceBatch): void {
    // Whoever is to get the list later needs nothing of what comes before it.
    if (this.#waiting.needsList && !this.needsList) return
    this.#waiting.add(batch)
    this.#pump()
    // More has changed at once than may wait, and nothing else would bring it the list.
    if (this.needsList) this.#parts.roster.schedule()
  }

  resume(): void {
    this.#isBlocked = false
    this.#pump()
    if (this.needsList) this.#parts.roster.schedule()
  }

  detach(): void {
    if (this.#isOver) return
    this.#isOver = true
    const { roster, signal, onEnd } = this.#parts
    roster.readers.delete(this)
    signal?.removeEventListener('abort', this)
    onEnd()
  }

  dismiss(): void {
    if (this.#isOver) return
    this.detach()
    this.#sink.end({ kind: 'reconnect', reason: 'disconnected' })
  }

  #begin(): void {
    this.#isKnown = true
    if (!this.#isOver) this.#parts.roster.schedule()
  }

  #pump(): void {
    while (!this.#isBlocked && !this.#isOver) {
      const batch = this.#waiting.shift()
      if (batch === undefined) return
      this.#isBlocked = !this.#sink.write(batch.bytes, batch.events.length)
    }
  }
}

const finished = { done: true, value: undefined } as const

/** Iterates a list and its changes. `return()` ends a pending `next()`. */
export class RosterIteration<Item> implements AsyncIterator<Item, undefined>, RosterReader {
  readonly #parts: FeedParts
  readonly #toItem: (text: PresenceText) => Item
  readonly #waiting = new Waiting()
  #events: readonly PresenceText[] = []
  #at = 0
  #isKnown = false
  #isOver = false
  #failure: { readonly error: unknown } | undefined
  #lastPull: Promise<unknown> = Promise.resolve()
  #wake: (() => void) | undefined

  constructor(toItem: (text: PresenceText) => Item, parts: FeedParts) {
    this.#toItem = toItem
    this.#parts = parts
  }

  /** A reader that does not pull is not made a list. */
  get needsList(): boolean {
    return this.#waiting.needsList && this.#isKnown && this.#wake !== undefined
  }

  /** Gets the list with the first `next()`, and then what changes in it, once `ready` has resolved. */
  start(ready: Promise<void>): void {
    const { roster, signal } = this.#parts
    roster.readers.add(this)
    void ready.then(() => this.#begin())
    if (signal?.aborted) queueMicrotask(() => this.handleEvent())
    else signal?.addEventListener('abort', this)
  }

  next(): Promise<IteratorResult<Item, undefined>> {
    const pull = this.#lastPull.then(() => this.#pull())
    this.#lastPull = pull.catch(() => {})
    return pull
  }

  return(): Promise<IteratorResult<Item, undefined>> {
    this.#finish()
    return Promise.resolve(finished)
  }

  /** The subscription's signal has aborted. */
  handleEvent(): void {
    this.#fail(this.#parts.signal?.reason)
  }

  take(batch: PresenceBatch): void {
    if (this.#waiting.needsList && !this.needsList) return
    this.#waiting.add(batch)
    this.#advance()
  }

  dismiss(): void {
    this.#fail(new TidingsError('ERR_JOURNAL_CLOSED', 'The channels have been closed.'))
  }

  #begin(): void {
    this.#isKnown = true
    if (!this.#isOver) this.#parts.roster.schedule()
  }

  async #pull(): Promise<IteratorResult<Item, undefined>> {
    while (!this.#isOver) {
      const text = this.#events[this.#at]
      if (text !== undefined) {
        this.#at += 1
        return { done: false, value: this.#toItem(text) }
      }
      const batch = this.#waiting.shift()
      if (batch === undefined) await this.#news()
      else [this.#events, this.#at] = [batch.events, 0]
    }
    const failure = this.#failure
    this.#failure = undefined
    if (failure !== undefined) throw failure.error
    return finished
  }

  #news(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve
      if (this.needsList) this.#parts.roster.schedule()
    })
  }

  #advance(): void {
    const wake = this.#wake
    this.#wake = undefined
    wake?.()
  }

  #fail(error: unknown): void {
    if (this.#isOver) return
    this.#failure = { error }
    this.#finish()
  }

  #finish(): void {
    if (this.#isOver) return
    this.#isOver = true
    const { roster, signal, onEnd } = this.#parts
    roster.readers.delete(this)
    signal?.removeEventListener('abort', this)
    this.#advance()
    onEnd()
  }
}
