// One answer that streams, from its bytes to its events.
import { createBodyReader } from '../http/body-reader.ts'
import { dataReader } from '../http/event-data.ts'
import { EventReader } from './event-reader.ts'
import { JsonLineReader } from './json-line-reader.ts'
import type { Cursor } from './line-reader.ts'
import type { ServerEvent } from './server-event.ts'
import type { StreamOptions } from './options.ts'

/** The events of one answer. */
export interface Connection {
  /** Whether the answer tells what is control and what is data, and so when it is whole. */
  readonly hasControls: boolean
  /** The next event that has already come. @throws TidingsError `ERR_EVENT_TOO_LARGE` */
  next(): ServerEvent | undefined
  /** Reads on, once `next` has nothing more; false when there is nothing more to come. */
  readonly read: () => Promise<boolean>
  /** Lets go of the body: a read that waits ends at once, and the server notices. */
  close(): void
}

/** The events of `body`, which move the `cursor`. */
export function createConnection(
  { hasControls, isSse }: MediaType,
  body: ReadableStream<Uint8Array>,
  cursor: Cursor,
  { as = 'auto', maxEventBytes = 2 ** 24 }: StreamOptions,
): Connection {
  const { read, close } = createBodyReader(body)
  const limit = maxEventBytes === false ? Infinity : maxEventBytes
  const Reader = isSse ? EventReader : JsonLineReader
  const events = new Reader(cursor, limit, dataReader(as), hasControls)
  let isOver = false
  return {
    hasControls,
    next: () => events.next(),
    close,
    async read() {
      if (isOver) return false
      const { done, text } = await read()
      isOver = done
      // The last line of JSON counts without its LF; a block of SSE that no blank line has ended does not.
      events.feed(done && !isSse ? `${text}\n` : text)
      return true
    },
  }
}

/** What a Content-Type says of a stream. */
export interface MediaType {
  readonly isSse: boolean
  readonly hasControls: boolean
}

/** The kind of stream, or nothing where the answer is none. */
export function streamTypeOf(contentType: string | null): MediaType | undefined {
  const [type = '', ...parameters] = (contentType ?? '').toLowerCase().split(/\s*;\s*/)
  const isSse = type === 'text/event-stream'
  if (!isSse && !/^application\/((x-)?ndjson|stream\+json|jsonl|x-jsonlines)$/.test(type)) return undefined
  return { isSse, hasControls: parameters.includes(isSse ? 'tidings=1' : 'envelope=1') }
}
