// A sign of life of this node: by it a node that judges another one knows that the journal takes appends.
import type { Journal } from '../../journal/index.ts'
import { runPrefix } from './log.ts'

/** Appends to a topic of this node's own. All runs that are followed here share the appends. */
export class NodeBeat {
  readonly #journal: Journal
  readonly #topic: string
  readonly #goodForMs: number
  #last: { readonly since: number; readonly stored: Promise<void> } | undefined

  constructor(journal: Journal, node: string, goodForMs: number) {
    this.#journal = journal
    this.#topic = `${runPrefix}node/${node}`
    this.#goodForMs = goodForMs
  }

  /** Resolves once an append is stored that was begun at most `maxAgeMs` ago; rejects if it failed. */
  send(maxAgeMs: number): Promise<void> {
    const now = performance.now()
    if (this.#last === undefined || now - this.#last.since > maxAgeMs)
      this.#last = { since: now, stored: this.#append() }
    return this.#last.stored
  }

  async #append(): Promise<void> {
    const goodForMs = this.#goodForMs
    const retention = { maxEvents: 1, forgetAfterMs: 2 * goodForMs }
    await this.#journal.append(this.#topic, JSON.stringify({ goodForMs }), { retention })
  }
}
