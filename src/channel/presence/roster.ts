// The list of who is present in one topic, as readers of this process see it: bounded, and without those who only reload a page.
import { BatchTimer } from '../hub/batch-timer.ts'
import type { Room, RoomListener } from './claims.ts'
import { memberJson } from './member.ts'
import { PresenceBatch, type PresenceStatus, type PresenceText } from './presence-event.ts'

/** The bounds of a list. */
export interface RosterLimits {
  readonly maxMembers: number
  /** How long a member that has gone is kept, in milliseconds: it may come back. */
  readonly graceMs: number
}

/** A reader of a list. Its methods do not throw. */
export interface RosterReader {
  /** Whether it is to get the whole list, in place of what has changed. */
  readonly needsList: boolean
  take(batch: PresenceBatch): void
  /** The channels are closed. */
  dismiss(): void
}

/** About the most characters of a list: with less than `maxEventBytes` of the clients, 16 Mi. */
const mostChars = 4 * 1024 * 1024

/** Keeps the list, and tells its readers of changes, those of one turn together. */
export class Roster implements RoomListener {
  readonly readers: Set<RosterReader> = new Set()
  readonly #room: Room
  readonly #limits: RosterLimits
  readonly #isStale: () => boolean
  readonly #timer = new BatchTimer(() => this.#flush())
  /** The members that are listed, each with its info. */
  readonly #listed = new Map<string, string>()
  /** The members for which there is no room, in the order in which they came. */
  readonly #waiting = new Set<string>()
  /** Those of the list that have gone, and when each is given up, by `performance.now()`. */
  readonly #leaving = new Map<string, number>()
  /** Those with whom something has happened since the last flush, as they were listed then; `undefined`: they were not. */
  readonly #changed = new Map<string, string | undefined>()
  #chars = 0
  #told: PresenceStatus
  #giveUp: ReturnType<typeof setTimeout> | undefined

  constructor(room: Room, limits: RosterLimits, isStale: () => boolean) {
    this.#room = room
    this.#limits = limits
    this.#isStale = isStale
    for (const id of room.ids) this.#add(id)
    this.#changed.clear()
    this.#told = this.status
    room.listeners.add(this)
  }

  get status(): PresenceStatus {
    return { others: this.#waiting.size + this.#room.others, isStale: this.#isStale() }
  }

  /** The whole list as JSON. */
  toJson(): string {
    const members = Array.from(this.#listed, ([id, info]) => memberJson(id, info))
    const { others, isStale } = this.status
    return `{"members":[${members.join()}],"others":${others},"isStale":${isStale}}`
  }

  onMember(id: string, isDead: boolean): void {
    const claim = this.#room.get(id)
    if (claim === undefined) this.#miss(id, isDead)
    else if (this.#listed.has(id)) this.#keep(id, claim.info)
    else this.#add(id)
    this.schedule()
  }

  onOthers(): void {
    this.schedule()
  }

  /** Readers are told soon: of what has changed, or, those that need it, of the whole. */
  schedule(): void {
    this.#timer.schedule()
  }

  end(): void {
    this.#room.listeners.delete(this)
    clearTimeout(this.#giveUp)
  }

  /** Lists a member, if there is room. */
  #add(id: string): boolean {
    const info = this.#room.get(id)?.info ?? ''
    const chars = id.length + info.length
    if (this.#listed.size >= this.#limits.maxMembers || this.#chars + chars > mostChars) {
      this.#waiting.add(id)
      return false
    }
    this.#waiting.delete(id)
    this.#note(id)
    this.#chars += chars
    this.#listed.set(id, info)
    return true
  }

  #keep(id: string, info: string): void {
    this.#leaving.delete(id)
    const before = this.#listed.get(id) ?? ''
    if (before === info) return
    const chars = this.#chars + info.length - before.length
    if (chars > mostChars) {
      // It waits behind those who came before it did, as it is now.
      this.#waiting.add(id)
      return this.#remove(id)
    }
    this.#note(id)
    this.#chars = chars
    this.#listed.set(id, info)
    if (info.length < before.length) this.#fill()
  }

  #miss(id: string, isDead: boolean): void {
    this.#waiting.delete(id)
    if (!this.#listed.has(id)) return
    // It has been silent for so long already.
    if (isDead || this.#limits.graceMs === 0) return this.#remove(id)
    if (!this.#leaving.has(id)) this.#leaving.set(id, performance.now() + this.#limits.graceMs)
    this.#giveUp ??= setTimeout(() => this.#giveUpSome(), this.#limits.graceMs)
  }

  #remove(id: string): void {
    this.#note(id)
    this.#leaving.delete(id)
    this.#chars -= id.length + (this.#listed.get(id) ?? '').length
    this.#listed.delete(id)
    this.#fill()
  }

  /** Gives the room that is free to those that wait. */
  #fill(): void {
    for (const next of this.#waiting) if (!this.#add(next)) break
  }

  /** All are kept for the same time: the first to have gone is the first to be given up. */
  #giveUpSome(): void {
    this.#giveUp = undefined
    const now = performance.now()
    for (const [id, at] of this.#leaving) {
      if (at > now) {
        this.#giveUp = setTimeout(() => this.#giveUpSome(), at - now)
        break
      }
      this.#remove(id)
    }
    this.schedule()
  }

  #note(id: string): void {
    if (!this.#changed.has(id)) this.#changed.set(id, this.#listed.get(id))
  }

  #flush(): void {
    const batch = new PresenceBatch(this.#takeChanges())
    let list: PresenceBatch | undefined
    for (const reader of this.readers) {
      if (reader.needsList) reader.take((list ??= new PresenceBatch([['presence', this.toJson()]])))
      else if (batch.events.length > 0) reader.take(batch)
    }
  }

  #takeChanges(): readonly PresenceText[] {
    const events: PresenceText[] = []
    for (const [id, before] of this.#changed) {
      const info = this.#listed.get(id)
      if (info === before) continue
      if (info === undefined) events.push(['leave', memberJson(id, before ?? '')])
      else events.push([before === undefined ? 'join' : 'update', memberJson(id, info)])
    }
    this.#changed.clear()
    const { status } = this
    const { others, isStale } = this.#told
    if (status.others !== others || status.isStale !== isStale) events.push(['status', JSON.stringify(status)])
    this.#told = status
    return events
  }
}
