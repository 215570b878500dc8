// From pieces of a stream as they are on the wire to its events, heartbeats and faults.
import { Fragments } from '../base/index.ts'
import { createLineParser } from '../ndjson/index.ts'
import { createParser } from '../sse/index.ts'
import type { StreamFormat } from './stream-format.ts'

/** One event as it was on the wire. */
export interface WireEvent {
  readonly type: string
  readonly id: string | undefined
  readonly data: string
}

/** What a reader hears. */
export interface WireListener {
  readonly onEvent: (event: WireEvent) => void
  /** A comment of SSE, or a blank line of NDJSON. */
  readonly onHeartbeat: () => void
  readonly onRetry: (retryMs: number) => void
  /** What is wrong on the wire. */
  readonly onFault: (message: string) => void
}

/** Reads one stream. */
export interface WireReader {
  /** Takes its next piece, split anywhere. */
  readonly feed: (text: string) => void
  /** It has ended: a last line without a line break is read, too. */
  readonly end: () => void
}

/** What one event may be, in UTF-16 units. One that is larger cannot be shown, and neither can what follows it. */
const maxEventBytes = 4 * 1024 * 1024

/** A reader for a stream of a format. It throws nothing. */
export function createWireReader(format: StreamFormat, listener: WireListener): WireReader {
  return format === 'sse' ? readSse(listener) : readLines(format, listener)
}

function readSse({ onEvent, onHeartbeat, onRetry, onFault }: WireListener): WireReader {
  let isOver = false
  const parser = createParser({
    maxEventBytes,
    onEvent: ({ event, id, data }) => onEvent({ type: event ?? 'message', id, data }),
    onComment: onHeartbeat,
    onRetry,
    onError: ({ code, message }) => {
      isOver ||= code === 'ERR_EVENT_TOO_LARGE'
      onFault(message)
    },
  })
  const feed = (text: string): void => {
    if (!isOver) parser.feed(text)
  }
  // What is unfinished at the end of SSE is discarded (HTML 9.2.6).
  return { feed, end: () => {} }
}

function readLines(format: StreamFormat, { onEvent, onHeartbeat, onFault }: WireListener): WireReader {
  const started = new Fragments()
  let isOver = false
  let line = ''
  const parser = createLineParser({
    maxLineBytes: maxEventBytes,
    onValue: (value) => onEvent(eventOf(format, value, line)),
    onError: ({ code, message }) => {
      isOver ||= code === 'ERR_EVENT_TOO_LARGE'
      onFault(message)
    },
  })
  // Line by line, so that the text of a line is known along with its value: numbers are shown as they were sent.
  const feed = (text: string): void => {
    const pieces = isOver ? [] : text.split('\n')
    const rest = pieces.pop() ?? ''
    for (const piece of pieces) {
      started.push(piece)
      line = started.take().replace(/^[ \t\r]+|[ \t\r]+$/g, '')
      if (line === '') onHeartbeat()
      parser.feed(`${line}\n`)
      if (isOver) return
    }
    started.push(rest)
    if (started.length > maxEventBytes) parser.feed(started.take())
  }
  const end = (): void => {
    if (started.length > 0) feed('\n')
  }
  return { feed, end }
}

function eventOf(format: StreamFormat, value: unknown, line: string): WireEvent {
  const plain = { type: 'message', id: undefined, data: line }
  if (format !== 'envelope' || typeof value !== 'object' || value === null || !('data' in value)) return plain
  const { event, id } = { event: Reflect.get(value, 'event'), id: Reflect.get(value, 'id') }
  return {
    type: typeof event === 'string' ? event : 'message',
    id: typeof id === 'string' ? id : undefined,
    data: JSON.stringify(value.data),
  }
}
