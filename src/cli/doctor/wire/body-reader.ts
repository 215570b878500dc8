// Collects a body as it arrives: its chunks, and the events in them with their times. All of it is bounded.
import { createParser } from '../../../sse/index.ts'
import type { ArrivedEvent, Chunk, Exchange } from './exchange.ts'

/** What a body had, as an {@link Exchange} reports it. */
export type BodyParts = Pick<
  Exchange,
  'chunks' | 'events' | 'comments' | 'retries' | 'lastEventId' | 'hasTooLargeEvent'
>

/** Reads one body. `feed` returns whether to go on. */
export interface BodyReader {
  readonly feed: (bytes: Uint8Array, atMs: number) => boolean
  readonly parts: () => BodyParts
}

/** Largest number of events, of comments and of chunks that one exchange keeps; then it leaves. */
const mostParts = 20_000

/** Creates a reader that stops once `isEnough` holds, after `maxBytes`, or when there are too many parts to keep. */
export function createBodyReader(maxBytes: number, isEnough: (events: readonly ArrivedEvent[]) => boolean): BodyReader {
  const chunks: Chunk[] = []
  const events: ArrivedEvent[] = []
  const comments: number[] = []
  const retries: number[] = []
  let hasTooLargeEvent = false
  let length = 0
  let now = 0
  const parser = createParser({
    onEvent: (event) => void events.push({ ...event, atMs: now }),
    onComment: () => void comments.push(now),
    onRetry: (retryMs) => void retries.push(retryMs),
    onError: ({ code }) => {
      if (code === 'ERR_EVENT_TOO_LARGE') hasTooLargeEvent = true
    },
  })

  const feed = (bytes: Uint8Array, atMs: number): boolean => {
    now = atMs
    length += bytes.byteLength
    chunks.push({ atMs, bytes })
    parser.feed(bytes)
    const parts = Math.max(chunks.length, events.length, comments.length, retries.length)
    return !hasTooLargeEvent && length < maxBytes && parts < mostParts && !isEnough(events)
  }
  const parts = (): BodyParts => ({
    chunks,
    events,
    comments,
    retries,
    lastEventId: parser.lastEventId,
    hasTooLargeEvent,
  })
  return { feed, parts }
}
