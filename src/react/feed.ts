// One connection, and all that is subscribed to it.
import { reconnectOnPageEvents } from '../client/internal.ts'
import { stream, type EventStream, type ServerEvent, type StreamOptions } from '../client/index.ts'
import { createBatch } from '../chat/internal.ts'
import { createLife } from './life.ts'

/** How far a stream has come. */
export type StreamStatus = 'connecting' | 'open' | 'reconnecting' | 'ended' | 'error'

/** What a function that opens a stream is given: to be passed on to `stream()`, or to a call of `createClient()`. */
export interface SourceCall {
  /** Where the stream goes on: the id of the last event that was read. */
  readonly lastEventId: string | undefined
  /** Has the status told. */
  readonly onOpen: () => void
  /** Has the status told. */
  readonly onRetry: (notice: { readonly error: unknown }) => void
}

/** What is read: a url, or a function that opens something to iterate. */
export type StreamSource<Event> = string | URL | ((call: SourceCall) => AsyncIterable<Event>)

/** What a feed is at one moment. The same object as long as nothing changes. */
export interface FeedState {
  readonly status: StreamStatus
  readonly error: unknown
  /** How many events have come in all. */
  readonly count: number
}

/** What a {@link Feed} needs. */
export interface FeedOptions {
  readonly source: StreamSource<unknown>
  readonly stream: StreamOptions | undefined
  /** Where the first connection goes on. */
  readonly after: string | undefined
  /** How many events are kept for those who subscribe later. */
  readonly maxEvents: number
  /** How long it is remembered where the stream was once nobody is subscribed any more, in milliseconds. */
  readonly keepMs: number
  /** Called after that time. */
  readonly onIdle: () => void
}

/** An event of a feed; `event` is that of the server where the source is a url. */
export interface FeedEvent {
  readonly data: unknown
  readonly event: ServerEvent | undefined
}

const initialState: FeedState = { status: 'connecting', error: undefined, count: 0 }

/** Reads a source as long as anybody is subscribed, and keeps its last events. */
export class Feed {
  readonly #options: FeedOptions
  readonly #listeners = new Set<() => void>()
  readonly #takers = new Set<() => void>()
  readonly #batch = createBatch(() => this.#publish())
  readonly #life = createLife(() => this.#leave())
  #state = initialState
  #kept: FeedEvent[] = []
  /** Ends what is read now. */
  #close: (() => void) | undefined
  /** Where the source goes on when it is read again. */
  #lastEventId: string
  #forget: ReturnType<typeof setTimeout> | undefined

  constructor(options: FeedOptions) {
    this.#options = options
    this.#lastEventId = options.after ?? ''
  }

  get state(): FeedState {
    return this.#state
  }

  /** The events from the one with this number on, of those that are kept. */
  eventsFrom(number: number): readonly FeedEvent[] {
    const first = this.#state.count - this.#kept.length
    return this.#kept.slice(Math.max(0, number - first))
  }

