// Another node, as this one sees it: who is present on it, and whether it lives.
import type { Journal, StoredEvent } from '../../journal/index.ts'
import { LogFeed } from '../run/log-feed.ts'
import { parseJson } from '../run/log.ts'
import { NodeLog } from '../run/node-log.ts'
import type { NodeLooks } from '../run/node-looks.ts'
import { isExpired, observe, type Silence } from '../run/silence.ts'
import type { Claims } from './claims.ts'
import { parseRecord, type PresenceRecord, type ToldRoom } from './record.ts'

/** Options of a {@link Peer}. */
export interface PeerParts {
  readonly journal: Journal
  readonly looks: NodeLooks
  readonly claims: Claims
  readonly onError: (error: unknown) => void
}

/** Follows one node. */
export class Peer {
  readonly id: string
  readonly #parts: PeerParts
  readonly #feed: LogFeed
  #silence: Silence | undefined
  #isOver = false
  #hasLeft = false
  /** The whole list that is being read: what it has named so far. */
  #named: Map<string, Set<string>> | undefined
  #isUnreadable = false

  constructor(id: string, parts: PeerParts) {
    const { journal, onError } = parts
    this.id = id
    this.#parts = parts
    this.#feed = new LogFeed({
      journal,
      topic: new NodeLog(journal, id).members,
      epoch: id,
      onEvents: async (events) => this.#take(events),
      // The whole list, which the node writes after a loss, puts everything right.
      onLoss: () => {},
      onError,
    })
  }

  /** Whether it has said that it takes part no longer. */
  get hasLeft(): boolean {
    return this.#hasLeft
  }

  /** Reads what it tells, and watches for more. */
  async read(): Promise<void> {
    if (this.#isOver) return
    this.#feed.watch()
    await this.#feed.read()
  }

  /** Looks for a sign of life; resolves with whether it has been silent for too long. `goodForMs`: if it does not say how long. */
  async isDead(goodForMs: number): Promise<boolean> {
    // Less than the time between two looks, so that each asks anew; other rooms may have asked at the same time.
    const sight = await this.#parts.looks.at(this.id, goodForMs / 6)
    const limitMs = sight.goodForMs ?? goodForMs
    this.#silence = observe(this.#silence, sight, limitMs)
    return isExpired(this.#silence, limitMs)
  }

  /** The journal has not answered: what was seen before proves nothing. */
  doubt(): void {
    this.#silence = undefined
  }

  /** Forgets what it has told, and reads no more. */
  end(isDead: boolean): void {
    const { claims, onError } = this.#parts
    this.#isOver = true
    claims.forget(this.id, new Map(), isDead)
    this.#feed.close().catch(onError)
  }

  #take(events: readonly StoredEvent[]): void {
    // A read may be answered after the end.
    if (this.#isOver) return
    for (const { data } of events) {
      const record = parseRecord(parseJson(data))
      if (record === undefined) this.#reportUnreadable(data)
      else this.#takeRecord(record)
    }
  }

  #takeRecord({ first, last, bye, rooms }: PresenceRecord): void {
    if (first) this.#named = new Map()
    for (const room of rooms) this.#takeRoom(room)
    if (!last || this.#named === undefined) return
    this.#parts.claims.forget(this.id, this.#named, false)
    this.#named = undefined
    this.#hasLeft = bye === true
  }

  #takeRoom({ topic, others, here, gone }: ToldRoom): void {
    const room = this.#parts.claims.open(topic)
    for (const [id, version, info] of here) room.say(this.id, id, { node: this.id, info, version })
    for (const id of gone) room.say(this.id, id, undefined)
    room.sayOthers(this.id, others)
    this.#name(topic, here)
    this.#parts.claims.tidy(topic)
  }

  #name(topic: string, here: ToldRoom['here']): void {
    if (this.#named === undefined) return
    const ids = this.#named.get(topic) ?? new Set()
    for (const [id] of here) ids.add(id)
    this.#named.set(topic, ids)
  }

  #reportUnreadable(data: string): void {
    if (this.#isUnreadable) return
    this.#isUnreadable = true
    const { onError } = this.#parts
    onError(new Error(`What node ${this.id} tells of its members cannot be read: ${data.slice(0, 100)}`))
  }
}
