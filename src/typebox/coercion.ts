// TypeBox's coercion of strings to numbers, without the conversions that would change a value in silence.
import { isPlain } from './copy.ts'

/**
 * Restores the strings that TypeBox converted to a different value: `''` and `'false'` to 0, `'1.5'` to the integer 1,
 * an id of 19 digits to another id. The check then refuses the string, with its path.
 * `converted` is the conversion of a copy of `given`; it is changed in place.
 */
export function restoreLossy(given: unknown, converted: unknown): unknown {
  if (typeof converted === 'number')
    return typeof given !== 'string' || isNumeralOf(given, converted) ? converted : given
  if (typeof converted === 'bigint') return typeof given !== 'string' || integer.test(given) ? converted : given
  // TypeBox makes `null` of '0' as well.
  if (converted === null) return typeof given !== 'string' || given === 'null' || given === '' ? converted : given
  if (Array.isArray(converted)) {
    const items: readonly unknown[] = Array.isArray(given) ? given : [given]
    for (const [index, item] of converted.entries()) converted[index] = restoreLossy(items[index], item)
  } else if (isPlain(converted) && isPlain(given)) {
    for (const name of Object.keys(converted)) converted[name] = restoreLossy(given[name], converted[name])
  }
  return converted
}

const integer = /^\s*[+-]?\d+\s*$/

function isNumeralOf(text: string, number: number): boolean {
  if (text.trim() === '' || Number(text) !== number) return false
  return Number.isSafeInteger(number) || !integer.test(text)
}