  /** `take` is called for each event, `listener` at most once an animation frame. Returns a function that undoes it. */
  subscribe(take: () => void, listener: () => void): () => void {
    this.#takers.add(take)
    this.#listeners.add(listener)
    clearTimeout(this.#forget)
    this.#life.begin()
    this.#start()
    return () => {
      this.#takers.delete(take)
      this.#listeners.delete(listener)
      if (this.#listeners.size === 0) this.#life.end()
    }
  }

  /** Reads again what has ended or failed. */
  resume(): void {
    if (!this.#isOver()) return
    this.#close = undefined
    this.#change({ status: 'connecting', error: undefined })
    if (this.#listeners.size > 0) this.#start()
  }

  #start(): void {
    if (this.#close === undefined && !this.#isOver()) void this.#read()
  }

  #isOver(): boolean {
    return this.#state.status === 'ended' || this.#state.status === 'error'
  }

  #leave(): void {
    if (this.#listeners.size > 0) return
    this.#close?.()
    this.#close = undefined
    this.#batch.cancel()
    if (!this.#isOver()) this.#state = { ...this.#state, status: 'connecting' }
    const { keepMs, onIdle } = this.#options
    // What has ended or failed is read anew by whoever comes next.
    if (keepMs === 0 || this.#isOver()) onIdle()
    else this.#forget = setTimeout(onIdle, keepMs)
  }

  async #read(): Promise<void> {
    let isClosed = false
    let end: (() => void) | undefined
    this.#close = () => {
      isClosed = true
      end?.()
    }
    try {
      const events = this.#open((close) => (end = close))
      for await (const event of events) {
        if (isClosed) break
        this.#take(event)
      }
      if (!isClosed) this.#change({ status: 'ended', error: undefined })
    } catch (error) {
      if (!isClosed) this.#change({ status: 'error', error })
    }
    if (!isClosed) this.#batch.flush()
  }

  #open(onClose: (close: () => void) => void): AsyncIterable<FeedEvent> {
    const { source } = this.#options
    return typeof source === 'function' ? this.#openSource(source, onClose) : this.#openUrl(source, onClose)
  }

  async *#openUrl(url: string | URL, onClose: (close: () => void) => void): AsyncGenerator<FeedEvent> {
    const { stream: given = {} } = this.#options
    const lastEventId = this.#lastEventId === '' ? {} : { lastEventId: this.#lastEventId }
    const events = stream(url, {
      ...given,
      ...lastEventId,
      onState: (notice) => {
        if (notice.state === 'open') this.#noteOpen()
        if (notice.state === 'waiting') this.#noteLost(notice.reason)
        return given.onState?.(notice)
      },
    })
    onClose(() => events.close())
    for await (const event of this.#follow(events)) yield { data: event.data, event }
  }

  /** The values of what a function opens. */
  async *#openSource(
    source: (call: SourceCall) => AsyncIterable<unknown>,
    onClose: (close: () => void) => void,
  ): AsyncGenerator<FeedEvent> {
    const opened = source({
      lastEventId: this.#lastEventId === '' ? undefined : this.#lastEventId,
      onOpen: () => this.#noteOpen(),
      onRetry: ({ error }) => this.#noteLost(error),
    })
    if (isEventStream(opened)) {
      onClose(() => opened.close())
      for await (const event of this.#follow(opened)) yield { data: event, event: undefined }
      return
    }
    const iterator = opened[Symbol.asyncIterator]()
    onClose(() => void Promise.resolve(iterator.return?.()).catch(() => {}))
    for (;;) {
      const { done, value } = await iterator.next()
      if (done === true) return
      yield { data: value, event: undefined }
    }
  }

  /** The events of a stream of ours, whose position is kept. */
  async *#follow(events: EventStream): AsyncGenerator<ServerEvent> {
    const undo = reconnectOnPageEvents(events)
    try {
      for await (const event of events) {
        this.#lastEventId = events.lastEventId
        yield event
      }
    } finally {
      // A topic says where it is before its first event.
      if (events.lastEventId !== '') this.#lastEventId = events.lastEventId
      undo()
    }
  }

  #noteOpen(): void {
    this.#change({ status: 'open', error: undefined })
  }

  #noteLost(error: unknown): void {
    this.#change({ status: 'reconnecting', error })
  }

  #take(event: FeedEvent): void {
    this.#kept.push(event)
    // Cut now and then, not for each event.
    if (this.#kept.length > 2 * this.#options.maxEvents) this.#kept = this.#kept.slice(-this.#options.maxEvents)
    this.#change({ status: 'open', error: undefined, count: this.#state.count + 1 })
    for (const take of this.#takers) take()
  }

  #change(change: Partial<FeedState>): void {
    this.#state = { ...this.#state, ...change }
    this.#batch.schedule()
  }

  #publish(): void {
    for (const listener of this.#listeners) listener()
  }
}

function isEventStream(opened: AsyncIterable<unknown>): opened is EventStream {
  return 'lastEventId' in opened && 'reconnect' in opened && 'close' in opened
}
