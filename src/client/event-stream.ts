// One stream over any number of connections.
import type { ServerEvent } from './server-event.ts'
import type { EventStream, StreamOptions } from './stream.ts'

export declare function openEventStream<Data>(
  url: string | URL,
  options: StreamOptions<Data>,
): EventStream<ServerEvent<Data>>
