// What a text of Markdown consists of, as it is shown: blocks, whose own text is read for emphasis and links later.
import type { Alignment } from './libraries.ts'

/** A paragraph or a heading. */
export interface LeafBlock {
  readonly type: 'leaf'
  readonly raw: string
  readonly tag: 'p' | 'h1' | 'h2' | 'h3' | 'h4' | 'h5' | 'h6'
  readonly source: string
}

/** Raw HTML. */
export interface HtmlBlock {
  readonly type: 'html'
  readonly raw: string
  /** It goes on behind a cut. */
  readonly isContinued?: boolean
}

/** A block of code. */
export interface CodeBlock {
  readonly type: 'code'
  readonly raw: string
  readonly text: string
  readonly language: string
}

/** A line between blocks. */
export interface RuleBlock {
  readonly type: 'rule'
  readonly raw: string
}

/** A quotation. */
export interface QuoteBlock {
  readonly type: 'quote'
  readonly raw: string
  readonly blocks: readonly Block[]
  /** It goes on behind a cut. */
  readonly isContinued?: boolean
}

/** An item of a list. `checked` is there if it is one of a list of tasks. */
export interface ListItem {
  readonly raw: string
  readonly checked: boolean | undefined
  readonly blocks: readonly Block[]
}

/** A list. */
export interface ListBlock {
  readonly type: 'list'
  readonly raw: string
  /** The first number, or `undefined` if the items have none. */
  readonly start: number | undefined
  readonly items: readonly ListItem[]
  /** It goes on behind a cut. */
  readonly isContinued?: boolean
}

/** A table: the texts of its cells. */
export interface TableBlock {
  readonly type: 'table'
  readonly raw: string
  readonly align: readonly (Alignment | null)[]
  readonly header: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

/** A block of any kind. */
export type Block = LeafBlock | HtmlBlock | CodeBlock | RuleBlock | QuoteBlock | ListBlock | TableBlock
