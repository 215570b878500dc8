// The feed of a chat: which answers begin in it, whoever has asked for them. It is read while the page is seen.
import { reconnectOnPageEvents } from '../../client/internal.ts'
import { stream, type EventStream } from '../../client/index.ts'
import type { ChatRetryOptions } from '../options.ts'
import type { Wire } from '../wire/wire.ts'

/** What a {@link RunFeed} needs. */
export interface RunFeedOptions {
  readonly wire: Wire
  readonly chatId: string
  readonly retry: ChatRetryOptions
  readonly idleTimeoutMs: number | false
  /** Told of runs that have begun; of some again where a connection was lost. */
  readonly onRuns: (runIds: readonly string[]) => void
}

/**
 * Reads the feed of a chat. A page that is not seen has no connection: browsers keep few to one server, for all of its pages.
 * Once it is seen again it is told of what it has missed.
 */
export class RunFeed {
  readonly #options: RunFeedOptions
  #events: EventStream | undefined
  #lastEventId = ''
  #hasBegun = false
  #isOver = false
  #unlisten: () => void = () => {}

  constructor(options: RunFeedOptions) {
    this.#options = options
  }

  /** Begins to read; nothing where that was done already. */
  begin(): void {
    if (this.#hasBegun) return
    this.#hasBegun = true
    const page: unknown = Reflect.get(globalThis, 'document')
    if (page instanceof EventTarget) {
      const look = (): void => (isHidden() ? this.#leaveUnseen() : this.#follow())
      page.addEventListener('visibilitychange', look)
      this.#unlisten = () => page.removeEventListener('visibilitychange', look)
    }
    this.#follow()
  }

  close(): void {
    this.#isOver = true
    this.#unlisten()
    this.#leave()
  }

  /** Not before there is a place to come back to: what begins meanwhile would be missed. */
  #leaveUnseen(): void {
    if (isHidden() && this.#lastEventId !== '') this.#leave()
  }

  #leave(): void {
    this.#events?.close()
    this.#events = undefined
  }

  #follow(): void {
    if (this.#isOver || this.#events !== undefined) return
    const { wire, chatId, retry, idleTimeoutMs } = this.#options
    const { credentials } = wire
    const events = stream(wire.urlOf(chatId, 'runs'), {
      headers: wire.headers({}),
      fetch: wire.fetch,
      retry: { ...retry, attempts: Infinity },
      idleTimeoutMs,
      ...(this.#lastEventId !== '' && { lastEventId: this.#lastEventId }),
      ...(credentials !== undefined && { credentials }),
    })
    this.#events = events
    void this.#read(events)
  }

  async #read(events: EventStream): Promise<void> {
    const undo = reconnectOnPageEvents(events)
    try {
      for await (const { event, data } of events) {
        if (this.#events !== events) return
        this.#lastEventId = events.lastEventId
        if (event === 'runs') this.#options.onRuns(runIdsOf(data))
        this.#leaveUnseen()
      }
    } catch {
      // The server has no feed, or does not let this page read it: the chat goes on without.
      if (this.#events === events) this.close()
    } finally {
      undo()
    }
  }
}

function isHidden(): boolean {
  return Reflect.get(Object(Reflect.get(globalThis, 'document')), 'visibilityState') === 'hidden'
}

function runIdsOf(data: unknown): readonly string[] {
  const runIds: unknown = Reflect.get(Object(data), 'runIds')
  return Array.isArray(runIds) ? runIds.filter((id): id is string => typeof id === 'string') : []
}
