// Retention: how many events of a log are kept, and for how long.
import { checkNames, checkWholeNumber, type OptionNames } from '../base/index.ts'

/** How much of a log is kept. Older events are dropped, but never the last. Readers that miss some are told. */
export interface Retention {
  /** The most events that are kept. Default 10,000; `false` for no limit. */
  readonly maxEvents?: number | false | undefined
  /** The most bytes of data that are kept. Default 16 Mi; `false` for no limit. */
  readonly maxBytes?: number | false | undefined
  /** The age limit, in milliseconds: older events are dropped at the next append. Default `false`: no limit. */
  readonly maxAgeMs?: number | false | undefined
  /** The time without an append, in milliseconds, until the log and its epoch are deleted. Default `false`: never. */
  readonly forgetAfterMs?: number | false | undefined
}

/** A {@link Retention} with all defaults filled in; `Infinity` is no limit. */
export interface RetentionLimits {
  readonly maxEvents: number
  readonly maxBytes: number
  readonly maxAgeMs: number
  readonly forgetAfterMs: number
}

/** The default {@link Retention}. */
export const defaultRetention: RetentionLimits = {
  maxEvents: 10_000,
  maxBytes: 16 * 1024 * 1024,
  maxAgeMs: Infinity,
  forgetAfterMs: Infinity,
}

const retentionNames: OptionNames<Retention> = { maxEvents: true, maxBytes: true, maxAgeMs: true, forgetAfterMs: true }

/** Fills in the defaults of a {@link Retention}. */
export function fillRetention(retention: Retention | undefined): RetentionLimits {
  if (retention === undefined) return defaultRetention
  return {
    maxEvents: limitOf(retention.maxEvents, defaultRetention.maxEvents),
    maxBytes: limitOf(retention.maxBytes, defaultRetention.maxBytes),
    maxAgeMs: limitOf(retention.maxAgeMs, defaultRetention.maxAgeMs),
    forgetAfterMs: limitOf(retention.forgetAfterMs, defaultRetention.forgetAfterMs),
  }
}

/**
 * Checks the limits of a {@link Retention}.
 *
 * @throws TidingsError `ERR_OPTION` for one that does not exist, or is neither a whole number from 1 on nor `false`
 */
export function checkRetention(retention: Retention): void {
  checkNames('`retention`', retention, retentionNames)
  for (const [name, value] of Object.entries(retention)) {
    checkWholeNumber(`retention.${name}`, value, { orFalse: true })
  }
}

function limitOf(value: number | false | undefined, defaultLimit: number): number {
  return value === false ? Infinity : (value ?? defaultLimit)
}
