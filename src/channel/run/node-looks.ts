// What this process sees of the beats of other nodes. All runs of one node share its looks.
import type { Journal } from '../../journal/index.ts'
import { NodeLog } from './node-log.ts'

/** A node as it was last seen. */
export interface NodeSeen {
  /** Changes with each of its beats. */
  readonly mark: string
  /** After how long without a beat it counts as dead, in milliseconds; `undefined` if it does not say so. */
  readonly goodForMs: number | undefined
  /** The runs that have followers on it. */
  readonly follows: ReadonlySet<string>
  /** When the answer came, by `performance.now()`. */
  readonly at: number
}

interface Look {
  readonly since: number
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
    if (last !== undefined && now - last.since <= maxAgeMs) return last.seen
    for (const [id, { since }] of this.#looks) if (now - since > keptMs) this.#looks.delete(id)
    const seen = this.#look(node)
    this.#looks.set(node, { since: now, seen })
    return seen
  }

  async #look(node: string): Promise<NodeSeen> {
    const { mark, beat } = await new NodeLog(this.#journal, node).lastBeat()
    return { mark, goodForMs: beat?.goodForMs, follows: new Set(beat?.follows), at: performance.now() }
  }
}
