// What other nodes have told this one: read at each beat, and at once when a hint arrives.
import type { Journal, Position, Unwatch } from '../../journal/index.ts'
import { parseMessage, type NodeLog, type NodeMessage } from './node-log.ts'

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
  #unwatch: Promise<Unwatch> | undefined

  constructor(parts: NodeInboxParts) {
    this.#parts = parts
  }

  /** Watches for hints, until {@link close}. Rejects if the journal does not answer. */
  async watch(): Promise<void> {
    const { journal, log, onError, onLoss } = this.#parts
    const read = (): void => void this.read().catch(onError)
    this.#unwatch ??= journal.watch(log.inbox, {
      onEvent: read,
      onReconnect: () => {
        onLoss()
        read()
      },
    })
    try {
      await this.#unwatch
    } catch (error) {
      this.#unwatch = undefined
      throw error
    }
  }

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
    this.#reading ??= this.#readAll().finally(() => {
      this.#reading = undefined
    })
    return this.#reading
  }

  async #readAll(): Promise<void> {
    while (this.#mustReadAgain) {
      this.#mustReadAgain = false
      if (await this.#readPage()) this.#mustReadAgain = true
    }
  }

  /** Resolves with whether there may be more. */
  async #readPage(): Promise<boolean> {
    const { log, onMessage, onLoss } = this.#parts
    const page = await log.messages(this.#position)
    if (page.foreign) {
      // The journal has lost what was read before; what came since then is read from the beginning.
      const isThere = page.epoch !== '' && this.#position !== undefined
      this.#position = undefined
      return isThere
    }
    if (page.first > (this.#position?.seq ?? 0) + 1) onLoss()
    for (const { data, seq, nonce } of page.events) {
      const message = parseMessage(data)
      if (message === undefined) onLoss()
      else await onMessage(message)
      this.#position = { epoch: page.epoch, seq, nonce }
    }
    return page.events.length > 0 && (this.#position?.seq ?? 0) < page.tail
  }
}
