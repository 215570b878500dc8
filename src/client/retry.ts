// Whether and when a stream comes back.
import { ResponseError } from './response-error.ts'
import { TidingsError } from '../base/index.ts'
import { toReconnectionMs } from './reconnection-time.ts'
import type { RetryOptions } from './stream.ts'

/** Counts the failures in a row. */
export class Retry {
  /** How many failures there have been since the last event. */
  attempt = 0
  readonly #attempts: number
  readonly #minMs: number
  readonly #maxMs: number

  constructor(options: RetryOptions | false, canRepeat: boolean) {
    const { attempts = 10, minMs = 1000, maxMs = 30_000 } = options || { attempts: 0 }
    this.#attempts = canRepeat ? attempts : 0
    this.#minMs = minMs
    this.#maxMs = maxMs
  }

  /** Counts a failure, and whether another try may follow it. */
  allows(error: unknown): boolean {
    this.attempt += 1
    return this.attempt <= this.#attempts && isPassing(error)
  }

  /** The pause before the next try: what the server asked for, or exponential with full jitter, whichever is longer. */
  delayMs(error: unknown, retryMs: number | undefined): number {
    const afterMs = error instanceof ResponseError ? retryAfterMs(error) : undefined
    const asked = toReconnectionMs(afterMs ?? retryMs ?? 0)
    if (this.attempt <= 1 && asked > 0) return asked
    const backoff = Math.min(this.#maxMs, this.#minMs * 2 ** (this.attempt - 1))
    return Math.max(asked, Math.random() * backoff)
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

/** Whether it may go better the next time. */
function isPassing(error: unknown): boolean {
  if (error instanceof ResponseError) return isPassingStatus(error.status)
  return error instanceof TidingsError && error.code === 'ERR_STREAM_INTERRUPTED'
}

/** RFC 9110 10.2.3: seconds, or a date. */
function retryAfterMs({ headers }: ResponseError): number | undefined {
  const value = headers.get('retry-after')
  if (value === null) return undefined
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now()
  return ms >= 0 ? ms : undefined
}
