// A text of Markdown in a container: its finished blocks, and those that are still open.
import type { Block } from './block.ts'
import { OpenBlocks } from './blocks-view.ts'
import { findBoundary } from './boundary.ts'
import type { ViewContext } from './context.ts'
import { findCut, type Continued } from './cut.ts'
import { withoutUnfinishedMarks } from './hold-back.ts'
import type { MarkdownReader, PlacedBlock } from './reader.ts'
import type { TextView } from './text-view.ts'

/** What is finished is looked for at steps of so many characters, or of an eighth of what is open, if that is more. */
const stepLength = 1024
/** No step is longer: what is new in it is shown at once. */
const longestStep = 2048

/**
 * Shows Markdown. What is finished is decided at steps that depend on the text alone, not on how it arrives, so that a text that was
 * streamed looks in the end as one that was there at once.
 */
export class MarkdownDocument implements TextView {
  readonly #container: HTMLElement
  readonly #context: ViewContext
  readonly #reader: MarkdownReader
  #blocks: OpenBlocks
  /** How much of the text is finished. */
  #finished = 0
  #nextStep = stepLength
  /** What the open text begins with where it is behind a cut: see {@link findCut}. */
  #head = ''
  #continued: Continued | undefined

  constructor(container: HTMLElement, context: ViewContext, reader: MarkdownReader) {
    this.#container = container
    this.#context = context
    this.#reader = reader
    this.#blocks = new OpenBlocks(container, context)
  }

  show(text: string, isOpen: boolean): boolean {
    if (this.#nextStep <= text.length) {
      this.#advance(text.slice(this.#finished, this.#nextStep))
      return false
    }
    this.#blocks.update(toBlocks(this.#read(text.slice(this.#finished), isOpen)), isOpen)
    return true
  }

  clear(): void {
    this.#container.replaceChildren()
    this.#blocks = new OpenBlocks(this.#container, this.#context)
    this.#finished = 0
    this.#nextStep = stepLength
    this.#head = ''
    this.#continued = undefined
  }

  /** Takes one step into the open text, and shows it, so that no frame has much to show at once. */
  #advance(open: string): void {
    const blocks = this.#read(open)
    const boundary = findBoundary(open, blocks)
    const cut = boundary === undefined ? findCut(open, blocks) : undefined
    if (boundary !== undefined) this.#finish(blocks.slice(0, boundary.count), boundary.offset)
    else if (cut !== undefined) {
      this.#finish(this.#read(open.slice(0, cut.offset)), cut.offset)
      this.#head = cut.head
      this.#continued = cut.continued
    } else this.#blocks.update(toBlocks(blocks), true)
    const rest = open.length - (boundary ?? cut ?? { offset: 0 }).offset
    this.#nextStep += Math.min(longestStep, Math.max(stepLength, Math.floor(rest / 8)))
  }

  /** The blocks of the open text, placed in it. */
  #read(open: string, isUnfinished = false): readonly PlacedBlock[] {
    const text = this.#head + open
    const blocks = this.#reader.readBlocks(isUnfinished ? withoutUnfinishedMarks(text) : text)
    const [first, ...others] = blocks.map(({ offset, block }) => ({ offset: offset - this.#head.length, block }))
    if (first === undefined) return []
    // The head alone is none: its table has ended at the cut.
    if (this.#head !== '' && first.block.type === 'table' && first.block.rows.length === 0) return others
    return [{ offset: first.offset, block: continueBlock(first.block, this.#continued) }, ...others]
  }

  #finish(blocks: readonly PlacedBlock[], offset: number): void {
    this.#blocks.update(toBlocks(blocks), false)
    this.#blocks.finish(blocks.length)
    this.#finished += offset
    this.#head = ''
    this.#continued = undefined
  }
}

function toBlocks(placed: readonly PlacedBlock[]): readonly Block[] {
  return placed.map(({ block }) => block)
}

/** A block behind a cut, if it is of the kind that was cut: a list goes on counting. */
function continueBlock(block: Block, continued: Continued | undefined): Block {
  if (block.type !== continued?.type) return block
  if (block.type === 'quote' || block.type === 'html') return { ...block, isContinued: true }
  if (block.type !== 'list') return block
  return {
    ...block,
    isContinued: true,
    start: block.start === undefined ? undefined : (continued.start ?? block.start),
  }
}
