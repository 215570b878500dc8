// What other nodes have told this one.
import type { Journal, StoredEvent } from '../../journal/index.ts'
import { LogFeed } from './log-feed.ts'
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
  readonly #feed: LogFeed

  constructor(parts: NodeInboxParts) {
    const { journal, log, onError, onLoss } = parts
    this.#parts = parts
    const onEvents = (events: readonly StoredEvent[]): Promise<void> => this.#take(events)
    this.#feed = new LogFeed({ journal, topic: log.inbox, epoch: log.id, onEvents, onLoss, onError })
  }

  /** Watches for hints, until {@link close}. If that is not possible it is tried again with the next call. */
  watch(): void {
    this.#feed.watch()
  }

  /** Ends the watch. Not to be waited for: the journal may be away. */
  close(): Promise<void> {
    return this.#feed.close()
  }

  /** Resolves once everything was read that was there when this was called. Calls during a read share one further read. */
  read(): Promise<void> {
    return this.#feed.read()
  }

  async #take(events: readonly StoredEvent[]): Promise<void> {
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
