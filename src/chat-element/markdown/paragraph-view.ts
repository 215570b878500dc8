// Shows paragraphs, headings, raw HTML and lines between blocks.
import type { Block } from './block.ts'
import type { BlockView, ViewContext } from './context.ts'
import { createElement } from './element.ts'
import { LeafView } from './leaf-view.ts'
import { patchChildren } from './patch.ts'

/** Raw HTML that is longer is shown as text: it is made whole again whenever it grows. */
const maxHtmlLength = 8192

/** Shows a paragraph or a heading. */
export class ParagraphView implements BlockView {
  readonly element: HTMLElement
  readonly #leaf: LeafView

  constructor(tag: string, context: ViewContext) {
    this.element = createElement(tag, { dir: 'auto' })
    this.#leaf = new LeafView(this.element, context)
  }

  update(block: Block, isOpen: boolean): boolean {
    if (block.type !== 'leaf' || block.tag !== this.element.localName) return false
    this.#leaf.update(block.source, isOpen)
    return true
  }
}

/** Shows raw HTML. */
export class HtmlView implements BlockView {
  readonly element: HTMLElement = createElement('div', { class: 'html', dir: 'auto' })
  readonly #context: ViewContext
  #raw = ''

  constructor(context: ViewContext) {
    this.#context = context
  }

  update(block: Block): boolean {
    if (block.type !== 'html') return false
    if (block.raw === this.#raw) return true
    this.#raw = block.raw
    if (block.raw.length > maxHtmlLength || block.isContinued === true) this.element.textContent = block.raw
    else patchChildren(this.element, null, this.#context.sanitize(block.raw))
    return true
  }
}

/** Shows a line between blocks. */
export class RuleView implements BlockView {
  readonly element: HTMLElement = createElement('hr')

  update(block: Block): boolean {
    return block.type === 'rule'
  }
}
