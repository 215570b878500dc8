// An `EventReader` of text that is at hand, in the pieces that it is cut into.
import { EventReader, type ReadEvent } from '../../../src/client/stream/event-reader.ts'
import type { StreamOptions } from '../../../src/client/stream/options.ts'
import type { StreamType } from '../../../src/client/stream/stream-type.ts'

const sse: StreamType = { isSse: true, hasControls: false }
export const ndjson: StreamType = { isSse: false, hasControls: false }

/** Makes a reader of `pieces`, of which it asks for one at a time. */
export function feedReader(pieces: Iterable<string>, options: StreamOptions, type: StreamType = sse): EventReader {
  const iterator = pieces[Symbol.iterator]()
  const read = async (): Promise<{ done: boolean; text: string }> => {
    const result = iterator.next()
    return result.done ? { done: true, text: '' } : { done: false, text: result.value }
  }
  return new EventReader({ read, close: () => {} }, type, '', options)
}

/** Adds to `events` those of a reader, and resolves at its end: to false, or to `undefined` if it was cut. */
export async function readAll(reader: EventReader, events: ReadEvent[]): Promise<boolean | undefined> {
  for (;;) {
    for (let event = reader.next(); event !== undefined; event = reader.next()) events.push(event)
    const hasMore = await reader.read()
    if (!hasMore) return hasMore
  }
}
