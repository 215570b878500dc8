// Where a long text of one block can be cut, so that what is before the cut never has to be read again.
import { OpenMarks } from './open-marks.ts'

/** A cut is made at the first end of a sentence behind so many characters where nothing is open. */
const wantedLength = 1024
/** Behind so many characters, it is made between any two words. */
const enoughLength = 1536
/** A cut is made here whatever is open: emphasis, a link or code that is longer than this is not seen as one. */
const longest = 2048

/**
 * Where the chunk ends that begins at `start`, or `undefined` while that cannot be said. It depends on no more than the one
 * character behind the end, so that a text which grows is cut at the same places as one that is whole.
 */
export function findChunkEnd(source: string, start: number): number | undefined {
  if (source.length - start < wantedLength) return undefined
  const open = new OpenMarks()
  let lastSpace: number | undefined
  for (let index = start; index < source.length; index += 1) {
    const length = index - start
    if (length >= wantedLength && isBetweenWords(source, index)) {
      if (open.isEmpty && (length >= enoughLength || isSentenceEnd(source, index))) return index
      lastSpace = index
    }
    if (length >= longest) return lastSpace ?? wholeCharacter(source, index)
    index = open.read(source, index)
  }
  return undefined
}

/** Not a space of a line break, nor one that is code or escaped. */
function isBetweenWords(source: string, index: number): boolean {
  if (source[index] !== ' ') return false
  return /[^\s\\`]/.test(source[index - 1] ?? '') && /[^\s`]/.test(source[index + 1] ?? '')
}

function isSentenceEnd(source: string, index: number): boolean {
  return /[.!?\u2026\u061F\u06D4\u0964]$/.test(source.slice(index - 1, index))
}

function wholeCharacter(source: string, index: number): number {
  return /[\uDC00-\uDFFF]/.test(source[index] ?? '') ? index - 1 : index
}
