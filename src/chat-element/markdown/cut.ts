// Where a block that goes on and on is cut, so that what is read again in each frame stays short.
import type { Block } from './block.ts'
import type { PlacedBlock } from './reader.ts'

/** A list or a table is cut once it has so many characters: between two items, or before a row. */
const longBlock = 8192
/** Raw HTML is cut behind so many characters, and is text by then. */
const longHtml = 10_240
/** An item of a list or a quotation that is longer is cut through: before a line, behind which it is read as if it began there. */
const longPart = 16_384
/** The same for so many lines, because `marked` takes them one by one. */
const manyLines = 1000
/** The same where its end is a block of code, which would be torn; it takes less to read. */
const longCode = 65_536
/** A table is cut once it has so many places for cells, be they empty: that is what a browser lays out. */
const manyCells = 5000

/** A block that goes on behind a cut, as a block of its own. */
export interface Continued {
  readonly type: Block['type']
  /** The number of the next item, where it is a list of numbers. */
  readonly start: number | undefined
}

/** A cut through a block. */
export interface Cut {
  /** How much of the text is before it. */
  readonly offset: number
  /** What is read before the text behind it, so that rows of a table are still rows: its head. */
  readonly head: string
  readonly continued: Continued
}

/**
 * Where the last block of a text is cut, if it is too long and nothing before it can be finished. All of the text is shown all the
 * same. A paragraph and a block of code are never cut here: they have chunks and boxes.
 */
export function findCut(text: string, blocks: readonly PlacedBlock[]): Cut | undefined {
  const [placed, ...others] = blocks
  if (placed === undefined || others.length > 0 || !isTooLong(text, placed.block)) return undefined
  const { block } = placed
  const start = block.type === 'list' ? block.start : undefined
  const items = block.type === 'list' ? findLastItem(text, placed) : undefined
  const offset = items?.offset ?? findLastLine(text)
  if (offset === undefined) return undefined
  const next = start === undefined || items === undefined ? undefined : start + items.count
  return { offset, head: block.type === 'table' ? headOf(block.raw) : '', continued: { type: block.type, start: next } }
}

function isTooLong(text: string, block: Block): boolean {
  switch (block.type) {
    case 'table':
      return text.length > longBlock || block.rows.length * block.align.length > manyCells
    case 'html':
      return text.length > longHtml
    case 'list':
      return block.items.length > 1 ? text.length > longBlock : isLongPart(text, block)
    case 'quote':
      return isLongPart(text, block)
    default:
      return false
  }
}

function isLongPart(text: string, block: Block): boolean {
  if (lastIn(block).type === 'code') return text.length > longCode
  return text.length > longPart || text.split('\n', manyLines + 1).length > manyLines
}

/** The innermost block at the end of another. */
function lastIn(block: Block): Block {
  const last = partsOf(block).at(-1)
  return last === undefined ? block : lastIn(last)
}

/** The blocks in the last part of a block. */
function partsOf(block: Block): readonly Block[] {
  if (block.type === 'list') return block.items.at(-1)?.blocks ?? []
  return block.type === 'quote' ? block.blocks : []
}

/** Where the last item of a list begins, and how many are before it. */
function findLastItem(text: string, { block, offset }: PlacedBlock): { offset: number; count: number } | undefined {
  if (block.type !== 'list' || block.items.length < 2) return undefined
  const before = block.items.slice(0, -1)
  let end = Math.max(0, offset)
  for (const { raw } of before) {
    if (!text.startsWith(raw, end)) return undefined
    end += raw.length
  }
  return { offset: end, count: before.length }
}

/** Where the last line begins that says something. */
function findLastLine(text: string): number | undefined {
  const offset = text.trimEnd().lastIndexOf('\n') + 1
  return offset === 0 ? undefined : offset
}

/** The first two lines of a table. */
function headOf(raw: string): string {
  return /^[^\n]*\n[^\n]*\n/.exec(raw)?.[0] ?? ''
}
