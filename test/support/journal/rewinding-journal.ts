// A journal that comes back from an older state, as an engine does that was restored from a copy.
import {
  memoryJournal,
  type Appended,
  type AppendOptions,
  type Journal,
  type Page,
  type ReadFrom,
  type Unwatch,
  type Watcher,
} from '../../../src/journal/index.ts'

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

export class RewindingJournal implements Journal {
  readonly durability = 'none'
  #inner = memoryJournal()
  #stored: readonly Stored[] = []
  readonly #watches = new Set<Watch>()

  async append(topic: string, data: string, options: AppendOptions = {}): Promise<Appended> {
    const appended = await this.#inner.append(topic, data, options)
    const { epoch } = appended.position
    this.#stored = [...this.#stored, { topic, data, options: { ...options, epoch, expectSeq: undefined } }]
    return appended
  }

  read(topic: string, from: ReadFrom, limit: number): Promise<Page> {
    return this.#inner.read(topic, from, limit)
  }

  async watch(topic: string, watcher: Watcher): Promise<Unwatch> {
    const watch = { topic, watcher, unwatch: this.#inner.watch(topic, watcher) }
    this.#watches.add(watch)
    return async () => {
      this.#watches.delete(watch)
      await (
        await watch.unwatch
      )()
    }
  }

  trim(topic: string, before: number): Promise<void> {
    return this.#inner.trim(topic, before)
  }

  async ready(): Promise<void> {}

  async close(): Promise<void> {}

  /** Loses the last `count` appends to the topics that `isLost` names. Nobody is told. */
  async rewind(count: number, isLost: (topic: string) => boolean = () => true): Promise<void> {
    const lost = new Set(this.#stored.filter(({ topic }) => isLost(topic)).slice(-count))
    const kept = this.#stored.filter((stored) => !lost.has(stored))
    const inner = memoryJournal()
    for (const { topic, data, options } of kept) await inner.append(topic, data, options)
    this.#inner = inner
    this.#stored = kept
    for (const watch of this.#watches) watch.unwatch = inner.watch(watch.topic, watch.watcher)
  }

  /** Everything that was appended to the topics that `isMeant` names. */
  stored(isMeant: (topic: string) => boolean): number {
    return this.#stored.filter(({ topic }) => isMeant(topic)).length
  }
}
