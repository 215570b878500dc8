// Shows lists and quotations: blocks in blocks.
import type { Block, ListBlock, ListItem, QuoteBlock } from './block.ts'
import type { BlocksView, BlockView, ViewContext } from './context.ts'
import { createElement } from './element.ts'

/** Shows a list. */
export class ListView implements BlockView {
  readonly element: HTMLElement
  readonly #context: ViewContext
  readonly #items: ItemView[] = []

  constructor({ start, isContinued }: ListBlock, context: ViewContext) {
    this.element = createElement(start === undefined ? 'ul' : 'ol', { dir: 'auto', ...continuing(isContinued) })
    if (start !== undefined && start !== 1) this.element.setAttribute('start', String(start))
    this.#context = context
  }

  update(block: Block, isOpen: boolean): boolean {
    if (block.type !== 'list' || !this.#fits(block.start)) return false
    for (const removed of this.#items.splice(block.items.length)) removed.element.remove()
    for (const [index, item] of block.items.entries()) {
      const isLast = index === block.items.length - 1
      this.#itemAt(index, item).update(item, isOpen && isLast)
    }
    return true
  }

  #fits(start: number | undefined): boolean {
    const number = this.element.localName === 'ul' ? undefined : Number(this.element.getAttribute('start') ?? 1)
    return number === start
  }

  #itemAt(index: number, item: ListItem): ItemView {
    const present = this.#items[index]
    if (present?.isTask === (item.checked !== undefined)) return present
    const view = new ItemView(item.checked !== undefined, this.#context)
    if (present === undefined) this.element.append(view.element)
    else present.element.replaceWith(view.element)
    this.#items[index] = view
    return view
  }
}

class ItemView {
  readonly element: HTMLElement
  readonly isTask: boolean
  readonly #blocks: BlocksView
  readonly #box = document.createElement('input')
  #raw: string | undefined
  #isOpen = false

  constructor(isTask: boolean, context: ViewContext) {
    this.element = createElement('li', { dir: 'auto' })
    this.isTask = isTask
    if (isTask) this.#addBox(context.labels.task)
    const body = isTask ? createElement('div') : this.element
    if (isTask) this.element.append(body)
    this.#blocks = context.createBlocks(body)
  }

  update({ raw, checked, blocks }: ListItem, isOpen: boolean): void {
    if (raw === this.#raw && isOpen === this.#isOpen) return
    this.#raw = raw
    this.#isOpen = isOpen
    if (checked !== undefined) this.#box.toggleAttribute('checked', checked)
    this.#blocks.update(blocks, isOpen)
  }

  #addBox(label: string): void {
    this.element.className = 'task'
    this.#box.type = 'checkbox'
    this.#box.disabled = true
    this.#box.setAttribute('aria-label', label)
    this.element.append(this.#box)
  }
}

/** Shows a quotation. */
export class QuoteView implements BlockView {
  readonly element: HTMLElement
  readonly #blocks: BlocksView

  constructor({ isContinued }: QuoteBlock, context: ViewContext) {
    this.element = createElement('blockquote', { dir: 'auto', ...continuing(isContinued) })
    this.#blocks = context.createBlocks(this.element)
  }

  update(block: Block, isOpen: boolean): boolean {
    if (block.type !== 'quote') return false
    this.#blocks.update(block.blocks, isOpen)
    return true
  }
}

/** What goes on behind a cut stands close to what is before it. */
function continuing(isContinued = false): Readonly<Record<string, string>> {
  return isContinued ? { class: 'more' } : {}
}
