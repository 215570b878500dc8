// The connection of an event source (WHATWG HTML 9.2.3): connect, announce, reestablish, fail, in the standard's steps.
import { createParser, ParseError, type ParsedEvent, type Parser } from '../../sse/index.ts'
import { requestSource, type SourceRequest } from './request.ts'
import { nextTask, queueTask } from './task.ts'
import { isEventStreamType } from '../http/media-type.ts'
import { toReconnectionMs } from '../http/reconnection-time.ts'

/** `readyState` before the first connection is open, and during a pause before a reconnect. */
export const connecting = 0
/** `readyState` while a connection is open. */
export const open = 1
/** `readyState` once the source is closed: it never reconnects. */
export const closed = 2

/** Options of {@link Source}; see `EventSourceStreamOptions`. */
export interface SourceOptions {
  readonly lastEventId: string
  readonly maxEventBytes: number | false | undefined
}

/** The state of one event source. */
export class Source {
  /** The `EventSource` that its events are dispatched to. */
  readonly target: EventTarget
  readonly parser: Parser
  readyState: typeof connecting | typeof open | typeof closed = connecting
  reconnectionMs = 3000
  /** The origin of the url that answered, after redirects. */
  origin = 'null'
  /** Aborts what is in progress: a request, the reading of a body, or the pause before a reconnect. */
  release: () => void = () => {}

  constructor(target: EventTarget, options: SourceOptions) {
    this.target = target
    this.parser = createParser({
      ...options,
      onEvent: (event) => dispatchMessage(this, event),
      // 9.2.6, "retry": the time is set as soon as the field is read.
      onRetry: (retryMs) => void (this.reconnectionMs = toReconnectionMs(retryMs)),
      onError: throwIfTooLarge,
    })
  }
}

/** 9.2.2, step 16, and 9.2.3: fetches, reads and reconnects until the source is closed. Never rejects. */
export async function connect(source: Source, request: SourceRequest): Promise<void> {
  const controller = new AbortController()
  source.release = () => controller.abort()
  const { signal } = controller
  let response: Response
  try {
    response = await requestSource(request, { lastEventId: source.parser.lastEventId, signal })
  } catch (error) {
    // processEventSource, step 1: an aborted network error closes the source. Step 2: any other reconnects.
    if (isAbortError(error)) fail(source)
    else reestablish(source, request)
    return
  }
  // Step 3.
  if (response.status !== 200 || !isEventStreamType(response.headers.get('content-type'))) {
    cancel(response.body)
    controller.abort()
    fail(source)
    return
  }
  // Step 4.
  source.origin = new URL(response.url || request.url.href).origin
  const end = await read(source, response.body, () => controller.abort())
  if (end === 'too large') fail(source)
  else reestablish(source, request)
}

/** Reads a stream that the caller has opened; the end of the stream closes the source. Never rejects. */
export async function readOnce(source: Source, stream: ReadableStream<Uint8Array>): Promise<void> {
  await read(source, stream, () => {})
  fail(source)
}

/** 9.2.2, `close()`: nothing more is dispatched, not even the rest of the current chunk. */
export function close(source: Source): void {
  source.readyState = closed
  source.parser.reset()
  source.release()
}

/** Announces the connection, and interprets its body until it ends or fails, or an event is too large. */
async function read(
  source: Source,
  body: ReadableStream<Uint8Array> | null,
  abort: () => void,
): Promise<'ended' | 'too large'> {
  try {
    const reader = body?.getReader()
    source.release = () => (abort(), cancel(reader))
    // Closed before the response arrived, with a `fetch` that ignores its signal.
    if (source.readyState === closed) source.release()
    await announce(source)
    if (reader !== undefined) await interpret(source, reader)
    return 'ended'
  } catch (error) {
    source.release()
    return error instanceof ParseError ? 'too large' : 'ended'
  } finally {
    // 9.2.6: once the end of the file is reached, pending data is discarded.
    source.parser.reset()
  }
}

/** 9.2.3, announce the connection. Resolves once `open` has been dispatched. */
function announce(source: Source): Promise<void> {
  queueTask(() => {
    if (source.readyState === closed) return
    source.readyState = open
    dispatch(source, new Event('open'))
  })
  return nextTask()
}

/** How long chunks that are already received are read without a break for the event loop. */
const sliceMs = 10

/** 9.2.6. Reads the next chunk once listeners have received all events of the last: events are never queued here. */
async function interpret(source: Source, reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  let turnAt = performance.now()
  for (;;) {
    const { done, value } = await reader.read()
    if (done || source.readyState === closed) return
    source.parser.feed(value)
    if (performance.now() - turnAt < sliceMs) continue
    await nextTask()
    turnAt = performance.now()
  }
}

/** 9.2.3, reestablish the connection. */
function reestablish(source: Source, request: SourceRequest): void {
  // Step 1.
  queueTask(() => {
    if (source.readyState === closed) return
    source.readyState = connecting
    dispatch(source, new Event('error'))
    if (source.readyState !== connecting) return
    // Steps 2 and 4. The optional step 3, a longer wait (backoff), is left to the server's `retry`.
    const timer = setTimeout(() => {
      // Step 5. A timer's callback is a task already.
      if (source.readyState === connecting) void connect(source, request)
    }, source.reconnectionMs)
    source.release = () => clearTimeout(timer)
  })
}

/** 9.2.3, fail the connection: it never reconnects. */
function fail(source: Source): void {
  queueTask(() => {
    if (source.readyState === closed) return
    source.readyState = closed
    dispatch(source, new Event('error'))
  })
}

/** 9.2.6, dispatch the event, from its step 4 on. */
function dispatchMessage(source: Source, { event, data }: ParsedEvent): void {
  const { origin, parser } = source
  dispatch(source, new MessageEvent(event ?? 'message', { data, origin, lastEventId: parser.lastEventId }))
}

/** Dispatches an event. What a listener throws is reported as the platform does, and does not end the stream. */
function dispatch({ target }: Source, event: Event): void {
  try {
    target.dispatchEvent(event)
  } catch (error) {
    // DOM 2.10: `dispatchEvent` itself reports what a listener throws; that of workerd throws it.
    queueTask(() => {
      throw error
    })
  }
}

function throwIfTooLarge(error: ParseError): void {
  if (error.type === 'max-buffer-size-exceeded') throw error
}

function isAbortError(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError'
}

function cancel(body: { cancel(): Promise<void> } | null | undefined): void {
  // A body that has ended or failed needs no cancelling, so a rejection does not matter.
  body?.cancel().catch(() => {})
}
