// The checks of numeric options: one wording for all of them.
import { TidingsError } from './error.ts'
import { describeValue } from './json.ts'

/** Which numbers an option takes. */
export interface NumberRange {
  /** Default 1. */
  readonly least?: number
  /** Default: the largest whole number that a double holds exactly. */
  readonly most?: number
  /** Whether `false` switches the option off. */
  readonly orFalse?: boolean
}

/** The longest delay that the timers of every runtime take, in milliseconds: a longer one would fire at once. */
export const longestDelayMs: number = 2 ** 31 - 1

/** @throws TidingsError `ERR_OPTION` unless `value` is left out, or a whole number in the range. */
export function checkWholeNumber(
  name: string,
  value: unknown,
  { least = 1, most = Number.MAX_SAFE_INTEGER, orFalse = false }: NumberRange = {},
): void {
  if (value === undefined || (orFalse && value === false)) return
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return
  const end = most === Number.MAX_SAFE_INTEGER ? '' : ` to ${most}`
  const wanted = `a whole number from ${least}${end}${orFalse ? ', or false' : ''}`
  throw new TidingsError('ERR_OPTION', `${name} must be ${wanted}, not ${describeValue(value)}.`)
}

/** @throws TidingsError `ERR_OPTION` unless `value` is left out, `false` for no limit, or a number above 0. */
export function checkLimit(name: string, value: unknown): void {
  if (value === undefined || value === false || (typeof value === 'number' && value > 0)) return
  throw new TidingsError('ERR_OPTION', `${name} must be a number above 0, or false, not ${describeValue(value)}.`)
}
