// Whether a stream reconnects after a failure, and after which backoff.
import { TidingsError } from '../../base/index.ts'
import { pauseMs } from '../http/pause.ts'
import { isRefusal } from '../http/refusal.ts'
import { isTransientStatus } from '../http/repeatable.ts'
import { ResponseError } from '../http/response-error.ts'
import type { StreamOptions } from './options.ts'

/** A failure, as the retry policy looks at it. */
export interface Failure {
  readonly error: unknown
  /** Whether the request was not sent yet: what the caller's functions throw may pass, and nothing is done twice. */
  readonly isUnsent: boolean
  /** The server's last `retry`, in milliseconds. */
  readonly retryMs: number | undefined
}

/** The retry policy of one stream; counts its consecutive failures. */
export interface Retry {
  /** The number of failures since the last event. */
  attempt: number
  /** Whether the server announced the end of this connection, so that it does not count as a failure. */
  isExpected: boolean
  /** The pause before the next try, in milliseconds. @throws the error itself if the stream must not reconnect */
  delayMs(failure: Failure): number
}

/** Makes the retry policy of one stream. */
export function createRetry(options: StreamOptions['retry']): Retry {
  const { attempts = 10, ...limits } = options || {}
  return {
    attempt: 0,
    isExpected: false,
    delayMs({ error, isUnsent, retryMs = 0 }) {
      if (!this.isExpected) this.attempt += 1
      this.isExpected = false
      if (options === false || this.attempt > attempts || !isTransient(error, isUnsent)) throw error
      return pauseMs(this.attempt, error, retryMs, limits)
    },
  }
}

/** Makes the error `ERR_STREAM_INTERRUPTED`. */
export function interrupted(message: string, cause?: unknown): TidingsError {
  return new TidingsError('ERR_STREAM_INTERRUPTED', message, { cause })
}

/** Whether another try may succeed. */
function isTransient(error: unknown, isUnsent: boolean): boolean {
  if (error instanceof ResponseError) return isTransientStatus(error.status)
  return isUnsent || (error instanceof TidingsError && error.code === 'ERR_STREAM_INTERRUPTED' && !isRefusal(error))
}
