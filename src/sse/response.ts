// What all SSE responses share: default intervals, headers, and the `error` event.
import { encodeData } from './encode.ts'

/** The default reconnection time (`retry`), in milliseconds; without one, browsers wait 3 to 5 s. */
export const defaultRetryMs = 3000

/** The default heartbeat interval, in milliseconds: after this silence, a comment keeps proxies from timing out. */
export const defaultHeartbeatMs = 15_000

/** The Content-Type of an SSE response; with `controls`, the parameter `tidings=1` announces control events. */
export function contentTypeOf(controls: boolean): string {
  return `text/event-stream; charset=utf-8${controls ? '; tidings=1' : ''}`
}

/**
 * The headers of a streamed response: its Content-Type, no caching, no compression by whoever is in between
 * (`no-transform`, RFC 9111 5.2.2.6: a compressor holds events back), and no buffering by proxies, as nginx and as the
 * HTTP working group's field `Incremental` say it.
 */
export function streamHeaders(contentType: string): Record<string, string> {
  return {
    'content-type': contentType,
    'cache-control': 'no-cache, no-transform',
    'x-accel-buffering': 'no',
    incremental: '?1',
  }
}

/** The data of an `error` event. */
export interface ErrorPayload {
  readonly error: string
  /** The HTTP status that the error would have had before the stream began, if it has one. */
  readonly code?: number | undefined
  /** The id of the request, if it has one. */
  readonly requestId?: string | undefined
}

/** Encodes the `error` event that reports a failure to the reader. */
export function encodeError(payload: ErrorPayload): string {
  return `event: error\n${encodeData(payload)}`
}
