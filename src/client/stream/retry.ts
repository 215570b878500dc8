// Whether a stream reconnects after a failure, and after which backoff.
import { ResponseError } from '../http/response-error.ts'
import { exponentialMs, TidingsError } from '../../base/index.ts'
import { isTransientStatus } from '../http/repeatable.ts'
import { toReconnectionMs } from '../http/reconnection-time.ts'
import type { StreamOptions } from './options.ts'

/** The retry policy of one stream; counts its consecutive failures. */
export interface Retry {
  /** The number of failures since the last event. */
  attempt: number
  /** Whether the server announced the end of this connection, so that it does not count as a failure. */
  isExpected: boolean
  /** Whether the request may be repeated: it is idempotent, `unsafe` allows it, or the server can resume. */
  mayRepeat: boolean
  /**
   * The pause after a failure, in milliseconds: what the server requested (`Retry-After`, else `retryMs`, the stream's
   * last `retry`), or an exponential backoff with full jitter, whichever is longer; after the first failure a pause
   * that the server requested is kept as it is.
   *
   * @throws the error itself if the stream must not reconnect
   */
  delayMs(error: unknown, retryMs: number | undefined): number
}

/** Makes the retry policy of one stream. `isIdempotent`: the request may be repeated without the option `unsafe`. */
export function createRetry(options: StreamOptions['retry'], isIdempotent: boolean): Retry {
  const { attempts = 10, minMs = 1000, maxMs = 30_000, unsafe = false } = options || {}
  return {
    attempt: 0,
    isExpected: false,
    mayRepeat: isIdempotent || unsafe,
    delayMs(error, retryMs = 0) {
      if (!this.isExpected) this.attempt += 1
      this.isExpected = false
      if (options === false || !this.mayRepeat || this.attempt > attempts || !isTransient(error)) throw error
      const requestedMs = toReconnectionMs(retryAfterMs(error) ?? retryMs)
      if (this.attempt <= 1 && requestedMs > 0) return requestedMs
      return Math.max(requestedMs, Math.random() * exponentialMs(this.attempt - 1, minMs, maxMs))
    },
  }
}

/** Makes the error `ERR_STREAM_INTERRUPTED`. */
export function interrupted(message: string, cause?: unknown): TidingsError {
  return new TidingsError('ERR_STREAM_INTERRUPTED', message, { cause })
}

/** Whether another attempt may succeed. */
function isTransient(error: unknown): boolean {
  if (error instanceof ResponseError) return isTransientStatus(error.status)
  return error instanceof TidingsError && error.code === 'ERR_STREAM_INTERRUPTED'
}

/** The pause that `Retry-After` requests (RFC 9110 10.2.3: seconds, or a date). */
function retryAfterMs(error: unknown): number | undefined {
  if (!(error instanceof ResponseError)) return undefined
  const value = error.headers.get('retry-after') ?? ''
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now()
  return ms >= 0 ? ms : undefined
}
