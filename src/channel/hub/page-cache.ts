// A cache of journal pages: readers that are far behind at about the same position share one read.
import type { Journal } from '../../journal/index.ts'
import { Frame } from './frame.ts'

/** A page of frames, and the state of the log when it was read. */
export interface FramePage {
  readonly epoch: string
  readonly first: number
  readonly tail: number
  readonly foreign: boolean
  /** In order and without gaps. May begin before the position that was asked for. */
  readonly frames: readonly Frame[]
}

const pageSize = 64
const maxPages = 64
const maxPageChars = 256 * 1024

/** Caches at most 64 full pages of at most 256 Ki characters each, until it is cleared. */
export class PageCache {
  readonly #journal: Journal
  readonly #topic: string
  readonly #pages = new Map<number, Promise<FramePage>>()

  constructor(journal: Journal, topic: string) {
    this.#journal = journal
    this.#topic = topic
  }

  /** The page with the event after `seq`. Pages are aligned, so that readers close to each other share them. */
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
    // The caller of `read` gets the error.
    const isKept = await page.then(isWorthKeeping, () => false)
    if (!isKept && this.#pages.get(after) === page) this.#pages.delete(after)
  }

  async #load(epoch: string, after: number): Promise<FramePage> {
    const page = await this.#journal.read(
      this.#topic,
      { epoch, seq: after, nonce: '' },
      {
        limit: pageSize,
        maxBytes: Number.MAX_SAFE_INTEGER,
      },
    )
    return { ...page, frames: page.events.map((event) => new Frame(page.epoch, event)) }
  }
}

/** The frames after `seq`, at least one and at most 256 Ki characters: what one reader holds while it waits for room. */
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

/** Whether a page is cached: one that is not full will grow, and a large one takes too much memory. */
function isWorthKeeping({ frames, foreign }: FramePage): boolean {
  if (foreign || frames.length < pageSize) return false
  return frames.reduce((chars, { stored }) => chars + stored.data.length, 0) <= maxPageChars
}
