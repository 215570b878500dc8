// How many streams a server holds open at once, and when a request that was refused may come again.
import type { Context } from './context.ts'

/** Limits on the streams that a server holds open at once. */
export interface StreamLimits {
  /** Open streams of the whole server; one more is answered 503. Default `false`: no limit. */
  readonly maxStreams?: number | false | undefined
  /**
   * Open streams of one key (a user, an address); one more is answered 429. No limit where `key` returns `undefined`.
   */
  readonly maxStreamsPerKey?: { readonly max: number; readonly key: (ctx: Context) => string | undefined } | undefined
  /** The `Retry-After` of these answers, and of those for a journal that is away or full, in seconds. Default 5. */
  readonly retryAfterSeconds?: number | undefined
}

/** The default of {@link StreamLimits.retryAfterSeconds}. */
export const defaultRetryAfterSeconds = 5
