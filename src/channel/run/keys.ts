// Idempotency keys: which run a key has started, for whom and where.
import type { Journal } from '../../journal/index.ts'
import { isRefusal, runPrefix } from './log.ts'

/** What a key counts within. */
export interface RunKey {
  readonly owner: string
  readonly route: string
  readonly key: string
}

/** Keys in the journal: each is a topic whose first event is the run's id. */
export class RunKeys {
  readonly #journal: Journal
  readonly #forgetAfterMs: number

  constructor(journal: Journal, forgetAfterMs: number) {
    this.#journal = journal
    this.#forgetAfterMs = forgetAfterMs
  }

  /** The id of the run that has the key: `id`, or that of the run that had it before. */
  async claim(key: RunKey, id: string): Promise<string> {
    const topic = `${runPrefix}key/${await digest([key.owner, key.route, key.key])}`
    const retention = { maxEvents: 1, forgetAfterMs: this.#forgetAfterMs }
    try {
      await this.#journal.append(topic, JSON.stringify(id), { expectSeq: 0, close: true, retention })
      return id
    } catch (error) {
      if (!isRefusal(error)) throw error
      const { events } = await this.#journal.read(topic, 'start', 1)
      const [first] = events
      // Forgotten in this very moment: the key is free again.
      return first === undefined ? this.claim(key, id) : String(JSON.parse(first.data))
    }
  }
}

/** SHA-256 in hexadecimal: names of any length and content become the name of a topic. */
async function digest(parts: readonly string[]): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(parts))
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
