// How much of a log is kept.
import { checkWholeNumber } from '../base/index.ts'

/** What is dropped from the beginning of a log. The last event always stays. A reader that misses what was dropped is told. */
export interface Retention {
  /** How many events are kept. Default 10,000; `false` for any number. */
  readonly maxEvents?: number | false | undefined
  /** How many bytes of data are kept. Default 16 Mi; `false` for any number. */
  readonly maxBytes?: number | false | undefined
  /** How old an event gets, in milliseconds; older ones go with the next append. Default `false`: any age. */
  readonly maxAgeMs?: number | false | undefined
  /** After how many milliseconds without an append the whole log is forgotten, its epoch too. Default `false`: never. */
  readonly forgetAfterMs?: number | false | undefined
}

/** A {@link Retention} with nothing left out; `Infinity` is no limit. */
export interface RetentionLimits {
  readonly maxEvents: number
  readonly maxBytes: number
  readonly maxAgeMs: number
  readonly forgetAfterMs: number
}

/** What is kept where nobody says. */
export const defaultRetention: RetentionLimits = {
  maxEvents: 10_000,
  maxBytes: 16 * 1024 * 1024,
  maxAgeMs: Infinity,
  forgetAfterMs: Infinity,
}

/** Fills in the defaults. */
export function fillRetention(retention: Retention | undefined): RetentionLimits {
  if (retention === undefined) return defaultRetention
  return {
    maxEvents: limitOf(retention.maxEvents, defaultRetention.maxEvents),
    maxBytes: limitOf(retention.maxBytes, defaultRetention.maxBytes),
    maxAgeMs: limitOf(retention.maxAgeMs, defaultRetention.maxAgeMs),
    forgetAfterMs: limitOf(retention.forgetAfterMs, defaultRetention.forgetAfterMs),
  }
}

/** @throws TidingsError `ERR_OPTION` for a limit that is no whole number from 1 on. */
export function checkRetention(retention: Retention): void {
  for (const [name, value] of Object.entries(retention)) {
    checkWholeNumber(`retention.${name}`, value, { orFalse: true })
  }
}

function limitOf(value: number | false | undefined, byDefault: number): number {
  return value === false ? Infinity : (value ?? byDefault)
}
