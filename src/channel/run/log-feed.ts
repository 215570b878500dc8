// A log that other nodes write and this one reads: at each beat, and at once when a hint arrives.
import type { Journal, Page, Position, StoredEvent, Unwatch } from '../../journal/index.ts'

/** Options of a {@link LogFeed}. */
export interface LogFeedParts {
  readonly journal: Journal
  readonly topic: string
  /** The epoch that the log is made with, so that reading it never makes one. */
  readonly epoch: string
  /** Called with what a read has brought. Until it resolves the events count as unread. */
  readonly onEvents: (events: readonly StoredEvent[]) => Promise<void>
  /** Called when events may have been lost. */
  readonly onLoss: () => void
  readonly onError: (error: unknown) => void
}

/** Reads the events of one log, each at least once. */
export class LogFeed {
  readonly #parts: LogFeedParts
  /** What was read last. */
  #position: Position | undefined
  #reading: Promise<void> | undefined
  #mustReadAgain = false
  #unwatch: Promise<Unwatch | undefined> | undefined
  #isDeaf = false

  constructor(parts: LogFeedParts) {
    this.#parts = parts
  }

  /** The number of the event that was read last; 0 before the first. */
  get seq(): number {
    return this.#position?.seq ?? 0
  }

  /** Watches for hints, until {@link close}. If that is not possible it is tried again with the next call. */
  watch(): void {
    if (this.#unwatch !== undefined) return
    const opened = this.#open()
    this.#unwatch = opened
    void this.#forgetIfFailed(opened)
  }

  async #forgetIfFailed(opened: Promise<Unwatch | undefined>): Promise<void> {
    const unwatch = await opened
    if (unwatch === undefined && this.#unwatch === opened) this.#unwatch = undefined
  }

  /** Resolves with `undefined` if the journal does not take the watch. */
  async #open(): Promise<Unwatch | undefined> {
    const { journal, topic, onError, onLoss } = this.#parts
    const read = (): void => void this.read().catch(onError)
    const onReconnect = (): void => {
      onLoss()
      read()
    }
    try {
      const unwatch = await journal.watch(topic, { onEvent: read, onReconnect })
      this.#isDeaf = false
      return unwatch
    } catch (error) {
      if (!this.#isDeaf) onError(error)
      this.#isDeaf = true
      return undefined
    }
  }

  /** Ends the watch. Not to be waited for: the journal may be away. */
  async close(): Promise<void> {
    const unwatch = this.#unwatch
    this.#unwatch = undefined
    await (
      await unwatch
    )?.()
  }

  /** Resolves once everything was read that was there when this was called. Calls during a read share one further read. */
  read(): Promise<void> {
    this.#mustReadAgain = true
    this.#reading ??= this.#readAll()
    return this.#reading
  }

  async #readAll(): Promise<void> {
    try {
      while (this.#mustReadAgain) {
        this.#mustReadAgain = false
        if (await this.#readPage()) this.#mustReadAgain = true
      }
    } finally {
      // In the same turn as the check for more to read: a call in between would be lost.
      this.#reading = undefined
    }
  }

  /** Resolves with whether there may be more. */
  async #readPage(): Promise<boolean> {
    const { onEvents, onLoss } = this.#parts
    const page = await this.#nextPage()
    if (page.foreign) {
      // The journal has lost what was read before; what came since then is read from the beginning.
      const mustRead = page.epoch !== '' && this.#position !== undefined
      if (this.#position !== undefined) onLoss()
      this.#position = undefined
      return mustRead
    }
    if (page.first > this.seq + 1) onLoss()
    await onEvents(page.events)
    const last = page.events.at(-1)
    if (last === undefined) return false
    this.#position = { epoch: page.epoch, seq: last.seq, nonce: last.nonce }
    return last.seq < page.tail
  }

  #nextPage(): Promise<Page> {
    const { journal, topic, epoch } = this.#parts
    return journal.read(topic, this.#position ?? { epoch, seq: 0, nonce: '' }, { limit: 1000 })
  }
}
