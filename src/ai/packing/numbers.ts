// Small numbers as text: one character for each below 32, as in source maps.

const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const values: ReadonlyMap<string, number> = new Map(Array.from(digits, (digit, value) => [digit, value]))

/** The text of a whole number from 0 on: five bits a character, the lowest first; the sixth says that more follow. */
export function encodeNumber(value: number): string {
  let text = ''
  let rest = value
  while (rest >= 32) {
    text += digits[32 + (rest % 32)]
    rest = Math.floor(rest / 32)
  }
  return text + digits[rest]
}

/** The numbers of a text; `undefined` if it is no text of numbers. */
export function decodeNumbers(text: string): readonly number[] | undefined {
  const numbers: number[] = []
  let number = 0
  let scale = 1
  for (const digit of text) {
    const value = values.get(digit)
    if (value === undefined || scale > 2 ** 40) return undefined
    number += (value % 32) * scale
    scale *= 32
    if (value >= 32) continue
    numbers.push(number)
    number = 0
    scale = 1
  }
  return scale === 1 ? numbers : undefined
}
