// Line breaks: LF, CR and CRLF, also when a chunk ends between CR and LF.
import type { ParserState } from './parser-state.ts'

/** LF, as a character code. */
export const lineFeed = 0x0a
/** CR, as a character code. */
export const carriageReturn = 0x0d

/** The position after the line break at `lineEnd`. A CR at the end of a chunk ends its line at once. */
export function afterBreak(state: ParserState, text: string, lineEnd: number): number {
  const next = lineEnd + 1
  if (text.charCodeAt(lineEnd) === lineFeed) return next
  if (next === text.length) {
    state.skipsLineFeed = true
    return next
  }
  return text.charCodeAt(next) === lineFeed ? next + 1 : next
}

/** The position of the first line break from `start` on; the text's length if there is none. */
export function firstBreak(text: string, start: number): number {
  // For a chunk of one byte two searches cost more than all its other steps.
  if (text.length === 1) return text === '\n' || text === '\r' ? 0 : 1
  return Math.min(indexOrEnd(text, '\n', start), indexOrEnd(text, '\r', start))
}

/** The position of the next `character` from `start` on; the text's length if there is none. */
export function indexOrEnd(text: string, character: string, start: number): number {
  const index = text.indexOf(character, start)
  return index === -1 ? text.length : index
}
