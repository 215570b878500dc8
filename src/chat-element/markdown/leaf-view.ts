// The text of one block, shown: chunks that are finished, and the rest, which is read and made again when it grows.
import { findChunkEnd } from './chunk.ts'
import type { ViewContext } from './context.ts'
import { createElement } from './element.ts'
import { patchChildren, removeBehind } from './patch.ts'

/** What may not read as itself: a mark, an address, a line break. */
const special = /[\\`*_~[\]<>&!@\n]|www\.|:\/\//i

/**
 * Chunks of so many characters have a box of their own, because a browser lays out all lines of a box whenever one of them grows.
 * The next box begins on a line of its own, which is seen in paragraphs that are longer than this alone.
 */
const boxLength = 4096

/** Shows the text of a block in an element. */
export class LeafView {
  readonly #element: Element
  readonly #context: ViewContext
  #source = ''
  #isOpen = false
  /** The finished chunks: how much of the source they are, and their last node. */
  #finished = 0
  #lastNode: Node | null = null
  /** What shows the chunks that come, and where in the source it begins. */
  #box: Element
  #boxStart = 0

  constructor(element: Element, context: ViewContext) {
    this.#element = element
    this.#box = element
    this.#context = context
  }

  /** Shows a source; `isOpen` if more of it may come. */
  update(source: string, isOpen: boolean): void {
    if (source === this.#source && isOpen === this.#isOpen) return
    if (!source.startsWith(this.#source.slice(0, this.#finished))) this.#reset()
    this.#source = source
    this.#isOpen = isOpen
    for (let end = this.#nextEnd(); end !== undefined; end = this.#nextEnd()) {
      this.#lastNode = this.#show(source.slice(this.#finished, end))
      this.#finished = end
      if (end - this.#boxStart >= boxLength) this.#openBox()
    }
    const rest = source.slice(this.#finished)
    this.#show(isOpen ? this.#context.mend(rest) : rest)
  }

  #nextEnd(): number | undefined {
    return findChunkEnd(this.#source, this.#finished)
  }

  #show(source: string): Node | null {
    return patchChildren(this.#box, this.#lastNode, toNodes(source, this.#context))
  }

  /** What is in the first box stays where it is: nodes that are moved lose their selection. */
  #openBox(): void {
    this.#box = createElement('span', { class: 'box' })
    this.#boxStart = this.#finished
    this.#lastNode = null
    this.#element.append(this.#box)
  }

  #reset(): void {
    this.#finished = 0
    this.#boxStart = 0
    this.#box = this.#element
    this.#lastNode = null
    removeBehind(this.#element, null)
  }
}

function toNodes(source: string, { toFragment }: ViewContext): DocumentFragment {
  if (special.test(source)) return toFragment(source)
  const fragment = document.createDocumentFragment()
  fragment.append(source)
  return fragment
}
