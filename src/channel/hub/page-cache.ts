// A cache of journal pages: readers that are far behind at about the same position share one read.
import type { Page, Position, ReadOptions } from '../../journal/index.ts'
import { Frame } from './frame.ts'
import type { JournalReads } from './journal-reads.ts'

/** A page of frames, and the state of the log when it was read. */
export interface FramePage {
  readonly epoch: string
  readonly first: number
  readonly tail: number
  /** The nonce of the event before `first`. */
  readonly trimmedNonce: string
  readonly foreign: boolean
  /** In order and without gaps. May begin before the position that was asked for. */
  readonly frames: readonly Frame[]
}

/** What a {@link PageCache} needs of its hub. */
export interface PageOwner {
  /** Reads the log. */
  read(from: Position, options: ReadOptions): Promise<Page>
  /** How many events of the log were erased, as far as the hub knows. */
  readonly erasures: number
  /** Takes notice of what a page says of the log. */
  notice(page: Page): void
}

interface Kept {
  readonly page: Promise<FramePage>
  /** Whether it was asked for more than once: a page of one reader alone is of no use to anybody afterwards. */
  isShared: boolean
  /** What is reserved for it; `undefined` while the read is under way. */
  chars: number | undefined
}

const pageSize = 64
const maxPages = 64
const mostAsked = 1024
/** The most characters that a reader holds while it waits for room. */
const maxHeldChars = 256 * 1024

/**
 * Caches at most 64 pages of about 256 KiB, within the room that all topics share, until it is cleared. A page is kept from
 * its second reader on: where many topics have one reader each that is behind, all pages would be kept in vain.
 */
export class PageCache {
  readonly #reads: JournalReads
  readonly #owner: PageOwner
  /** By the position after which they begin. */
  readonly #pages = new Map<number, Kept>()
  /** Where the pages begin that were asked for lately. */
  readonly #asked = new Set<number>()

  constructor(reads: JournalReads, owner: PageOwner) {
    this.#reads = reads
    this.#owner = owner
  }

  /** The page with the event after `seq`. Pages are aligned, so that readers close to each other share them. */
  async read(epoch: string, seq: number): Promise<FramePage> {
    const page = await this.#share(epoch, Math.floor(seq / pageSize) * pageSize)
    return reaches(page, seq) ? page : this.#share(epoch, seq)
  }

  /** Forgets pages, so that trimmed events are not served for long. Reads that are under way are still shared. */
  refresh(): void {
    this.#asked.clear()
    for (const [after, kept] of this.#pages) if (kept.chars !== undefined) this.#drop(after, kept)
  }

  /** Forgets all pages: what is under way belongs to another log, or has events that were erased. */
  clear(): void {
    for (const [after, kept] of this.#pages) this.#drop(after, kept)
  }

  #share(epoch: string, after: number): Promise<FramePage> {
    const known = this.#pages.get(after)
    if (known !== undefined) {
      known.isShared = true
      return known.page
    }
    const page = this.#load(epoch, after)
    if (this.#pages.size >= maxPages) return page
    const kept: Kept = { page, isShared: this.#asked.has(after), chars: undefined }
    this.#pages.set(after, kept)
    this.#noteAsked(after)
    void this.#judge(after, kept)
    return page
  }

  #noteAsked(after: number): void {
    if (this.#asked.size >= mostAsked) this.#asked.clear()
    this.#asked.add(after)
  }

  /** Decides whether a page that has come is kept. */
  async #judge(after: number, kept: Kept): Promise<void> {
    // The caller of `read` gets the error.
    const chars = await kept.page.then(keptChars, () => undefined)
    if (this.#pages.get(after) !== kept) return
    if (kept.isShared && chars !== undefined && this.#reads.reserve(chars)) kept.chars = chars
    else this.#drop(after, kept)
  }

  #drop(after: number, { chars = 0 }: Kept): void {
    this.#pages.delete(after)
    this.#reads.release(chars)
  }

  async #load(epoch: string, after: number): Promise<FramePage> {
    for (;;) {
      const page = await this.#owner.read({ epoch, seq: after, nonce: '' }, { limit: pageSize })
      this.#owner.notice(page)
      // Asked before an event was erased, and answered after that is known: it may have what is to be served no more.
      if (page.epoch === epoch && page.erasures < this.#owner.erasures) continue
      return { ...page, frames: page.events.map((event) => new Frame(page.epoch, event)) }
    }
  }
}

/** The frames after `seq`, at least one and at most 256 Ki characters: what one reader holds while it waits for room. */
export function framesBehind({ frames }: FramePage, seq: number): Frame[] {
  const behind: Frame[] = []
  let chars = 0
  for (const frame of frames) {
    if (frame.stored.seq <= seq) continue
    chars += frame.stored.data.length
    if (chars > maxHeldChars && behind.length > 0) break
    behind.push(frame)
  }
  return behind
}

/** Whether a page has the event after `seq`, or says that there is none: otherwise its size has cut it before. */
function reaches({ frames, foreign, tail }: FramePage, seq: number): boolean {
  const last = frames.at(-1)?.stored.seq
  return foreign || last === undefined || last > seq || last >= tail
}

/** The size of a page that is worth keeping: one that will not grow. */
function keptChars({ frames, foreign, tail }: FramePage): number | undefined {
  const last = frames.at(-1)?.stored.seq
  if (foreign || last === undefined || (frames.length < pageSize && last >= tail)) return undefined
  return frames.reduce((chars, { stored }) => chars + stored.data.length, 0)
}
