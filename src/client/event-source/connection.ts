// What WHATWG HTML 9.2.3 does with an event source: connect, announce, reestablish, fail, each in its order of steps.
import { createParser, ParseError, type ParsedEvent, type Parser } from '../../sse/index.ts'
import { requestSource, type SourceRequest } from './request.ts'
import { nextTask, queueTask } from './task.ts'
import { isEventStreamType } from '../http/media-type.ts'
import { toReconnectionMs } from '../http/reconnection-time.ts'

/** The values of `readyState`. */
export const connecting = 0
/** `readyState` while a connection is open. */
export const open = 1
/** `readyState` once the source has ended for good. */
export const closed = 2

/** What a {@link Source} is made with. */
export interface SourceOptions {
  readonly lastEventId: string
  readonly maxEventBytes: number | false | undefined
}

/** What an event source remembers. */
export class Source {
  /** Where its events are dispatched. */
  readonly target: EventTarget
  readonly parser: Parser
  readyState: typeof connecting | typeof open | typeof closed = connecting
  reconnectionMs = 3000
  /** Of the url that the stream came from, redirects followed. */
  origin = 'null'
  /** Lets go of what is under way: a request, a body or a wait. */
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

/** 9.2.2, step 16, and 9.2.3: fetches, reads, and comes back, until the source is closed. Never rejects. */
export async function connect(source: Source, request: SourceRequest): Promise<void> {
  const controller = new AbortController()
  source.release = () => controller.abort()
  const { signal } = controller
  let response: Response
  try {
    response = await requestSource(request, { lastEventId: source.parser.lastEventId, signal })
  } catch (error) {
    // processEventSource, step 1: an aborted network error fails for good. Step 2: any other comes back.
    if (isAbortError(error)) fail(source)
    else reestablish(source, request)
    return
  }
  // Step 3.
  if (response.status !== 200 || !isEventStreamType(response.headers.get('content-type'))) {
    letGo(response.body)
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

/** Reads a stream that somebody else has opened; its end is the source's. Never rejects. */
export async function readOnce(source: Source, stream: ReadableStream<Uint8Array>): Promise<void> {
  await read(source, stream, () => {})
  fail(source)
}

/** 9.2.2, `close()`: nothing more is dispatched, not even what the chunk in hand still holds. */
export function close(source: Source): void {
  source.readyState = closed
  source.parser.reset()
  source.release()
}

/** Announces the connection, and interprets its body up to its end, whichever way that comes. */
async function read(
  source: Source,
  body: ReadableStream<Uint8Array> | null,
  abort: () => void,
): Promise<'ended' | 'too large'> {
  try {
    const reader = body?.getReader()
    source.release = () => (abort(), letGo(reader))
    // Closed while the answer was on its way, from a `fetch` that has no ear for its signal.
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

/** 9.2.3, announce the connection. Resolves once listeners know. */
function announce(source: Source): Promise<void> {
  queueTask(() => {
    if (source.readyState === closed) return
    source.readyState = open
    dispatch(source, new Event('open'))
  })
  return nextTask()
}

/** How long chunks that are there already are read on without giving the event loop back. */
const sliceMs = 10

/** 9.2.6. The next chunk is asked for once the listeners have had all of the last: nothing is ever queued here. */
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
    // Steps 2 and 4. The optional step 3, a longer wait, is left to the server's `retry`.
    const timer = setTimeout(() => {
      // Step 5. The wait is a task's already.
      if (source.readyState === connecting) void connect(source, request)
    }, source.reconnectionMs)
    source.release = () => clearTimeout(timer)
  })
}

/** 9.2.3, fail the connection: it never comes back. */
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

/** What a listener throws is reported in the platform's way, and stops nothing here. */
function dispatch({ target }: Source, event: Event): void {
  try {
    target.dispatchEvent(event)
  } catch (error) {
    // DOM 2.10 reports it itself; in workerd `dispatchEvent` throws it.
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

function letGo(body: { cancel(): Promise<void> } | null | undefined): void {
  // Whether it had ended or failed by itself is all the same now.
  body?.cancel().catch(() => {})
}
