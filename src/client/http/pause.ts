// How long a client waits before it reconnects.
import { exponentialMs } from '../../base/index.ts'
import { toReconnectionMs } from './reconnection-time.ts'
import { ResponseError } from './response-error.ts'

/** The bounds of the random pause before a reconnect, in milliseconds: of the first one, and of all. */
export interface PauseLimits {
  readonly minMs?: number | undefined
  readonly maxMs?: number | undefined
}

/**
 * The pause after a failure, in milliseconds: what the server requested (`Retry-After`, else `retryMs`), or an
 * exponential backoff with full jitter, whichever is longer; after the first of several failures a pause that the
 * server requested is kept as it is.
 */
export function pauseMs(
  failures: number,
  error: unknown,
  retryMs: number,
  { minMs = 1000, maxMs = 30_000 }: PauseLimits,
): number {
  const requestedMs = toReconnectionMs(retryAfterMs(error) ?? retryMs)
  if (failures <= 1 && requestedMs > 0) return requestedMs
  // 0 doubled for ever is NaN.
  return Math.max(requestedMs, Math.random() * exponentialMs(failures - 1, minMs, maxMs) || 0)
}

/** The pause that `Retry-After` requests (RFC 9110 10.2.3: seconds, or a date). */
function retryAfterMs(error: unknown): number | undefined {
  if (!(error instanceof ResponseError)) return undefined
  const value = error.headers.get('retry-after') ?? ''
  const ms = Number(value) * 1000 || Date.parse(value) - Date.now()
  return ms >= 0 ? ms : undefined
}
