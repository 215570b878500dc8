// Surrogate pairs that are cut in two: a delta never ends with the first half of a character.

/**
 * Joins what waits of the last piece of a text with the next one, and splits off the first half of a pair at its end: what
 * can be sent, and what waits. A first half that no second one follows is replaced.
 */
export function joinHalves(waiting: string, piece: string): readonly [whole: string, half: string] {
  if (piece === '') return ['', waiting]
  const start = waiting !== '' && !isSecondHalf(piece.charCodeAt(0)) ? replacement : waiting
  const text = start + piece
  return isFirstHalf(text.charCodeAt(text.length - 1)) ? [text.slice(0, -1), text.slice(-1)] : [text, '']
}

/** What stands for a first half whose second half never came. */
export const replacement = '\uFFFD'

function isFirstHalf(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff
}

function isSecondHalf(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff
}
