// The events of one streaming response, decoded from the bytes of its body.
import { dataReader } from '../http/event-data.ts'
import { extractType } from '../http/media-type.ts'
import { openBody } from '../http/response-error.ts'
import { EventReader } from './event-reader.ts'
import { JsonLineReader } from './json-line-reader.ts'
import type { Cursor } from './line-reader.ts'
import type { ServerEvent } from './server-event.ts'
import type { StreamOptions } from './options.ts'

/** The events of one response. */
export interface Connection {
  /** Whether the server sends control events (`tidings:*`, `error`), one of which marks the end of the stream. */
  readonly hasControls: boolean
  /** The next event of the text received so far. @throws TidingsError `ERR_EVENT_TOO_LARGE` */
  next(): ServerEvent | undefined
  /** Receives more text, for when `next` has returned `undefined`. Resolves to false at the end of the body. */
  readonly read: () => Promise<boolean>
  /** Cancels the body: a pending `read` ends at once, and the server sees the disconnect. */
  close(): void
}

/** Makes the events of a response; those that are read move the `cursor`. @throws ResponseError for an unreadable body */
export function createConnection(
  { hasControls, isSse }: MediaType,
  response: Response,
  cursor: Cursor,
  { as = 'auto', maxEventBytes = 2 ** 24 }: StreamOptions,
): Connection {
  const { read, close } = openBody(response)
  const limit = maxEventBytes === false ? Infinity : maxEventBytes
  const events = isSse
    ? new EventReader(cursor, limit, dataReader(as, !hasControls))
    : new JsonLineReader(cursor, limit, as === 'text', hasControls)
  let isDone = false
  return {
    hasControls,
    next: () => events.next(),
    close,
    async read() {
      if (isDone) return false
      const { done, text } = await read()
      isDone = done
      events.feed(text)
      if (done) events.finish()
      return true
    },
  }
}

/** The stream format that a Content-Type names. */
export interface MediaType {
  readonly isSse: boolean
  readonly hasControls: boolean
}

/** The stream format of a Content-Type; `undefined` if it is neither SSE nor NDJSON. */
export function streamTypeOf(contentType: string | null): MediaType | undefined {
  const [essence = '', ...parameters] = extractType(contentType)
  const isSse = essence === 'text/event-stream'
  if (!isSse && !/^application\/((x-)?ndjson|stream\+json|jsonl|x-jsonlines)$/.test(essence)) return undefined
  return { isSse, hasControls: parameters.includes(isSse ? 'tidings=1' : 'envelope=1') }
}
