// What the views of blocks share.
import type { Block } from './block.ts'

/** The words that are shown or read out. */
export interface MarkdownLabels {
  /** The button of a block of code. Default: `Copy` */
  readonly copy: string
  /** The same button, for two seconds after it has been used. Default: `Copied` */
  readonly copied: string
  /** The same where it could not copy; the code is selected then. Default: `Not copied` */
  readonly notCopied: string
  /** The name of a block of code whose language is not given, as a screen reader says it. Default: `Code` */
  readonly code: string
  /** The name of a table, as a screen reader says it. Default: `Table` */
  readonly table: string
  /** The name of the box of a task, as a screen reader says it. Default: `Task` */
  readonly task: string
}

/** Shows one block. */
export interface BlockView {
  readonly element: HTMLElement
  /** Shows the block as it is now; `isOpen` if more of it may come. `false`: it is of another kind, and needs another view. */
  update(block: Block, isOpen: boolean): boolean
}

/** Shows blocks, one after the other. */
export interface BlocksView {
  /** Shows the blocks as they are now; `isOpen` if more may come of the last. */
  update(blocks: readonly Block[], isOpen: boolean): void
}

/** What a view needs. */
export interface ViewContext {
  readonly labels: MarkdownLabels
  /** The text of a block, as nodes that are safe. */
  readonly toFragment: (source: string) => DocumentFragment
  /** Raw HTML, as nodes that are safe. */
  readonly sanitize: (html: string) => DocumentFragment
  /** An unfinished text, as if its marks were closed. */
  readonly mend: (source: string) => string
  readonly createBlocks: (parent: Element) => BlocksView
}
