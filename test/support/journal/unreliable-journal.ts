// A journal that does everything badly that its contract allows: for the readers of topics to be tried with.
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
  StoredEvent,
  Unwatch,
  WatchedEvent,
  Watcher,
} from '../../../src/journal/index.ts'
import { fillRead, formatPosition } from '../../../src/journal/index.ts'
import type { SeededRandom } from '../../../src/testing/seeded-random.ts'

/** What goes wrong, each in percent of the calls. */
export interface Unreliability {
  readonly lost: number
  readonly doubled: number
  readonly bare: number
  readonly failed: number
  /** The longest that a hint or an answer takes, in milliseconds. */
  readonly delayMs: number
}

/** One log, whatever the topic is called. Remembers everything that was ever appended to it. */
export class UnreliableJournal implements Journal {
  readonly durability = 'none'
  /** How often the log was replaced or has lost its end. */
  disruptions = 0
  /** The data of everything that ever had an id. */
  readonly history = new Map<string, string>()
  /** How far each log was ever trimmed. */
  readonly trimmedBefore = new Map<string, number>()
  unreliability: Unreliability
  readonly #random: SeededRandom
  readonly #watchers = new Set<Watcher>()
  // oxlint-disable-next-line no-restricted-globals -- the virtual clock’s
  #hints = new Set<ReturnType<typeof setTimeout>>()
  #epoch = 'log1'
  #events: StoredEvent[] = []
  #first = 1
  #closed = false
  #nonces = 0
  #erasures = 0

  constructor(random: SeededRandom, unreliability: Unreliability) {
    this.#random = random
    this.unreliability = unreliability
  }

  get watchers(): number {
    return this.#watchers.size
  }

  get tail(): Position {
    return { epoch: this.#epoch, seq: this.#events.length, nonce: this.#events.at(-1)?.nonce ?? '' }
  }

  get first(): number {
    return this.#first
  }

  async append(_topic: string, data: string, { event, close = false }: AppendOptions = {}): Promise<Appended> {
    this.#nonces += 1
    const seq = this.#events.length + 1
    const stored = { seq, nonce: this.#nonces.toString(36), ...(event === undefined ? {} : { event }), data }
    this.#events.push(stored)
    this.#closed = close
    this.history.set(formatPosition(this.tail), data)
    for (const watcher of this.#watchers) this.#hint(watcher, { ...stored, epoch: this.#epoch, closed: close })
    return { position: this.tail, duplicate: false }
  }

  async appendAll(
    topic: string,
    events: readonly NewEvent[],
    { close = false }: AppendAllOptions = {},
  ): Promise<Position> {
    for (const [index, { data, event }] of events.entries()) {
      await this.append(topic, data, { event, close: close && index === events.length - 1 })
    }
    return this.tail
  }

  async erase(_topic: string, { seq }: Position): Promise<boolean> {
    const known = this.#events[seq - 1]
    if (known === undefined || seq < this.#first) return false
    this.#events[seq - 1] = { seq, nonce: known.nonce, data: 'null', erased: true }
    this.#erasures += 1
    for (const watcher of this.#watchers) this.#hint(watcher, undefined)
    return true
  }

  async read(_topic: string, from: ReadFrom, options?: ReadOptions): Promise<Page> {
    await this.#delay()
    this.#maybeFail()
    const page = this.#page(from, fillRead(options).limit)
    await this.#delay()
    return page
  }

  async watch(_topic: string, watcher: Watcher): Promise<Unwatch> {
    await this.#delay()
    this.#maybeFail()
    this.#watchers.add(watcher)
    return async () => void this.#watchers.delete(watcher)
  }

  async trim(_topic: string, before: number): Promise<void> {
    this.#first = Math.min(Math.max(this.#first, before), this.#events.length + 1)
    this.trimmedBefore.set(this.#epoch, this.#first)
  }

  async ready(): Promise<void> {}

  async close(): Promise<void> {}

  /** Another log in the place of this one. */
  replace(): void {
    this.disruptions += 1
    this.#epoch = `log${this.disruptions + 1}`
    this.#events = []
    this.#first = 1
    this.#closed = false
  }

  /** Its last events are gone, and their numbers will be given again. Nobody is connected any more. */
  lose(count: number): void {
    const kept = Math.max(this.#first, this.#events.length - count)
    if (kept >= this.#events.length) return
    this.disruptions += 1
    this.#events = this.#events.slice(0, kept)
    this.interrupt()
  }

  /** All hints that are on their way are lost. */
  interrupt(): void {
    for (const hint of this.#hints) clearTimeout(hint)
    this.#hints = new Set()
    for (const watcher of this.#watchers) watcher.onReconnect()
  }

  #page(from: ReadFrom, limit: number): Page {
    const { epoch, seq: tail, nonce } = this.tail
    const trimmedNonce = this.#events[this.#first - 2]?.nonce ?? ''
    const state = { epoch, first: this.#first, tail, nonce, trimmedNonce, erasures: this.#erasures }
    const page = { ...state, closed: this.#closed, foreign: false, events: [] }
    if (from === 'now') return page
    const position = from === 'start' ? { epoch, seq: 0, nonce: '' } : from
    if (!this.#has(position)) return { ...page, foreign: true }
    const start = Math.max(position.seq, this.#first - 1)
    return { ...page, events: this.#events.slice(start, start + limit) }
  }

  #has({ epoch, seq, nonce }: Position): boolean {
    if (epoch !== this.#epoch || seq > this.#events.length) return false
    const isKnown = seq >= this.#first || seq === this.#events.length
    return nonce === '' || !isKnown || this.#events[seq - 1]?.nonce === nonce
  }

  #hint(watcher: Watcher, event: WatchedEvent | undefined): void {
    const { lost, doubled, bare, delayMs } = this.unreliability
    if (this.#random.chance(lost)) return
    if (this.#random.chance(doubled)) this.#hint(watcher, event)
    const told = this.#random.chance(bare) ? undefined : event
    // oxlint-disable-next-line no-restricted-globals -- the virtual clock’s
    const hint = setTimeout(
      () => {
        this.#hints.delete(hint)
        if (this.#watchers.has(watcher)) watcher.onEvent(told)
      },
      this.#random.number(delayMs + 1),
    )
    this.#hints.add(hint)
  }

  #maybeFail(): void {
    if (this.#random.chance(this.unreliability.failed)) throw new Error('The engine does not answer.')
  }

  #delay(): Promise<void> {
    // oxlint-disable-next-line no-restricted-globals -- the virtual clock’s
    return new Promise((resolve) => setTimeout(resolve, this.#random.number(this.unreliability.delayMs + 1)))
  }
}
