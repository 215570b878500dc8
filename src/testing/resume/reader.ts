// One reader of a stream, as an EventSource would be: it remembers its position, can be cut anywhere, and comes back.
import { createParser, type ParsedEvent } from '../../sse/index.ts'
import { assert } from '../assertion.ts'

/** Where a stream is, and how it is asked for. */
export interface ResumeTarget {
  readonly url: string | (() => string)
  /** Headers of every request: who asks. */
  readonly headers?: Readonly<Record<string, string>> | undefined
}

/** What one connection brought. */
export interface Connection {
  readonly response: Response
  readonly events: readonly ParsedEvent[]
}

/** When a connection is left: after an event, or anywhere within the bytes. */
export interface LeaveWhen {
  /** Leaves once it is true of what has come so far; the end of the stream is an end as well. */
  readonly events?: ((events: readonly ParsedEvent[]) => boolean) | undefined
  /** Leaves after so many bytes: what an event has of its bytes by then counts for nothing. */
  readonly bytes?: number | undefined
}

const timeoutMs = 10_000

/** Asks as an EventSource does, reads until it is time to leave, and leaves. */
export async function connect(target: ResumeTarget, lastEventId: string, leave: LeaveWhen): Promise<Connection> {
  const over = new AbortController()
  const timer = setTimeout(() => over.abort(new Error(`Nothing more came within ${timeoutMs} ms.`)), timeoutMs)
  const position = lastEventId === '' ? {} : { 'last-event-id': lastEventId }
  const headers = { accept: 'text/event-stream', 'cache-control': 'no-cache', ...target.headers, ...position }
  try {
    const url = typeof target.url === 'string' ? target.url : target.url()
    const response = await fetch(url, { headers, signal: over.signal })
    return { response, events: await read(response, leave) }
  } finally {
    clearTimeout(timer)
    over.abort()
  }
}

async function read({ body }: Response, { events: isEnough, bytes = Infinity }: LeaveWhen): Promise<ParsedEvent[]> {
  const events: ParsedEvent[] = []
  const parser = createParser({ onEvent: (event) => events.push(event) })
  const reader = body?.getReader()
  assert(reader !== undefined, 'The answer has no body.')
  for (let left = bytes; left > 0;) {
    const { done, value } = await reader.read()
    if (done) break
    parser.feed(value.subarray(0, left))
    left -= value.byteLength
    if (isEnough?.(events) === true) break
  }
  await reader.cancel()
  return events
}

/** The events that carry data of the server's; those of the framework begin with `tidings:`. */
export function dataEvents(events: readonly ParsedEvent[]): ParsedEvent[] {
  return events.filter(({ event }) => event?.startsWith('tidings:') !== true)
}

/** Where a reader stands behind these events. */
export function positionOf(events: readonly ParsedEvent[], before = ''): string {
  return events.reduce((position, { id }) => id ?? position, before)
}
