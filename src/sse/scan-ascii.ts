// The parser's hot loop: the lines of an ASCII chunk, whose bytes and characters have the same positions.
import { addData, dispatchData, endBlock, readRareLine, setEvent, setId } from './block.ts'
import { afterBreak, carriageReturn, indexOrEnd, lineFeed } from './line-break.ts'
import type { ParserState } from './parser-state.ts'

const space = 0x20
const colon = 0x3a

/**
 * Reads the lines of `text` from `start` on, and returns where the unfinished one begins. Fields are recognized in the
 * bytes; line breaks and values come from the text.
 *
 * Inlined by hand, and a second time for text in scan.ts: Node 20 reads a byte in 1.0 ns and a character in 2.3 ns,
 * which is a third of the time of an 80-byte event (33 ns against 54). One function to read either used up V8's
 * inlining budget, which doubled the time of a block with an id, a name and comments.
 */
export function scanAscii(state: ParserState, text: string, bytes: Uint8Array, start: number): number {
  const end = text.length
  const skipsComments = state.callbacks.onComment === undefined
  let position = start
  // Each is searched for only after the last one found was passed: a text without CR is searched for CR once.
  let nextFeed = -1
  let nextReturn = -1
  while (position < end) {
    const first = bytes[position]
    if (first === lineFeed || first === carriageReturn) {
      state.position = afterBreak(state, text, position)
      endBlock(state)
      position = state.position
      continue
    }
    if (nextFeed < position) nextFeed = indexOrEnd(text, '\n', position)
    if (nextReturn < position) nextReturn = indexOrEnd(text, '\r', position)
    const lineEnd = nextFeed < nextReturn ? nextFeed : nextReturn
    if (lineEnd === end) return position
    const length = lineEnd - position
    const next = lineEnd === nextFeed ? lineEnd + 1 : afterBreak(state, text, lineEnd)
    if (
      first === 0x64 && // d
      length > 4 &&
      bytes[position + 1] === 0x61 &&
      bytes[position + 2] === 0x74 &&
      bytes[position + 3] === 0x61 &&
      bytes[position + 4] === colon
    ) {
      const value = text.slice(bytes[position + 5] === space ? position + 6 : position + 5, lineEnd)
      if (state.isBlockEmpty && next < end && (bytes[next] === lineFeed || bytes[next] === carriageReturn)) {
        // By far the most frequent block: a data line and a blank line. (The LF of a CRLF is a second one, harmless.)
        state.position = next + 1
        dispatchData(state, value, length)
      } else {
        state.position = next
        addData(state, value, length)
      }
    } else if (first === 0x69 && length > 2 && bytes[position + 1] === 0x64 && bytes[position + 2] === colon) {
      state.position = next
      setId(state, text.slice(bytes[position + 3] === space ? position + 4 : position + 3, lineEnd), length)
    } else if (
      first === 0x65 && // e
      length > 5 &&
      bytes[position + 1] === 0x76 &&
      bytes[position + 2] === 0x65 &&
      bytes[position + 3] === 0x6e &&
      bytes[position + 4] === 0x74 &&
      bytes[position + 5] === colon
    ) {
      state.position = next
      setEvent(state, text.slice(bytes[position + 6] === space ? position + 7 : position + 6, lineEnd), length)
    } else {
      state.position = next
      if (first !== colon || !skipsComments) readRareLine(state, text.slice(position, lineEnd))
    }
    position = state.position // a callback may have stopped the parser
  }
  return end
}
