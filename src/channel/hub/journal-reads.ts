// The reads of all topics of one `createChannels()`: how many are under way, and how much of what they brought is kept.
import type { Journal, Page, ReadFrom, ReadOptions } from '../../journal/index.ts'

/** At 256 KiB each, no more than 4 MiB are on their way. More at once made Redis no faster and its other clients slower. */
const mostUnderWay = 16

/** In characters. Beside it, each reader that is behind holds what it is being sent: at most 256 Ki characters. */
const mostKept = 32 * 1024 * 1024

/** Reads a journal for many topics, within bounds that all of them share. */
export class JournalReads {
  readonly #journal: Journal
  readonly #waiting: (() => void)[] = []
  #underWay = 0
  #kept = 0

  constructor(journal: Journal) {
    this.#journal = journal
  }

  /** Reads once it is this read's turn: they are sent in the order of the calls. */
  async read(topic: string, from: ReadFrom, options: ReadOptions): Promise<Page> {
    if (this.#underWay < mostUnderWay) this.#underWay += 1
    else await new Promise<void>((resolve) => this.#waiting.push(resolve))
    try {
      return await this.#journal.read(topic, from, options)
    } finally {
      const next = this.#waiting.shift()
      if (next === undefined) this.#underWay -= 1
      else next()
    }
  }

  /** Whether there is room to keep a page of this size; if so, it is taken until {@link release}. */
  reserve(chars: number): boolean {
    if (this.#kept + chars > mostKept) return false
    this.#kept += chars
    return true
  }

  release(chars: number): void {
    this.#kept -= chars
  }
}
