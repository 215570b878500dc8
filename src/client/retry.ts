// Whether and when a stream comes back.
import { ResponseError } from './response-error.ts'
import { TidingsError } from '../base/index.ts'
import { toReconnectionMs } from './reconnection-time.ts'
import type { StreamOptions } from './stream.ts'

/** Counts the failures in a row. */
export interface Retry {
  /** How many failures there have been since the last event. */
  attempt: number
  /** Whether asking again does no harm, or is wanted all the same. */
  mayRepeat: boolean
  /**
   * The pause after a failure: what the server asked for, or exponential with full jitter, whichever is longer.
   *
   * @throws the error itself where no try may follow it
   */
  delayMs(error: unknown, retryMs: number | undefined): number
}

export function createRetry(options: StreamOptions['retry'], isSafe: boolean): Retry {
  const { attempts = 10, minMs = 1000, maxMs = 30_000, unsafe = false } = options || {}
  return {
    attempt: 0,
    mayRepeat: isSafe || unsafe,
    delayMs(error, retryMs = 0) {
      this.attempt += 1
      if (options === false || !this.mayRepeat || this.attempt > attempts || !isPassing(error)) throw error
      const asked = toReconnectionMs(retryAfterMs(error) ?? retryMs)
      if (this.attempt <= 1 && asked > 0) return asked
      return Math.max(asked, Math.random() * Math.min(maxMs, minMs * 2 ** (this.attempt - 1)))
    },
  }
}

/** RFC 9110 9.2.2; anything else done twice may be twice done. */
export function isIdempotent(method: string): boolean {
  return /^(GET|HEAD|PUT|DELETE|OPTIONS)$/i.test(method)
}

/** Whether an answer of this status may be another one the next time. */
export function isPassingStatus(status: number): boolean {
  return status >= 500 || [408, 425, 429].includes(status)
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
