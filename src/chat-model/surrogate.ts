// Surrogate pairs that are cut in two: a delta never ends with the first half of a character.

/** Splits off the first half of a surrogate pair at the end of a text: what can be sent, and what waits. */
export function splitHalf(text: string): readonly [whole: string, half: string] {
  const last = text.charCodeAt(text.length - 1)
  return last >= 0xd800 && last <= 0xdbff ? [text.slice(0, -1), text.slice(-1)] : [text, '']
}

/** What stands for a first half whose second half never came. */
export const replacement = '\uFFFD'
