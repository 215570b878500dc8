// Another node, as this one sees it: who is present on it, and whether it lives.
import type { Journal, StoredEvent } from '../../journal/index.ts'
import { LogFeed } from '../run/log-feed.ts'
import { parseJson } from '../run/log.ts'
import { NodeLog } from '../run/node-log.ts'
import type { NodeLooks } from '../run/node-looks.ts'
import { isExpired, observe, type Silence } from '../run/silence.ts'
import type { Claims } from './claims.ts'
import { parseRecord, type PresenceRecord, type ToldMember, type ToldRoom } from './record.ts'

/** Options of a {@link Peer}. */
export interface PeerParts {
  readonly journal: Journal
  readonly looks: NodeLooks
  readonly claims: Claims
  readonly onError: (error: unknown) => void
}

/** What was last told of each member of a topic, `undefined` of those that have left, and how many others there are. */
interface RoomNews {
  readonly members: Map<string, ToldMember | undefined>
  others: number
}

/** Follows one node. */
export class Peer {
  readonly id: string
  readonly #parts: PeerParts
  readonly #feed: LogFeed
  #silence: Silence | undefined
  #isOver = false
  #hasLeft = false
  /** Whether its log was read to the end once. Nobody is told of what had been before. */
  #isCaughtUp = false
  /** What was read and is not known to others here yet, by topic. */
  readonly #news = new Map<string, RoomNews>()
  /** Whether the news are a whole list, and whether more of that list is to come. */
  #isWhole = false
  #isPartial = false
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
    this.#isCaughtUp = true
    this.#tell()
  }

  /**
   * Looks for a sign of life; resolves with whether it has been silent for too long: for as long as it says, and for `goodForMs`
   * at least, since this node looks too seldom to be certain of less.
   */
  async isDead(goodForMs: number): Promise<boolean> {
    // Less than the time between two looks, so that each asks anew; other rooms may have asked at the same time.
    const sight = await this.#parts.looks.at(this.id, goodForMs / 6)
    const limitMs = Math.max(sight.goodForMs ?? 0, goodForMs)
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
    claims.forget(this.id, () => undefined, isDead)
    this.#feed.close().catch(onError)
  }

  #take(events: readonly StoredEvent[]): void {
    for (const { data } of events) {
      const record = parseRecord(parseJson(data))
      if (record === undefined) this.#reportUnreadable(data)
      else this.#takeRecord(record)
    }
    if (this.#isCaughtUp) this.#tell()
  }

  #takeRecord({ first, last, bye, rooms }: PresenceRecord): void {
    if (first) {
      this.#news.clear()
      this.#isWhole = true
      this.#isPartial = true
    }
    for (const room of rooms) this.#takeRoom(room)
    if (!last) return
    this.#isPartial = false
    this.#hasLeft = bye === true
  }

  #takeRoom({ topic, others, here, gone }: ToldRoom): void {
    const news = this.#news.get(topic) ?? { members: new Map(), others }
    for (const member of here) news.members.set(member[0], member)
    for (const id of gone) news.members.set(id, undefined)
    news.others = others
    this.#news.set(topic, news)
  }

  /** Tells of the news at once: somebody who has come and gone between two reads was never here. */
  #tell(): void {
    // A read may be answered after the end.
    if (this.#isPartial || this.#isOver) return
    const { claims } = this.#parts
    for (const [topic, { members, others }] of this.#news) {
      const room = claims.open(topic)
      for (const [id, told] of members) {
        room.say(this.id, id, told && { node: this.id, version: told[1], info: told[2] })
      }
      room.sayOthers(this.id, others)
      claims.tidy(topic)
    }
    if (this.#isWhole) claims.forget(this.id, (topic) => this.#news.get(topic)?.members, false)
    this.#isWhole = false
    this.#news.clear()
  }

  #reportUnreadable(data: string): void {
    if (this.#isUnreadable) return
    this.#isUnreadable = true
    const { onError } = this.#parts
    onError(new Error(`What node ${this.id} tells of its members cannot be read: ${data.slice(0, 100)}`))
  }
}
