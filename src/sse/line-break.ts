// The ends of lines: LF, CR, and CRLF even where a chunk ends between the two.
import type { ParserState } from './parser-state.ts'

export const lineFeed = 0x0a
export const carriageReturn = 0x0d

/** The position behind the line break at `lineEnd`. A CR at the end of a chunk ends its line at once. */
export function behindBreak(state: ParserState, text: string, lineEnd: number): number {
  const next = lineEnd + 1
  if (text.charCodeAt(lineEnd) === lineFeed) return next
  if (next === text.length) {
    state.skipsLineFeed = true
    return next
  }
  return text.charCodeAt(next) === lineFeed ? next + 1 : next
}

/** Where the line at `start` ends; the text's length where it does not. */
export function firstBreak(text: string, start: number): number {
  // Chunks of one byte: two searches cost more than the rest of their way.
  if (text.length === 1) return text === '\n' || text === '\r' ? 0 : 1
  return Math.min(indexOrEnd(text, '\n', start), indexOrEnd(text, '\r', start))
}

/** Where the character is next; the text's length where it is not. */
export function indexOrEnd(text: string, character: string, start: number): number {
  const index = text.indexOf(character, start)
  return index === -1 ? text.length : index
}
