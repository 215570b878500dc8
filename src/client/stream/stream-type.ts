// The stream format of a response, by its Content-Type.
import { extractType } from '../http/media-type.ts'

/** The stream format that a Content-Type names. */
export interface StreamType {
  /** Whether it is SSE; else NDJSON. */
  readonly isSse: boolean
  /** Whether the server sends control events (`tidings:*`, `error`), one of which marks the end of the stream. */
  readonly hasControls: boolean
}

/** The stream format of a Content-Type; `undefined` if it is neither SSE nor NDJSON. */
export function streamTypeOf(contentType: string | null): StreamType | undefined {
  const [essence = '', ...parameters] = extractType(contentType)
  const isSse = essence === 'text/event-stream'
  if (!isSse && !/ndjson$|jsonl(ines)?$|stream\+json$/.test(essence)) return undefined
  return { isSse, hasControls: parameters.includes(isSse ? 'tidings=1' : 'envelope=1') }
}
