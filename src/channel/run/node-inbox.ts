// What other nodes have told this one: read at each beat, and at once when a hint arrives.
import type { Journal, Page, Position, Unwatch } from '../../journal/index.ts'
import { parseMessage, type NodeLog, type NodeMessage } from './node-log.ts'
import { sideBySide } from './side-by-side.ts'

/** Options of a {@link NodeInbox}. */
export interface NodeInboxParts {
  readonly journal: Journal
  readonly log: NodeLog
  readonly onError: (error: unknown) => void
  /** Called with each message. Until it resolves the message counts as unread. */
  readonly onMessage: (message: NodeMessage) => Promise<void>
  /** Called when messages may have been lost. */
  readonly onLoss: () => void
}

/** Reads the messages to one node, each at least once. */
export class NodeInbox {
  readonly #parts: NodeInboxParts
  /** What was read last. */
  #position: Position | undefined
  #reading: Promise<void> | undefined
  #mustReadAgain = false
  #unwatch: Promise<Unwatch | undefined> | undefined
  #isDeaf = false

  constructor(parts: NodeInboxParts) {
    this.#parts = parts
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
    const { journal, log, onError, onLoss } = this.#parts
    const read = (): void => void this.read().catch(onError)
    const onReconnect = (): void => {
      onLoss()
      read()
    }
    try {
      const unwatch = await journal.watch(log.inbox, { onEvent: read, onReconnect })
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
    const { log, onLoss } = this.#parts
    const page = await log.messages(this.#position)
    if (page.foreign) {
      // The journal has lost what was read before; what came since then is read from the beginning.
      const mustRead = page.epoch !== '' && this.#position !== undefined
      if (this.#position !== undefined) onLoss()
      this.#position = undefined
      return mustRead
    }
    if (page.first > (this.#position?.seq ?? 0) + 1) onLoss()
    await this.#take(page)
    const last = page.events.at(-1)
    if (last === undefined) return false
    this.#position = { epoch: page.epoch, seq: last.seq, nonce: last.nonce }
    return last.seq < page.tail
  }

  async #take({ events }: Page): Promise<void> {
    const { onMessage, onLoss } = this.#parts
    const messages: NodeMessage[] = []
    for (const { data } of events) {
      const message = parseMessage(data)
      if (message === undefined) onLoss()
      else messages.push(message)
    }
    await sideBySide(messages, onMessage)
  }
}
