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

export class RewindingJournal extends ForwardingJournal {
  #stored: readonly Stored[] = []
  readonly #watches = new Set<Watch>()

  constructor() {
    super(memoryJournal())
  }

  override async append(topic: string, data: string, options: AppendOptions = {}): Promise<Appended> {
    const appended = await super.append(topic, data, options)
    const { epoch } = appended.position
    this.#stored = [...this.#stored, { topic, data, options: { ...options, epoch, expectSeq: undefined } }]
    return appended
  }

  override async appendAll(
    topic: string,
    events: readonly NewEvent[],
    options: AppendAllOptions = {},
  ): Promise<Position> {
    const position = await super.appendAll(topic, events, options)
    const stored = events.map(({ data, event }, index) => {
      const close = options.close === true && index === events.length - 1
      return { topic, data, options: { event, close, epoch: position.epoch, retention: options.retention } }
    })
    this.#stored = [...this.#stored, ...stored]
    return position
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
    for (const { topic, data, options } of kept) await inner.append(topic, data, options)
    this.inner = inner
    this.#stored = kept
    for (const watch of this.#watches) watch.unwatch = inner.watch(watch.topic, watch.watcher)
  }

  /** Everything that was appended to the topics that `isMeant` names. */
  stored(isMeant: (topic: string) => boolean): number {
    return this.#stored.filter(({ topic }) => isMeant(topic)).length
  }
}
