// A sign of life of this node. By it others know that it lives, and it knows itself that the journal takes appends.
import type { NodeLog } from './node-log.ts'

interface Sent {
  readonly since: number
  readonly stored: Promise<void>
}

/** Appends the beats of one node. All runs that it runs or follows share them. */
export class NodeBeat {
  readonly #log: NodeLog
  readonly #goodForMs: () => number
  readonly #onLoss: () => void
  /** The runs of other nodes that are followed here, of those that are stopped without followers: how often each. */
  readonly #follows = new Map<string, number>()
  #last: Sent | undefined
  #seq = 0

  /** `onLoss` is called when the journal has come back from an older state. */
  constructor(log: NodeLog, goodForMs: () => number, onLoss: () => void) {
    this.#log = log
    this.#goodForMs = goodForMs
    this.#onLoss = onLoss
  }

  get hasFollows(): boolean {
    return this.#follows.size > 0
  }

  /** Says with each beat that a run is followed here, until the returned function is called. */
  follow(run: string): () => void {
    this.#count(run, 1)
    return () => this.#count(run, -1)
  }

  #count(run: string, change: number): void {
    const count = (this.#follows.get(run) ?? 0) + change
    if (count === 0) this.#follows.delete(run)
    else this.#follows.set(run, count)
  }

  /** Resolves once a beat is stored that was begun at most `maxAgeMs` ago; rejects if it failed. */
  send(maxAgeMs: number): Promise<void> {
    const now = performance.now()
    if (this.#last !== undefined && now - this.#last.since <= maxAgeMs) return this.#last.stored
    const sent: Sent = { since: now, stored: this.#append() }
    this.#last = sent
    // A failure is told to all who wait for this beat, and to nobody else.
    sent.stored.catch(() => {
      if (this.#last === sent) this.#last = undefined
    })
    return sent.stored
  }

  async #append(): Promise<void> {
    // Of beats under way at once the answers come in any order: each is compared with what was stored before it began.
    const before = this.#seq
    const { seq } = await this.#log.beat({ goodForMs: this.#goodForMs(), follows: [...this.#follows.keys()] })
    // Nobody else appends to this log: its numbers only rise.
    const isLost = seq <= before
    this.#seq = isLost ? seq : Math.max(seq, this.#seq)
    if (isLost) this.#onLoss()
  }
}
