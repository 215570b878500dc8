// A journal that comes back from an older state, as an engine does that was restored from a copy.
import {
  memoryJournal,
  type AppendAllOptions,
  type Appended,
  type AppendOptions,
  type NewEvent,
  type Position,
  type Unwatch,
  type Watcher,
} from '../../../src/journal/index.ts'
import { ForwardingJournal } from './forwarding-journal.ts'
import { NoncedJournal, placeOf } from './nonced-journal.ts'

interface Stored {
  readonly topic: string
  readonly data: string
  readonly options: AppendOptions
}

interface Watch {
  readonly topic: string
  readonly watcher: Watcher
  unwatch: Promise<Unwatch>
}

/** Its events have nonces: a position in what it has lost is foreign to it, also once the number was given to another. */
export class RewindingJournal extends ForwardingJournal {
  #present: NoncedJournal
  #stored: readonly Stored[] = []
  readonly #watches = new Set<Watch>()

  constructor() {
    const present = new NoncedJournal(memoryJournal())
    super(present)
    this.#present = present
  }

  override async append(topic: string, data: string, options: AppendOptions = {}): Promise<Appended> {
    const present = this.#present
    const appended = await super.append(topic, data, options)
    const { epoch } = appended.position
    this.#store(present, [{ topic, data, options: { ...options, epoch, expectSeq: undefined } }])
    return appended
  }

  override async appendAll(
    topic: string,
    events: readonly NewEvent[],
    options: AppendAllOptions = {},
  ): Promise<Position> {
    const present = this.#present
    const position = await super.appendAll(topic, events, options)
    const stored = events.map(({ data, event }, index) => {
      const close = options.close === true && index === events.length - 1
      return { topic, data, options: { event, close, epoch: position.epoch, retention: options.retention } }
    })
    this.#store(present, stored)
    return position
  }

  /** What was taken by a state that is gone meanwhile is lost as well. */
  #store(present: NoncedJournal, stored: readonly Stored[]): void {
    if (present === this.#present) this.#stored = [...this.#stored, ...stored]
  }

  override async watch(topic: string, watcher: Watcher): Promise<Unwatch> {
    const watch = { topic, watcher, unwatch: this.inner.watch(topic, watcher) }
    this.#watches.add(watch)
    return async () => {
      this.#watches.delete(watch)
      await (
        await watch.unwatch
      )()
    }
  }

  /** Loses the last `count` appends to the topics that `isLost` names. Nobody is told. */
  async rewind(count: number, isLost: (topic: string) => boolean = () => true): Promise<void> {
    const lost = new Set(this.#stored.filter(({ topic }) => isLost(topic)).slice(-count))
    const kept = this.#stored.filter((stored) => !lost.has(stored))
    const inner = memoryJournal()
    const nonces = new Map<string, string>()
    for (const { topic, data, options } of kept) {
      const { seq } = (await inner.append(topic, data, options)).position
      nonces.set(placeOf(topic, seq), this.#present.nonceAt(topic, seq))
    }
    this.#present = new NoncedJournal(inner, nonces)
    this.inner = this.#present
    this.#stored = kept
    for (const watch of this.#watches) watch.unwatch = this.inner.watch(watch.topic, watch.watcher)
  }

  /** Everything that was appended to the topics that `isMeant` names. */
  stored(isMeant: (topic: string) => boolean): number {
    return this.#stored.filter(({ topic }) => isMeant(topic)).length
  }
}
