// Which blocks at the start of a text are finished: whatever comes behind the text, they stay as they are.
import type { PlacedBlock } from './reader.ts'

/** So much may stay unfinished for want of a blank line. */
const patience = 8192

/** How many blocks are finished, and where the text behind them starts. */
export interface Boundary {
  readonly count: number
  readonly offset: number
}

/**
 * The last boundary that is sure: a blank line, behind which another block has a whole line. In a long text without blank lines,
 * that before the last block but one.
 */
export function findBoundary(text: string, blocks: readonly PlacedBlock[]): Boundary | undefined {
  const isLong = text.length > patience
  for (let count = blocks.length - 1; count > 0; count -= 1) {
    const offset = blocks[count]?.offset ?? Infinity
    const isWhole = offset < text.length && text.includes('\n', offset)
    const isSure = followsBlankLine(text, offset) || (isLong && count < blocks.length - 1)
    if (isWhole && isSure) return { count, offset }
  }
  return undefined
}

function followsBlankLine(text: string, offset: number): boolean {
  return /\n[ \t]*\n$/.test(text.slice(Math.max(0, offset - 100), offset))
}
