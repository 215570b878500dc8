// Values of options: whole numbers, sizes of time. What is none is refused with an example of what is meant.
import { TidingsError } from '../../base/index.ts'

/** The least and the greatest value that an option takes, both included. */
export interface NumberBounds {
  readonly min: number
  readonly max: number
}

const unitMs = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const

/** A whole number. @throws TidingsError `ERR_OPTION` if the text is none, or is out of bounds */
export function parseWholeNumber(name: string, text: string, { min, max }: NumberBounds): number {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : NaN
  if (value >= min && value <= max) return value
  throw new TidingsError('ERR_OPTION', `${name} takes a whole number from ${min} to ${max}, not ${quote(text)}.`)
}

/** A number above 0, as in `0.5` or `20`. @throws TidingsError `ERR_OPTION` */
export function parseFactor(name: string, text: string): number {
  const value = /^\d{1,9}(\.\d{1,9})?$/.test(text) ? Number(text) : NaN
  if (value > 0) return value
  throw new TidingsError('ERR_OPTION', `${name} takes a number above 0, like 0.5 or 20, not ${quote(text)}.`)
}

/** A length of time with its unit, in milliseconds; at most 24 days. @throws TidingsError `ERR_OPTION` */
export function parseDurationMs(name: string, text: string): number {
  const [, count = '', unit = ''] = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h)$/.exec(text) ?? []
  const value = isUnit(unit) ? Number(count) * unitMs[unit] : NaN
  // 2^31 - 1, the longest timer there is.
  if (value > 0 && value < 2 ** 31) return value
  throw new TidingsError('ERR_OPTION', `${name} takes a time like 500ms, 10s, 2m or 1h, not ${quote(text)}.`)
}

function isUnit(unit: string): unit is keyof typeof unitMs {
  return unit in unitMs
}

function quote(text: string): string {
  return JSON.stringify(text.slice(0, 60))
}
