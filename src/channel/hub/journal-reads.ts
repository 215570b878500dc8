// The reads of all topics of one `createChannels()`: how many are under way, and how much of what they brought is kept.
import type { Journal, Page, ReadFrom, ReadOptions } from '../../journal/index.ts'

/**
 * At 256 KiB each, no more than 4 MiB are on their way. More at once made Redis no faster and its other clients slower.
 * A read of fewer bytes takes as much less of that room: many runs may start at once.
 */
const mostUnderWay = 16
const bytesOfOne = 256 * 1024

/**
 * After how long, in milliseconds, as many more are sent although none has been answered. Reads of some topics may be
 * held up, such as those of logs that a long transaction has made: they must not hold up all other topics.
 */
const reliefMs = 250

/** In characters. Beside it, each reader that is behind holds what it is being sent: at most 256 Ki characters. */
const mostKept = 32 * 1024 * 1024

/** Reads a journal for many topics, within bounds that all of them share. */
export class JournalReads {
  readonly #journal: Journal
  readonly #waiting: { readonly share: number; readonly admit: () => void }[] = []
  #underWay = 0
  #awaitsRelief = false
  #kept = 0

  constructor(journal: Journal) {
    this.#journal = journal
  }

  /** Reads once it is this read's turn: they are sent in the order of the calls. */
  async read(topic: string, from: ReadFrom, options: ReadOptions): Promise<Page> {
    const share = Math.min(1, (options.maxBytes ?? bytesOfOne) / bytesOfOne)
    if (this.#waiting.length === 0 && this.#underWay + share <= mostUnderWay) this.#underWay += share
    else await this.#turn(share)
    try {
      return await this.#journal.read(topic, from, options)
    } finally {
      this.#underWay -= share
      this.#admit(mostUnderWay - this.#underWay)
    }
  }

  #turn(share: number): Promise<void> {
    if (!this.#awaitsRelief) this.#awaitRelief()
    return new Promise((admit) => this.#waiting.push({ share, admit }))
  }

  #awaitRelief(): void {
    this.#awaitsRelief = true
    setTimeout(() => {
      this.#awaitsRelief = false
      this.#admit(mostUnderWay)
      if (this.#waiting.length > 0) this.#awaitRelief()
    }, reliefMs)
  }

  /** Sends those that wait, as far as there is room for them. */
  #admit(room: number): void {
    let left = room
    for (let [next] = this.#waiting; next !== undefined && next.share <= left; [next] = this.#waiting) {
      this.#waiting.shift()
      left -= next.share
      this.#underWay += next.share
      next.admit()
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
