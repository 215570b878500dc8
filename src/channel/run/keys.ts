// Idempotency keys: which run a key has started, for which owner and route.
import type { Journal } from '../../journal/index.ts'
import { isRefusal, runPrefix } from './log.ts'

/** An idempotency key, and the owner and route within which it is unique. */
export interface RunKey {
  readonly owner: string
  readonly route: string
  readonly key: string
}

/** The keys in the journal: each is a topic whose first event is the run's id. */
export class RunKeys {
  readonly #journal: Journal
  readonly #forgetAfterMs: number

  constructor(journal: Journal, forgetAfterMs: number) {
    this.#journal = journal
    this.#forgetAfterMs = forgetAfterMs
  }

  /** Claims the key for the run `id`. Resolves with `id`, or with the id of the run that has the key already. */
  async claim(key: RunKey, id: string): Promise<string> {
    const topic = `${runPrefix}key/${await digest([key.owner, key.route, key.key])}`
    const retention = { maxEvents: 1, forgetAfterMs: this.#forgetAfterMs }
    try {
      await this.#journal.append(topic, JSON.stringify(id), { expectSeq: 0, close: true, retention })
      return id
    } catch (error) {
      if (!isRefusal(error)) throw error
      const { events } = await this.#journal.read(topic, 'start', { limit: 1 })
      const [first] = events
      // The key was forgotten in this moment, and is free again.
      return first === undefined ? this.claim(key, id) : String(JSON.parse(first.data))
    }
  }
}

/** The SHA-256 digest in hexadecimal: a valid topic name for parts of any length and content. */
async function digest(parts: readonly string[]): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(parts))
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
