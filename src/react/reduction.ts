// What the events of a feed come to for one component.
import type { ServerEvent } from '../client/index.ts'
import { Feed, type FeedOptions, type StreamStatus } from './feed.ts'

/** What a component is told. The same object as long as nothing changes. */
export interface Reduced {
  readonly status: StreamStatus
  readonly error: unknown
  readonly value: unknown
}

/** What a {@link Reduction} needs. */
export interface ReductionOptions {
  /** The feeds that are shared, by their keys; `undefined`: a feed of its own. */
  readonly key: string | undefined
  readonly feed: Omit<FeedOptions, 'onIdle'>
  readonly initial: unknown
  /** Left out, the value is a list of the data of the last events. */
  readonly reduce: ((value: unknown, data: unknown, event: ServerEvent | undefined) => unknown) | undefined
}

/** Feeds with subscribers. Empty where components are only rendered, as on a server. */
const shared = new Map<string, Feed>()

/** Folds the events of a feed, each once, as they come. */
export class Reduction {
  readonly #options: ReductionOptions
  #feed: Feed | undefined
  #count = 0
  #value: unknown
  #failure: readonly [error: unknown] | undefined
  #reduced: Reduced

  readonly #initial: Reduced

  constructor(options: ReductionOptions) {
    this.#options = options
    this.#value = options.initial
    this.#initial = { status: 'connecting', error: undefined, value: options.initial }
    this.#reduced = this.#initial
    // What is known already is shown from the first render on.
    const known = options.key === undefined ? undefined : shared.get(options.key)
    if (known === undefined) return
    this.#feed = known
    this.#catchUp(known)
  }

  /** What it begins with, also on a server. */
  readonly getInitial = (): Reduced => this.#initial

  /** Throws what `reduce` has thrown: React's error boundaries are for that. */
  readonly get = (): Reduced => {
    if (this.#failure !== undefined) throw this.#failure[0]
    this.#collect()
    const { status, error } = this.#feed?.state ?? this.#reduced
    const { status: before, error: errorBefore, value } = this.#reduced
    if (status !== before || error !== errorBefore || this.#value !== value) {
      this.#reduced = { status, error, value: this.#value }
    }
    return this.#reduced
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    const feed = this.#join()
    const leave = feed.subscribe(() => this.#catchUp(feed), listener)
    this.#catchUp(feed)
    return leave
  }

  /** Reads again what has ended or failed. */
  resume(): void {
    this.#feed?.resume()
  }

  #join(): Feed {
    const { key, feed: options } = this.#options
    const known = key === undefined ? undefined : shared.get(key)
    if (known !== undefined && known !== this.#feed) {
      // Another connection: what it has told is told from its beginning.
      this.#count = 0
      this.#value = this.#options.initial
    }
    const feed: Feed = known ?? this.#feed ?? new Feed({ ...options, onIdle: () => forget(key, feed) })
    if (key !== undefined) shared.set(key, feed)
    this.#feed = feed
    return feed
  }

  /** Makes the list of the last events, for a value that is nothing else: once for all that have come since. */
  #collect(): void {
    const { reduce, feed: options } = this.#options
    const { count } = this.#feed?.state ?? { count: 0 }
    if (reduce !== undefined || this.#count === count) return
    this.#count = count
    this.#value = this.#feed?.eventsFrom(count - options.maxEvents).map(({ data }) => data)
  }

  #catchUp(feed: Feed): void {
    const { reduce } = this.#options
    if (feed !== this.#feed || reduce === undefined) return
    const events = feed.eventsFrom(this.#count)
    this.#count = feed.state.count
    try {
      for (const { data, event } of events) this.#value = reduce(this.#value, data, event)
    } catch (error) {
      this.#failure ??= [error]
    }
  }
}

function forget(key: string | undefined, feed: Feed): void {
  if (key !== undefined && shared.get(key) === feed) shared.delete(key)
}
