// The options that all stores share, with their checks and defaults.
import { checkOptions, longestDelayMs, TidingsError, typed, wholeNumber, type OptionChecks } from '../base/index.ts'
import type { Journal } from '../journal/index.ts'

/** Options of every store. */
export interface StoreOptions {
  /** How long a stream can be read after its end, in milliseconds. Default one hour. */
  readonly keepMs?: number | undefined
  /**
   * How long a stream may last, in milliseconds; then it ends as interrupted. Default one hour. It also bounds how long a
   * stream is kept that is never ended.
   */
  readonly maxDurationMs?: number | undefined
  /**
   * How large a stream may become, in characters of JSON. Default 64 Mi. What goes beyond is refused with
   * `ERR_EVENT_TOO_LARGE`; what was stored before can be read.
   */
  readonly maxBytes?: number | undefined
  /**
   * How long a process may show no sign of life, in milliseconds, before it counts as dead, and its streams as interrupted.
   * Default 10,000, at most 2^31 - 1. It appends one every third of this time while it has open streams, for all of them.
   */
  readonly leaseMs?: number | undefined
  /**
   * Called with errors that reach nobody else: of a journal that is away while streams are watched. Default:
   * `console.error`.
   */
  readonly onError?: ((error: unknown) => void) | undefined
}

/** The limits of the streams of a store. */
export interface StreamLimits {
  readonly keepMs: number
  readonly maxDurationMs: number
  readonly maxBytes: number
  readonly leaseMs: number
}

/** The checks of {@link StoreOptions}. */
export const storeChecks: OptionChecks<StoreOptions> = {
  keepMs: wholeNumber(),
  maxDurationMs: wholeNumber(),
  maxBytes: wholeNumber(),
  leaseMs: wholeNumber({ most: longestDelayMs }),
  onError: typed('function'),
}

const hourMs = 3_600_000

/** Fills in the defaults. */
export function limitsOf(options: StoreOptions): StreamLimits {
  const { keepMs = hourMs, maxDurationMs = hourMs, maxBytes = 64 * 1024 * 1024, leaseMs = 10_000 } = options
  return { keepMs, maxDurationMs, maxBytes, leaseMs }
}

/**
 * Checks what a store is made with.
 *
 * @throws TidingsError `ERR_OPTION` for what is no journal, an option that does not exist, or one that cannot work
 */
export function checkStore(
  maker: string,
  journal: unknown,
  options: unknown,
  checks: OptionChecks<StoreOptions> = storeChecks,
): asserts journal is Journal {
  if (typeof journal !== 'object' || journal === null || !('append' in journal && 'watch' in journal)) {
    const example = `${maker}(sqliteJournal('streams.db'))`
    throw new TidingsError('ERR_OPTION', `${maker}() needs a journal, not a client or a file: ${example}.`)
  }
  checkOptions(`${maker}()`, options, checks)
}

const longestId = 1024

/**
 * Checks the id of a stream, or its owner's.
 *
 * @throws TidingsError `ERR_OPTION` for what is no text, empty, or longer than 1,024 characters
 */
export function checkId(what: string, id: unknown): asserts id is string {
  if (typeof id === 'string' && id !== '' && id.length <= longestId) return
  throw new TidingsError('ERR_OPTION', `${what} must be a string of 1 to ${longestId} characters.`)
}
