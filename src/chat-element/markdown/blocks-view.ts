// Shows blocks one after the other, and keeps the view of each block that can still change.
import type { Block } from './block.ts'
import { CodeView } from './code-view.ts'
import type { BlocksView, BlockView, ViewContext } from './context.ts'
import { ListView, QuoteView } from './list-view.ts'
import { TableView } from './table-view.ts'
import { HtmlView, ParagraphView, RuleView } from './paragraph-view.ts'

interface Shown {
  readonly view: BlockView
  readonly block: Block
  readonly isOpen: boolean
}

/** Shows blocks behind those that are finished. */
export class OpenBlocks implements BlocksView {
  readonly #parent: Element
  readonly #context: ViewContext
  readonly #shown: Shown[] = []

  constructor(parent: Element, context: ViewContext) {
    this.#parent = parent
    this.#context = context
  }

  update(blocks: readonly Block[], isOpen: boolean): void {
    for (const { view } of this.#shown.splice(blocks.length)) view.element.remove()
    for (const [index, block] of blocks.entries()) this.#show(index, block, isOpen && index === blocks.length - 1)
  }

  /** The first `count` blocks are finished: they stay as they are from now on. */
  finish(count: number): void {
    this.#shown.splice(0, count)
  }

  #show(index: number, block: Block, isOpen: boolean): void {
    const present = this.#shown[index]
    const isSame = present?.block.type === block.type && present.block.raw === block.raw && present.isOpen === isOpen
    if (isSame) return
    this.#shown[index] = { view: this.#viewFor(block, isOpen, present?.view), block, isOpen }
  }

  /** The view that is there, if it can show the block; otherwise another in its place. */
  #viewFor(block: Block, isOpen: boolean, present: BlockView | undefined): BlockView {
    if (present?.update(block, isOpen) === true) return present
    const view = createView(block, this.#context)
    view.update(block, isOpen)
    if (present === undefined) this.#parent.append(view.element)
    else present.element.replaceWith(view.element)
    return view
  }
}

function createView(block: Block, context: ViewContext): BlockView {
  switch (block.type) {
    case 'leaf':
      return new ParagraphView(block.tag, context)
    case 'html':
      return new HtmlView(context)
    case 'code':
      return new CodeView(context)
    case 'quote':
      return new QuoteView(block, context)
    case 'list':
      return new ListView(block, context)
    case 'table':
      return new TableView(block.align, context)
    default:
      return new RuleView()
  }
}
