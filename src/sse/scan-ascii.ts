// The hot loop of the house: the lines of a chunk of ASCII, whose bytes stand where its characters do.
import { addData, dispatchData, endBlock, readRareLine, setEvent, setId } from './block.ts'
import { behindBreak, carriageReturn, indexOrEnd, lineFeed } from './line-break.ts'
import type { ParserState } from './parser-state.ts'

const space = 0x20
const colon = 0x3a

/**
 * Reads the lines of `text` from `start` on, and returns where the unfinished one begins. The bytes tell the fields,
 * the text gives the values and is searched.
 *
 * Written out, and once more for text in scan.ts: Node 20 reads a byte in 1.0 ns and a
 * character in 2.3 ns, which is a third of the time of an 80-byte event (33 ns against 54), and a function for reading
 * either of them used up what V8 inlines, which doubled the time of a block with an id, a name and comments.
 */
export function scanAscii(state: ParserState, text: string, bytes: Uint8Array, start: number): number {
  const end = text.length
  const skipsComments = state.callbacks.onComment === undefined
  let position = start
  // Each searched for once a line break, and only behind the last: a text without CR is searched for CR once.
  let nextFeed = -1
  let nextReturn = -1
  while (position < end) {
    const first = bytes[position]
    if (first === lineFeed || first === carriageReturn) {
      state.position = behindBreak(state, text, position)
      endBlock(state)
      position = state.position
      continue
    }
    if (nextFeed < position) nextFeed = indexOrEnd(text, '\n', position)
    if (nextReturn < position) nextReturn = indexOrEnd(text, '\r', position)
    const lineEnd = nextFeed < nextReturn ? nextFeed : nextReturn
    if (lineEnd === end) return position
    const length = lineEnd - position
    const next = lineEnd === nextFeed ? lineEnd + 1 : behindBreak(state, text, lineEnd)
    if (
      first === 0x64 && // d
      length > 4 &&
      bytes[position + 1] === 0x61 &&
      bytes[position + 2] === 0x74 &&
      bytes[position + 3] === 0x61 &&
      bytes[position + 4] === colon
    ) {
      const value = text.slice(bytes[position + 5] === space ? position + 6 : position + 5, lineEnd)
      if (state.isFresh && next < end && (bytes[next] === lineFeed || bytes[next] === carriageReturn)) {
        // The most frequent block by far: one data line and a blank line (the LF of a CRLF is one more, for nothing).
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
