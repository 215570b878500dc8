// Exponential backoff and jitter: when to try again, so that not everybody does at once.

/** The first and the longest pause of a backoff, in milliseconds. */
export interface BackoffLimits {
  readonly firstMs: number
  readonly longestMs: number
}

/** The pause after so many failures in a row, without jitter: `firstMs`, then twice as long each time, up to `longestMs`. */
export function exponentialMs(failures: number, firstMs: number, longestMs: number): number {
  return Math.min(longestMs, firstMs * 2 ** failures)
}

/** {@link exponentialMs} less up to a half, at random: a whole fleet does not come back in the same moment. */
export function backoffMs(failures: number, { firstMs, longestMs }: BackoffLimits): number {
  return exponentialMs(failures, firstMs, longestMs) * (1 - Math.random() / 2)
}

/** Half to one and a half of `ms`, at random and whole: a reconnection time for readers that would all come back at once. */
export function jitter(ms: number): number {
  return Math.round(ms * (0.5 + Math.random()))
}
