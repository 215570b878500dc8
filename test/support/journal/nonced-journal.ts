// A journal that gives each event a nonce, as every engine has to that may lose what it has acknowledged.
import {
  createNonce,
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
  type Watcher,
} from '../../../src/journal/index.ts'
import { ForwardingJournal } from './forwarding-journal.ts'

/** Gives nonces to the events of a journal that has none. None of its logs may be forgotten and begun again. */
export class NoncedJournal extends ForwardingJournal {
  readonly #nonces: Map<string, string>

  /** `known` are the nonces of what the journal has already, by {@link placeOf}. */
  constructor(inner: Journal, known: Iterable<readonly [string, string]> = []) {
    super(inner)
    this.#nonces = new Map(known)
  }

  /** The nonce of an event that is, or was, in the log; `''` before the first. */
  nonceAt(topic: string, seq: number): string {
    if (seq === 0) return ''
    const place = placeOf(topic, seq)
    const nonce = this.#nonces.get(place) ?? createNonce()
    this.#nonces.set(place, nonce)
    return nonce
  }

  override async append(topic: string, data: string, options?: AppendOptions): Promise<Appended> {
    const { position, duplicate } = await super.append(topic, data, options)
    return { position: this.#withNonce(topic, position), duplicate }
  }

  override async appendAll(topic: string, events: readonly NewEvent[], options?: AppendAllOptions): Promise<Position> {
    return this.#withNonce(topic, await super.appendAll(topic, events, options))
  }

  override async read(topic: string, from: ReadFrom, options?: ReadOptions): Promise<Page> {
    const page = await super.read(topic, typeof from === 'string' ? from : { ...from, nonce: '' }, options)
    const foreign = page.foreign || (typeof from !== 'string' && this.#isOther(topic, from, page.first))
    return {
      ...page,
      nonce: this.nonceAt(topic, page.tail),
      trimmedNonce: this.nonceAt(topic, page.first - 1),
      foreign,
      events: foreign ? [] : page.events.map((event) => this.#withNonce(topic, event)),
    }
  }

  override async erase(topic: string, position: Position): Promise<boolean> {
    // To the journal within, a position with a nonce is of another log.
    const isThis = position.nonce === this.nonceAt(topic, position.seq)
    return super.erase(topic, isThis ? { ...position, nonce: '' } : position)
  }

  override watch(topic: string, watcher: Watcher): Promise<Unwatch> {
    return super.watch(topic, {
      onEvent: (event) => watcher.onEvent(event && this.#withNonce(topic, event)),
      onReconnect: () => watcher.onReconnect(),
    })
  }

  #withNonce<Placed extends { readonly seq: number }>(
    topic: string,
    placed: Placed,
  ): Placed & { readonly nonce: string } {
    return { ...placed, nonce: this.nonceAt(topic, placed.seq) }
  }

  /** The nonce before the first event that is kept is known, and none before that one. */
  #isOther(topic: string, { seq, nonce }: Position, first: number): boolean {
    return nonce !== '' && seq >= first - 1 && nonce !== this.nonceAt(topic, seq)
  }
}

/** The place of an event among all topics. */
export function placeOf(topic: string, seq: number): string {
  return `${seq} ${topic}`
}
