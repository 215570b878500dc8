// The members that have readers on this node, and what has changed since it was last told.
import type { Claim, Claims } from './claims.ts'
import type { CheckedMember } from './member.ts'
import type { ToldMember, ToldRoom } from './record.ts'

/** How many members of one topic a node tells of. */
export const mostMembers = 10_000
/** How many characters of ids and infos a node tells in all. */
const mostChars = 16 * 1024 * 1024

/** A member with readers here. */
interface Own {
  info: string
  readers: number
  /** Whether others are told of it: it has one of the places. */
  isTold: boolean
}

interface OwnRoom {
  readonly members: Map<string, Own>
  /** Those without a place, in the order in which they came. */
  readonly waiting: Set<string>
  /** Members of which something has changed, each with what was told before; `undefined`: nothing was. */
  readonly changed: Map<string, Claim | undefined>
  /** How many without a place were told of. */
  othersTold: number
}

/** The readers of this node that are somebody. */
export class OwnMembers {
  readonly #claims: Claims
  readonly #node: string
  readonly #onChange: () => void
  readonly #rooms = new Map<string, OwnRoom>()
  readonly #changedRooms = new Set<string>()
  #chars = 0

  constructor(claims: Claims, node: string, onChange: () => void) {
    this.#claims = claims
    this.#node = node
    this.#onChange = onChange
  }

  /** One more reader of a topic is this member. What was said of it last counts for all its readers here. */
  enter(topic: string, { id, info }: CheckedMember): void {
    const room = this.#open(topic)
    const own = room.members.get(id)
    if (own === undefined) {
      room.members.set(id, { info, readers: 1, isTold: false })
      room.waiting.add(id)
    } else {
      own.readers += 1
      if (own.info !== info) this.#change(topic, room, id, own, info)
    }
    this.#fill(topic, room)
  }

  /** One reader less is this member. */
  leave(topic: string, id: string): void {
    const room = this.#rooms.get(topic)
    const own = room?.members.get(id)
    if (room === undefined || own === undefined) return
    own.readers -= 1
    if (own.readers > 0) return
    room.members.delete(id)
    room.waiting.delete(id)
    if (own.isTold) this.#drop(topic, room, id, own)
    this.#fill(topic, room)
    this.#claims.tidy(topic)
  }

  /** What is to be told of the whole: nothing counts as changed any more. */
  takeAll(): readonly ToldRoom[] {
    this.#takeChangedRooms()
    return Array.from(this.#rooms, ([topic, { members, waiting }]) => {
      const here: ToldMember[] = []
      for (const id of members.keys()) {
        const claim = this.#claimOf(topic, id)
        if (claim !== undefined) here.push([id, claim.version, claim.info])
      }
      return { topic, others: waiting.size, here, gone: [] }
    })
  }

  /** What has changed since it was taken before. */
  takeChanges(): readonly ToldRoom[] {
    return this.#takeChangedRooms().flatMap(([topic, { changed, waiting, othersTold }]) => {
      const here: ToldMember[] = []
      const gone: string[] = []
      for (const [id, before] of changed) {
        const claim = this.#claimOf(topic, id)
        if (claim?.info === before?.info && claim?.version === before?.version) continue
        if (claim === undefined) gone.push(id)
        else here.push([id, claim.version, claim.info])
      }
      if (here.length === 0 && gone.length === 0 && waiting.size === othersTold) return []
      return [{ topic, others: waiting.size, here, gone }]
    })
  }

  /** The rooms with changes, as they were before these were taken. */
  #takeChangedRooms(): readonly (readonly [string, OwnRoom])[] {
    const taken: (readonly [string, OwnRoom])[] = []
    for (const topic of this.#changedRooms) {
      const room = this.#rooms.get(topic)
      if (room === undefined) continue
      taken.push([topic, { ...room, changed: new Map(room.changed) }])
      room.changed.clear()
      room.othersTold = room.waiting.size
      if (room.members.size === 0) this.#rooms.delete(topic)
    }
    this.#changedRooms.clear()
    return taken
  }

  #open(topic: string): OwnRoom {
    let room = this.#rooms.get(topic)
    if (room === undefined) {
      room = { members: new Map(), waiting: new Set(), changed: new Map(), othersTold: 0 }
      this.#rooms.set(topic, room)
    }
    return room
  }

  /** Gives the places that are free to those that wait. */
  #fill(topic: string, room: OwnRoom): void {
    for (const id of room.waiting) {
      const own = room.members.get(id)
      if (own === undefined) continue
      const chars = id.length + own.info.length
      if (room.members.size - room.waiting.size >= mostMembers || this.#chars + chars > mostChars) break
      room.waiting.delete(id)
      this.#chars += chars
      own.isTold = true
      this.#note(topic, room, id)
      this.#say(topic, id, own.info)
    }
    const { size } = room.waiting
    this.#claims.open(topic).sayOthers(this.#node, size)
    if (size !== room.othersTold) this.#noteRoom(topic)
  }

  #change(topic: string, room: OwnRoom, id: string, own: Own, info: string): void {
    const grown = info.length - own.info.length
    if (own.isTold && this.#chars + grown <= mostChars) {
      this.#note(topic, room, id)
      this.#chars += grown
      this.#say(topic, id, info)
    } else if (own.isTold) {
      this.#drop(topic, room, id, own)
      room.waiting.add(id)
    }
    own.info = info
  }

  /** Takes a member's place away. */
  #drop(topic: string, room: OwnRoom, id: string, own: Own): void {
    this.#note(topic, room, id)
    own.isTold = false
    this.#chars -= id.length + own.info.length
    this.#claims.open(topic).say(this.#node, id, undefined)
  }

  #say(topic: string, id: string, info: string): void {
    const room = this.#claims.open(topic)
    room.say(this.#node, id, { node: this.#node, info, version: room.versionFor(id, info) })
  }

  #claimOf(topic: string, id: string): Claim | undefined {
    return this.#claims.get(topic)?.claimOf(this.#node, id)
  }

  /** Called before a member changes. */
  #note(topic: string, room: OwnRoom, id: string): void {
    if (!room.changed.has(id)) room.changed.set(id, this.#claimOf(topic, id))
    this.#noteRoom(topic)
  }

  #noteRoom(topic: string): void {
    this.#changedRooms.add(topic)
    this.#onChange()
  }
}
