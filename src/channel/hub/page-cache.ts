// Pages of the journal for readers that are far behind: those at about the same place share one reading.
import type { Journal } from '../../journal/index.ts'
import { Frame } from './frame.ts'

/** Some frames of a log, and what the log was like when they were read. */
export interface FramePage {
  readonly epoch: string
  readonly first: number
  readonly tail: number
  readonly foreign: boolean
  /** In order, without holes; may begin before what was asked for. */
  readonly frames: readonly Frame[]
}

const pageSize = 64
const maxPages = 64
const maxPageChars = 256 * 1024

/** Keeps at most 64 full pages of at most 256 Ki characters, until it is cleared. */
export class PageCache {
  readonly #journal: Journal
  readonly #topic: string
  readonly #pages = new Map<number, Promise<FramePage>>()

  constructor(journal: Journal, topic: string) {
    this.#journal = journal
    this.#topic = topic
  }

  /** The page that has the event behind `seq`. Aligned, so that neighbours share it. */
  read(epoch: string, seq: number): Promise<FramePage> {
    const after = Math.floor(seq / pageSize) * pageSize
    const known = this.#pages.get(after)
    if (known !== undefined) return known
    const page = this.#load(epoch, after)
    if (this.#pages.size < maxPages) {
      this.#pages.set(after, page)
      void this.#judge(after, page)
    }
    return page
  }

  clear(): void {
    this.#pages.clear()
  }

  async #judge(after: number, page: Promise<FramePage>): Promise<void> {
    // Whoever reads it is told of a failure.
    const isKept = await page.then(isWorthKeeping, () => false)
    if (!isKept && this.#pages.get(after) === page) this.#pages.delete(after)
  }

  async #load(epoch: string, after: number): Promise<FramePage> {
    const page = await this.#journal.read(this.#topic, { epoch, seq: after, nonce: '' }, pageSize)
    return { ...page, frames: page.events.map((event) => new Frame(page.epoch, event)) }
  }
}

/** The frames behind number `seq`, at most 256 Ki characters of them but at least one: what one reader holds while it waits. */
export function framesBehind({ frames }: FramePage, seq: number): Frame[] {
  const behind: Frame[] = []
  let chars = 0
  for (const frame of frames) {
    if (frame.stored.seq <= seq) continue
    chars += frame.stored.data.length
    if (chars > maxPageChars && behind.length > 0) break
    behind.push(frame)
  }
  return behind
}

/** A page that is not full grows; a large one is not kept for long. */
function isWorthKeeping({ frames, foreign }: FramePage): boolean {
  if (foreign || frames.length < pageSize) return false
  return frames.reduce((chars, { stored }) => chars + stored.data.length, 0) <= maxPageChars
}
