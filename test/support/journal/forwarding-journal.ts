// A journal that passes every call on to another: what tests make their own journals of.
import type {
  AppendAllOptions,
  Appended,
  AppendOptions,
  Journal,
  NewEvent,
  Page,
  Position,
  ReadFrom,
  ReadOptions,
  Unwatch,
  Watcher,
} from '../../../src/journal/index.ts'

export class ForwardingJournal implements Journal {
  readonly durability = 'none'
  inner: Journal

  constructor(inner: Journal) {
    this.inner = inner
  }

  append(topic: string, data: string, options?: AppendOptions): Promise<Appended> {
    return this.inner.append(topic, data, options)
  }

  appendAll(topic: string, events: readonly NewEvent[], options?: AppendAllOptions): Promise<Position> {
    return this.inner.appendAll(topic, events, options)
  }

  read(topic: string, from: ReadFrom, options?: ReadOptions): Promise<Page> {
    return this.inner.read(topic, from, options)
  }

  erase(topic: string, position: Position): Promise<boolean> {
    return this.inner.erase(topic, position)
  }

  watch(topic: string, watcher: Watcher): Promise<Unwatch> {
    return this.inner.watch(topic, watcher)
  }

  trim(topic: string, before: number): Promise<void> {
    return this.inner.trim(topic, before)
  }

  ready(): Promise<void> {
    return this.inner.ready()
  }

  async close(): Promise<void> {}
}
