// Markdown as blocks, and their texts as HTML: `marked`, with what it is not to read taken out.
import type { Block, LeafBlock, ListItem } from './block.ts'
import type { MarkedItem, MarkedLexer, MarkedLibrary, MarkedToken, MarkedTokenizer } from './libraries.ts'
import { isKnownTag } from './sanitizer.ts'

/** A block at the top, with the place in the text where it starts. */
export interface PlacedBlock {
  readonly offset: number
  readonly block: Block
}

/** Reads Markdown with `marked`. */
export interface MarkdownReader {
  /** The blocks of a text. */
  readBlocks(text: string): readonly PlacedBlock[]
  /** The HTML of the text of one block. It is not safe before it has been sanitised. */
  toHtml(source: string): string
}

/** Quotations and lists in one another, beyond which their marks are shown as text: browsers die of deep documents. */
const maxDepth = 20

/** A table of more columns is shown as text: a row of one character would be as many cells. */
const maxColumns = 50

/** Creates a reader. A text that `marked` fails at is one paragraph. */
export function createReader(library: MarkedLibrary): MarkdownReader {
  const settings = createSettings(library)
  const createLexer = (): MarkedLexer => new library.Lexer(settings)
  return {
    readBlocks: (text) => {
      try {
        return place(text, createLexer().blockTokens(text, []))
      } catch {
        // Its recursion is deeper than the stack (a RangeError): the text itself can be shown all the same.
        return [{ offset: 0, block: { type: 'leaf', raw: text, tag: 'p', source: text } }]
      }
    },
    toHtml: (source) => {
      try {
        return library.Parser.parseInline(createLexer().inlineTokens(source, []), settings)
      } catch {
        // As above.
        return escapeHtml(source)
      }
    },
  }
}

function createSettings(library: MarkedLibrary): object {
  const tokenizer = new library.Tokenizer()
  const renderer = Object.assign(new library.Renderer(), {
    html: ({ text }: { readonly text: string }) => (isKnownTag(text) ? text : escapeHtml(text)),
  })
  let depth = 0
  const bound = (read: MarkedTokenizer['list']) => (source: string) => {
    if (depth >= maxDepth) return undefined
    depth += 1
    try {
      return read.call(tokenizer, source)
    } finally {
      depth -= 1
    }
  }
  tokenizer.blockquote = bound(tokenizer.blockquote)
  tokenizer.list = bound(tokenizer.list)
  // A definition (`[a]: url`) would change blocks before it, which are finished: it stays text, and so does `[a]`.
  tokenizer.def = () => undefined
  const { html, table } = tokenizer
  tokenizer.html = (source) => (isKnownTag(source.trimStart()) ? html.call(tokenizer, source) : undefined)
  tokenizer.table = (source) => (isWide(source) ? undefined : table.call(tokenizer, source))
  return { gfm: true, tokenizer, renderer }
}

/** Whether a text begins as a table would that is too wide: by its second line, which has one dash or more for each column. */
function isWide(source: string): boolean {
  const second = /^[^\n]*\n([-:| \t]*)/.exec(source)?.[1] ?? ''
  return second.split('|', maxColumns + 3).length > maxColumns + 2
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

/** Where `marked` does not say truly what it has read, a block keeps the place of the one before. */
function place(text: string, tokens: readonly MarkedToken[]): readonly PlacedBlock[] {
  let offset = 0
  return tokens.flatMap((token) => {
    const start = offset
    offset = text.startsWith(token.raw, offset) ? offset + token.raw.length : Number.POSITIVE_INFINITY
    const block = toBlock(token)
    return block === undefined ? [] : [{ offset: start, block }]
  })
}

function toBlocks(tokens: readonly MarkedToken[]): readonly Block[] {
  return tokens.flatMap((token) => toBlock(token) ?? [])
}

function toBlock(token: MarkedToken): Block | undefined {
  const { type, raw, text = '' } = token
  switch (type) {
    case 'space':
    case 'checkbox':
      return undefined
    case 'heading':
      return { type: 'leaf', raw, tag: headingOf(token.depth), source: text }
    case 'code':
      return { type: 'code', raw, text, language: /^\S*/.exec(token.lang ?? '')?.[0] ?? '' }
    case 'hr':
      return { type: 'rule', raw }
    case 'html':
      return { type: 'html', raw }
    case 'blockquote':
      return { type: 'quote', raw, blocks: toBlocks(token.tokens ?? []) }
    case 'list':
      return { type: 'list', raw, start: startOf(token), items: (token.items ?? []).map(toItem) }
    case 'table':
      return { type: 'table', raw, align: token.align ?? [], ...cellsOf(token) }
    default:
      return { type: 'leaf', raw, tag: 'p', source: text }
  }
}

function headingOf(depth: number | undefined): LeafBlock['tag'] {
  return (['h1', 'h2', 'h3', 'h4', 'h5', 'h6'] as const)[(depth ?? 1) - 1] ?? 'h6'
}

function startOf({ ordered = false, start = 1 }: MarkedToken): number | undefined {
  return ordered ? Number(start) : undefined
}

function cellsOf({ header = [], rows = [] }: MarkedToken): Pick<Extract<Block, { type: 'table' }>, 'header' | 'rows'> {
  return { header: header.map(({ text }) => text), rows: rows.map((row) => row.map(({ text }) => text)) }
}

function toItem({ raw, task, checked = false, tokens }: MarkedItem): ListItem {
  const blocks = toBlocks(tokens)
  if (!task) return { raw, checked: undefined, blocks }
  const [first, ...others] = blocks
  const isLeaf = first?.type === 'leaf'
  const rest = isLeaf ? [{ ...first, source: first.source.replace(/^\[[ xX]\] +/, '') }, ...others] : blocks
  return { raw, checked, blocks: rest }
}
