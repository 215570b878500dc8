// A journal in memory that tells what it was asked, and that the test can make deaf, slow or absent.
import {
  memoryJournal,
  type AppendAllOptions,
  type Appended,
  type AppendOptions,
  type Journal,
  type NewEvent,
  type Page,
  type Position,
  type ReadFrom,
  type ReadOptions,
  type Unwatch,
  type WatchedEvent,
  type Watcher,
} from '../../../src/journal/index.ts'
import { createGate, type Gate } from '../time/gate.ts'

export class SpyingJournal implements Journal {
  readonly durability = 'none'
  /** What keeps the events. Appending here is what another process does. */
  readonly inner: Journal
  appends = 0
  reads = 0
  watches = 0
  /** Watches that have not been ended. */
  watching = 0
  closes = 0
  /** How many events the largest page had. */
  largestPage = 0
  /** Hints are lost while it is deaf. */
  isDeaf = false
  /** What every call rejects with; nothing: it answers. */
  failure: Error | undefined
  /** Has the last word about each page. */
  change: (page: Page, from: ReadFrom) => Page = (page) => page
  readonly #watchers = new Set<Watcher>()
  #held: Gate | undefined

  constructor(inner: Journal = memoryJournal()) {
    this.inner = inner
  }

  async append(topic: string, data: string, options?: AppendOptions): Promise<Appended> {
    this.appends += 1
    this.#fail()
    return this.inner.append(topic, data, options)
  }

  async appendAll(topic: string, events: readonly NewEvent[], options?: AppendAllOptions): Promise<Position> {
    this.appends += 1
    this.#fail()
    return this.inner.appendAll(topic, events, options)
  }

  async erase(topic: string, position: Position): Promise<boolean> {
    this.#fail()
    return this.inner.erase(topic, position)
  }

  async read(topic: string, from: ReadFrom, options?: ReadOptions): Promise<Page> {
    this.reads += 1
    this.#fail()
    const page = this.change(await this.inner.read(topic, from, options), from)
    this.largestPage = Math.max(this.largestPage, page.events.length)
    await this.#held?.opened
    return page
  }

  async watch(topic: string, watcher: Watcher): Promise<Unwatch> {
    this.watches += 1
    this.#fail()
    this.watching += 1
    this.#watchers.add(watcher)
    const unwatch = await this.inner.watch(topic, {
      onEvent: (event) => this.isDeaf || watcher.onEvent(event),
      onReconnect: () => watcher.onReconnect(),
    })
    return async () => {
      this.watching -= 1
      this.#watchers.delete(watcher)
      await unwatch()
    }
  }

  trim(topic: string, before: number): Promise<void> {
    return this.inner.trim(topic, before)
  }

  async ready(): Promise<void> {
    this.#fail()
  }

  async close(): Promise<void> {
    this.closes += 1
  }

  /** Answers of reads stay on their way until the returned function is called; they say what was when they were asked. */
  hold(): () => void {
    const gate = createGate()
    this.#held = gate
    return () => {
      this.#held = undefined
      gate.open()
    }
  }

  /** Tells all watchers what the engine would tell. */
  hint(event?: WatchedEvent): void {
    for (const watcher of this.#watchers) watcher.onEvent(event)
  }

  reconnect(): void {
    for (const watcher of this.#watchers) watcher.onReconnect()
  }

  #fail(): void {
    if (this.failure !== undefined) throw this.failure
  }
}
