// A sign of life of this node. By it others know that it lives, and it knows itself that the journal takes appends.
import type { NodeLog } from './node-log.ts'

/** Appends the beats of one node. All runs that it runs or follows share them. */
export class NodeBeat {
  /** The runs of other nodes that are followed here, of those that are stopped without followers. */
  readonly follows: Set<string> = new Set()
  readonly #log: NodeLog
  readonly #goodForMs: () => number
  readonly #onLoss: () => void
  #last: { readonly since: number; readonly stored: Promise<void> } | undefined
  #seq = 0

  /** `onLoss` is called when the journal has come back from an older state. */
  constructor(log: NodeLog, goodForMs: () => number, onLoss: () => void) {
    this.#log = log
    this.#goodForMs = goodForMs
    this.#onLoss = onLoss
  }

  /** Resolves once a beat is stored that was begun at most `maxAgeMs` ago; rejects if it failed. */
  send(maxAgeMs: number): Promise<void> {
    const now = performance.now()
    if (this.#last === undefined || now - this.#last.since > maxAgeMs)
      this.#last = { since: now, stored: this.#append() }
    return this.#last.stored
  }

  async #append(): Promise<void> {
    const { seq } = await this.#log.beat({ goodForMs: this.#goodForMs(), follows: [...this.follows] })
    // Nobody else appends to this log: its numbers only rise.
    if (seq <= this.#seq) this.#onLoss()
    this.#seq = seq
  }
}
