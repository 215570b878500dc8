// The reads of all topics of one `createChannels()`: how many are under way, and how much of what they brought is kept.
import type { Journal, Page, ReadFrom, ReadOptions } from '../../journal/index.ts'

/** At 256 KiB each, no more than 4 MiB are on their way. More at once made Redis no faster and its other clients slower. */
const mostUnderWay = 16

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
  readonly #waiting: (() => void)[] = []
  #underWay = 0
  #awaitsRelief = false
  #kept = 0

  constructor(journal: Journal) {
    this.#journal = journal
  }

  /** Reads once it is this read's turn: they are sent in the order of the calls. */
  async read(topic: string, from: ReadFrom, options: ReadOptions): Promise<Page> {
    if (this.#underWay < mostUnderWay) this.#underWay += 1
    else await this.#turn()
    try {
      return await this.#journal.read(topic, from, options)
    } finally {
      this.#underWay -= 1
      if (this.#underWay < mostUnderWay) this.#admit(1)
    }
  }

  #turn(): Promise<void> {
    if (!this.#awaitsRelief) this.#awaitRelief()
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  #awaitRelief(): void {
    this.#awaitsRelief = true
    setTimeout(() => {
      this.#awaitsRelief = false
      this.#admit(mostUnderWay)
      if (this.#waiting.length > 0) this.#awaitRelief()
    }, reliefMs)
  }

  #admit(count: number): void {
    for (const admit of this.#waiting.splice(0, count)) {
      this.#underWay += 1
      admit()
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
