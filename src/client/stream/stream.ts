// `stream()`: reads a stream by `for await`, and reconnects as needed.
import { Events, type EventStream } from './events.ts'
import type { StreamOptions } from './options.ts'
import type { ServerEvent } from './server-event.ts'

/**
 * Opens a stream of SSE or NDJSON to read by `for await`. Reconnects after a failure, and resumes after the last event
 * received. Nothing is requested before the iteration starts.
 *
 * @example
 * import { stream } from 'tidings/client'
 *
 * for await (const { event, data } of stream('https://example.com/feed')) console.log(event, data)
 */
export function stream<Data = unknown>(url: string | URL, options?: StreamOptions<Data>): EventStream<ServerEvent<Data>>
export function stream(url: string | URL, options: StreamOptions = {}): EventStream {
  return new Events(url, options)
}
