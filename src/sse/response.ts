// What every answer that streams SSE has in common, whoever makes it.
import { encodeData } from './encode.ts'

/** How long, in milliseconds, an EventSource waits before it reconnects where nobody says (the engines use 3 to 5 s). */
export const defaultRetryMs = 3000

/** How long, in milliseconds, a stream is silent before a comment keeps proxies from cutting it. */
export const defaultHeartbeatMs = 15_000

/** The Content-Type of SSE; `tidings=1` says that control events are told from data. */
export function contentTypeOf(controls: boolean): string {
  return `text/event-stream; charset=utf-8${controls ? '; tidings=1' : ''}`
}

/** The headers of an answer of that Content-Type: kept by no cache, and held back by no proxy. */
export function streamHeaders(contentType: string): Record<string, string> {
  return { 'content-type': contentType, 'cache-control': 'no-cache', 'x-accel-buffering': 'no' }
}

/** The data of an `error` event. */
export interface ErrorPayload {
  readonly error: string
  /** The HTTP status that the failure would have been, where the error names one. */
  readonly code?: number
}

/** The `error` event that tells a reader of a failure. */
export function encodeError(payload: ErrorPayload): string {
  return `event: error\n${encodeData(payload)}`
}
