// What all nodes say of the members of all topics, brought together.

/** What one node says of one member. */
export interface Claim {
  readonly node: string
  /** JSON text; `''` for none. */
  readonly info: string
  /**
   * Of several nodes the highest one counts. Whoever says something new takes one more than what it knows of: no clocks are
   * compared. Of equal ones that of the node with the greater id counts, for every node that sees both.
   */
  readonly version: number
}

/** Is told of the members of one topic. */
export interface RoomListener {
  /** Something was said of a member. `isDead`: whether that is because its node has died, which took long enough. */
  onMember(id: string, isDead: boolean): void
  /** A node has said how many more readers it has. */
  onOthers(): void
}

/** The members of one topic. */
export class Room {
  readonly listeners: Set<RoomListener> = new Set()
  readonly #claims = new Map<string, readonly Claim[]>()
  /** How many more members a node has than it tells of. */
  readonly #others = new Map<string, number>()

  /** The ids of all members, in the order in which they were heard of here. */
  get ids(): Iterable<string> {
    return this.#claims.keys()
  }

  get size(): number {
    return this.#claims.size
  }

  get isEmpty(): boolean {
    return this.#claims.size === 0 && this.#others.size === 0 && this.listeners.size === 0
  }

  /** How many members there are that nobody tells of. One that several nodes have is counted for each. */
  get others(): number {
    let sum = 0
    for (const count of this.#others.values()) sum += count
    return sum
  }

  /** What counts of a member; `undefined` if it is not here. */
  get(id: string): Claim | undefined {
    return this.#claims.get(id)?.reduce((best, claim) => (isAbove(claim, best) ? claim : best))
  }

  /** What one node says of a member; `undefined` if it says nothing. */
  claimOf(node: string, id: string): Claim | undefined {
    return this.#claims.get(id)?.find((claim) => claim.node === node)
  }

  /** The version with which a node says this of a member. */
  versionFor(id: string, info: string): number {
    const known = this.get(id)
    if (known === undefined) return 0
    // There is no number after the greatest that can be told.
    return known.info === info ? known.version : Math.min(known.version + 1, Number.MAX_SAFE_INTEGER)
  }

  /** One node says this of a member, in place of what it has said before; `undefined`: nothing any more. */
  say(node: string, id: string, claim: Claim | undefined, isDead = false): void {
    const claims = this.#claims.get(id) ?? []
    const kept = claims.filter((other) => other.node !== node)
    if (claim === undefined && kept.length === claims.length) return
    if (claim !== undefined) this.#claims.set(id, [...kept, claim])
    else if (kept.length === 0) this.#claims.delete(id)
    else this.#claims.set(id, kept)
    for (const listener of this.listeners) listener.onMember(id, isDead)
  }

  sayOthers(node: string, count: number): void {
    if ((this.#others.get(node) ?? 0) === count) return
    if (count === 0) this.#others.delete(node)
    else this.#others.set(node, count)
    for (const listener of this.listeners) listener.onOthers()
  }

  /** Forgets what a node has said, but for the members in `kept`; without it, also how many others it has. */
  forget(node: string, kept: ReadonlyMap<string, unknown> | undefined, isDead: boolean): void {
    for (const [id, claims] of this.#claims) {
      if (claims.some((claim) => claim.node === node) && kept?.has(id) !== true) this.say(node, id, undefined, isDead)
    }
    if (kept === undefined) this.sayOthers(node, 0)
  }
}

function isAbove(claim: Claim, other: Claim): boolean {
  return claim.version === other.version ? claim.node > other.node : claim.version > other.version
}

/** The members of all topics, by the topic's name. */
export class Claims {
  readonly #rooms = new Map<string, Room>()

  /** The members of a topic, to which something is to be added. */
  open(topic: string): Room {
    let room = this.#rooms.get(topic)
    if (room === undefined) this.#rooms.set(topic, (room = new Room()))
    return room
  }

  /** The members of a topic; `undefined` if there is nothing to know. */
  get(topic: string): Room | undefined {
    return this.#rooms.get(topic)
  }

  /** Drops a room of which there is nothing to know. */
  tidy(topic: string): void {
    if (this.#rooms.get(topic)?.isEmpty === true) this.#rooms.delete(topic)
  }

  /** Forgets what a node has said, but for the members that `keptOf` has of a topic. */
  forget(node: string, keptOf: (topic: string) => ReadonlyMap<string, unknown> | undefined, isDead: boolean): void {
    for (const [topic, room] of this.#rooms) {
      room.forget(node, keptOf(topic), isDead)
      this.tidy(topic)
    }
  }
}
