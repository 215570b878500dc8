// Whether and when a stream comes back.
import { ResponseError } from '../http/response-error.ts'
import { exponentialMs, TidingsError } from '../../base/index.ts'
import { isPassingStatus } from '../http/repeatable.ts'
import { toReconnectionMs } from '../http/reconnection-time.ts'
import type { StreamOptions } from './options.ts'

/** Counts the failures in a row. */
export interface Retry {
  /** How many failures there have been since the last event. */
  attempt: number
  /** Whether the next end of a connection is one that the server has announced, and so no failure. */
  isExpected: boolean
  /** Whether asking again does no harm, or is wanted all the same. */
  mayRepeat: boolean
  /**
   * The pause after a failure: what the server asked for, or exponential with full jitter, whichever is longer.
   *
   * @throws the error itself where no try may follow it
   */
  delayMs(error: unknown, retryMs: number | undefined): number
}

/** Makes the counter of one stream. `isSafe` says whether its request may be repeated without `unsafe`. */
export function createRetry(options: StreamOptions['retry'], isSafe: boolean): Retry {
  const { attempts = 10, minMs = 1000, maxMs = 30_000, unsafe = false } = options || {}
  return {
    attempt: 0,
    isExpected: false,
    mayRepeat: isSafe || unsafe,
    delayMs(error, retryMs = 0) {
      if (!this.isExpected) this.attempt += 1
      this.isExpected = false
      if (options === false || !this.mayRepeat || this.attempt > attempts || !isPassing(error)) throw error
      const asked = toReconnectionMs(retryAfterMs(error) ?? retryMs)
      if (this.attempt <= 1 && asked > 0) return asked
      return Math.max(asked, Math.random() * exponentialMs(this.attempt - 1, minMs, maxMs))
    },
  }
}

/** `ERR_STREAM_INTERRUPTED`. */
export function interrupted(message: string, cause?: unknown): TidingsError {
  return new TidingsError('ERR_STREAM_INTERRUPTED', message, { cause })
}

/** Whether it may go better the next time. */
function isPassing(error: unknown): boolean {
  if (error instanceof ResponseError) return isPassingStatus(error.status)
  return error instanceof TidingsError && error.code === 'ERR_STREAM_INTERRUPTED'
}

/** RFC 9110 10.2.3: seconds, or a date. */
function retryAfterMs(error: unknown): number | undefined {
  if (!(error instanceof ResponseError)) return undefined
  const value = error.headers.get('retry-after') ?? ''
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now()
  return ms >= 0 ? ms : undefined
}
