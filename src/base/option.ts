// Validation of options, with the same error text for all of them.
import { TidingsError } from './error.ts'
import { describeValue } from './json.ts'

/** The range of a numeric option. */
export interface NumberRange {
  /** The smallest allowed number. Default 1. */
  readonly least?: number
  /** The largest allowed number. Default 2^53 - 1, the largest whole number that a double holds exactly. */
  readonly most?: number
  /** Whether `false` is allowed too and switches the option off. Default false. */
  readonly orFalse?: boolean
}

/** The longest timer delay that every runtime supports, in milliseconds: a longer one would fire at once. */
export const longestDelayMs: number = 2 ** 31 - 1

/**
 * Checks that an option is left out or a whole number in the range (or `false`, with `orFalse`).
 *
 * @throws TidingsError `ERR_OPTION` for any other value
 */
export function checkWholeNumber(
  name: string,
  value: unknown,
  { least = 1, most = Number.MAX_SAFE_INTEGER, orFalse = false }: NumberRange = {},
): void {
  if (value === undefined || (orFalse && value === false)) return
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return
  const upTo = most === Number.MAX_SAFE_INTEGER ? '' : ` to ${most}`
  const expected = `a whole number from ${least}${upTo}${orFalse ? ', or false' : ''}`
  throw new TidingsError('ERR_OPTION', `${name} must be ${expected}, not ${describeValue(value)}.`)
}

/**
 * Checks that a limit is left out, `false` (no limit) or a number above 0.
 *
 * @throws TidingsError `ERR_OPTION` for any other value
 */
export function checkLimit(name: string, value: unknown): void {
  if (value === undefined || value === false || (typeof value === 'number' && value > 0)) return
  throw new TidingsError('ERR_OPTION', `${name} must be a number above 0, or false, not ${describeValue(value)}.`)
}

/**
 * Checks that an option is left out or of a type.
 *
 * @throws TidingsError `ERR_OPTION` for any other value
 */
export function checkType(name: string, value: unknown, type: 'boolean' | 'function' | 'object' | 'string'): void {
  if (value === undefined || (typeof value === type && value !== null && !Array.isArray(value))) return
  throw new TidingsError('ERR_OPTION', `${name} must be ${aOrAn(type)} ${type}, not ${describeValue(value)}.`)
}

/**
 * Checks that an option is left out or one of `choices`.
 *
 * @throws TidingsError `ERR_OPTION` for any other value
 */
export function checkChoice(name: string, value: unknown, choices: readonly unknown[]): void {
  if (value === undefined || choices.includes(value)) return
  const expected = choices.map(describeValue).join(', ')
  throw new TidingsError('ERR_OPTION', `${name} must be one of ${expected}, not ${describeValue(value)}.`)
}

/**
 * Checks that an option is left out or a list of strings, each of which `accepts` takes.
 *
 * @throws TidingsError `ERR_OPTION` for any other value; `expected` says what an item has to be
 */
export function checkStrings(name: string, value: unknown, expected: string, accepts: (item: string) => boolean): void {
  if (value === undefined) return
  const items: readonly unknown[] | undefined = Array.isArray(value) ? value : undefined
  const wrong = items === undefined ? value : items.find((item) => typeof item !== 'string' || !accepts(item))
  if (items !== undefined && wrong === undefined && !items.includes(undefined)) return
  throw new TidingsError('ERR_OPTION', `${name} must be a list of ${expected}, not ${describeValue(wrong)}.`)
}

function aOrAn(type: string): string {
  return type === 'object' ? 'an' : 'a'
}
