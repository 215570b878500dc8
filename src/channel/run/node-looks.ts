// What this process sees of the beats of other nodes. All runs of one node share its looks.
import type { Journal } from '../../journal/index.ts'
import { NodeLog } from './node-log.ts'
import type { Sight } from './silence.ts'

/** A node as it was last seen. Its mark changes with each of its beats. */
export interface NodeSeen extends Sight {
  /** After how long without a beat it counts as dead, in milliseconds; `undefined` if it does not say so. */
  readonly goodForMs: number | undefined
  /** The runs that have followers on it. */
  readonly follows: ReadonlySet<string>
}

interface Look {
  readonly askedAt: number
  readonly seen: Promise<NodeSeen>
}

/** After how long a look is forgotten, in milliseconds: nobody asks for this node any more. */
const keptMs = 3_600_000

/** Looks at other nodes. */
export class NodeLooks {
  readonly #journal: Journal
  readonly #looks = new Map<string, Look>()

  constructor(journal: Journal) {
    this.#journal = journal
  }

  /** Resolves with what a look shows that was begun at most `maxAgeMs` ago; rejects if it failed. */
  at(node: string, maxAgeMs: number): Promise<NodeSeen> {
    const now = performance.now()
    const last = this.#looks.get(node)
    if (last !== undefined && now - last.askedAt <= maxAgeMs) return last.seen
    for (const [id, { askedAt }] of this.#looks) if (now - askedAt > keptMs) this.#looks.delete(id)
    const seen = this.#look(node, now)
    this.#looks.set(node, { askedAt: now, seen })
    return seen
  }

  async #look(node: string, askedAt: number): Promise<NodeSeen> {
    const { mark, beat } = await new NodeLog(this.#journal, node).lastBeat()
    const follows = new Set(beat?.follows)
    return { mark, goodForMs: beat?.goodForMs, follows, askedAt, answeredAt: performance.now() }
  }
}
