// One connection of a reader that behaves like an EventSource: resumed after a last event id, ended at any byte.
import { createParser, type ParsedEvent } from '../../sse/index.ts'
import { assert } from '../assertion.ts'

/** The url of the stream under test, and the headers to request it with. */
export interface ResumeTarget {
  /** The url, or a function that returns it, for a server that is started only when the tests run. */
  readonly url: string | (() => string)
  /** Headers of every request, such as credentials. Default: none. */
  readonly headers?: Readonly<Record<string, string>> | undefined
}

/** What was received over one connection. */
export interface Connection {
  readonly response: Response
  readonly events: readonly ParsedEvent[]
}

/** When the reader disconnects: after an event, or after a number of bytes. */
export interface DisconnectWhen {
  /** Disconnects once this returns `true` for the events received so far, or when the stream ends. */
  readonly events?: ((events: readonly ParsedEvent[]) => boolean) | undefined
  /** Disconnects after this many bytes; an event that is incomplete by then is discarded. */
  readonly bytes?: number | undefined
}

const timeoutMs = 10_000

/** Requests the stream as an EventSource does, and reads until `when` holds. */
export async function connect(target: ResumeTarget, lastEventId: string, when: DisconnectWhen): Promise<Connection> {
  const done = new AbortController()
  const onTimeout = (): void => done.abort(new Error(`The expected events did not arrive within ${timeoutMs} ms.`))
  const timer = setTimeout(onTimeout, timeoutMs)
  const position = lastEventId === '' ? {} : { 'last-event-id': lastEventId }
  const headers = { accept: 'text/event-stream', 'cache-control': 'no-cache', ...target.headers, ...position }
  try {
    const url = typeof target.url === 'string' ? target.url : target.url()
    const response = await fetch(url, { headers, signal: done.signal })
    return { response, events: await read(response, when) }
  } finally {
    clearTimeout(timer)
    done.abort()
  }
}

async function read(
  { body }: Response,
  { events: isEnough, bytes = Infinity }: DisconnectWhen,
): Promise<ParsedEvent[]> {
  const events: ParsedEvent[] = []
  const parser = createParser({ onEvent: (event) => events.push(event) })
  const reader = body?.getReader()
  assert(reader !== undefined, 'The response has no body.')
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

/** The events without those of the framework itself, whose names begin with `tidings:`. */
export function dataEvents(events: readonly ParsedEvent[]): ParsedEvent[] {
  return events.filter(({ event }) => event?.startsWith('tidings:') !== true)
}

/** The last event id after these events; `before` if none of them has an id. */
export function positionOf(events: readonly ParsedEvent[], before = ''): string {
  return events.reduce((position, { id }) => id ?? position, before)
}
