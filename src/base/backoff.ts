// Exponential backoff with jitter: how long to wait before a retry, so that clients do not all retry at once.

/** The first and the longest delay of a backoff, in milliseconds. */
export interface BackoffLimits {
  readonly firstMs: number
  readonly longestMs: number
}

/** The delay before a retry, without jitter: `firstMs` for 0 `failures`, doubled for each, at most `longestMs`. */
export function exponentialMs(failures: number, firstMs: number, longestMs: number): number {
  return Math.min(longestMs, firstMs * 2 ** failures)
}

/** {@link exponentialMs} with jitter: less a random share of up to one half, so that a fleet does not retry as one. */
export function backoffMs(failures: number, { firstMs, longestMs }: BackoffLimits): number {
  return exponentialMs(failures, firstMs, longestMs) * (1 - Math.random() / 2)
}

/** `ms` times a random factor from 0.5 to 1.5, rounded: spreads the reconnections of readers cut off together. */
export function jitter(ms: number): number {
  return Math.round(ms * (0.5 + Math.random()))
}
