// `stream()`: the events of a stream by `for await`, over any number of connections.
import { Events, type EventStream } from './events.ts'
import type { StreamOptions } from './options.ts'
import type { ServerEvent } from './server-event.ts'

/**
 * Reads a stream of SSE or NDJSON, on whatever connections that takes, by `for await`.
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
