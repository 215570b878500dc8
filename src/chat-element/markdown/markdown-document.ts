// A text of Markdown in a container: its finished blocks, and those that are still open.
import { OpenBlocks } from './blocks-view.ts'
import { findBoundary } from './boundary.ts'
import type { ViewContext } from './context.ts'
import { withoutUnfinishedMarks } from './hold-back.ts'
import type { MarkdownReader } from './reader.ts'
import type { TextView } from './text-view.ts'

/** What is finished is looked for at steps of so many characters, or of an eighth of what is open, if that is more. */
const stepLength = 1024

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
    const open = text.slice(this.#finished)
    const blocks = this.#reader.readBlocks(isOpen ? withoutUnfinishedMarks(open) : open)
    this.#blocks.update(
      blocks.map(({ block }) => block),
      isOpen,
    )
    return true
  }

  clear(): void {
    this.#container.replaceChildren()
    this.#blocks = new OpenBlocks(this.#container, this.#context)
    this.#finished = 0
    this.#nextStep = stepLength
  }

  /** Takes one step into the open text, and shows it, so that no frame has much to show at once. */
  #advance(open: string): void {
    const blocks = this.#reader.readBlocks(open)
    const boundary = findBoundary(open, blocks)
    const { count, offset } = boundary ?? { count: blocks.length, offset: 0 }
    const shown = blocks.slice(0, count).map(({ block }) => block)
    this.#blocks.update(shown, boundary === undefined)
    if (boundary !== undefined) this.#blocks.finish(count)
    this.#finished += offset
    this.#nextStep += Math.max(stepLength, Math.floor((open.length - offset) / 8))
  }
}
