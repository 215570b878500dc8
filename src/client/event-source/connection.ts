// The connection of an event source (WHATWG HTML 9.2.3): connect, announce, reestablish, fail, in the standard's steps.
import { describeContent } from '#extras'
import { TidingsError } from '../../base/index.ts'
import { createParser, ParseError, type ParsedEvent, type Parser } from '../../sse/index.ts'
import { createErrorEvent } from './error-event.ts'
import { requestSource, type SourceRequest } from './request.ts'
import { nextTask, queueTask } from './task.ts'
import { discardBody } from '../http/body-reader.ts'
import { isEventStreamType } from '../http/media-type.ts'
import { pauseMs } from '../http/pause.ts'
import { toReconnectionMs } from '../http/reconnection-time.ts'
import { isTransientStatus } from '../http/repeatable.ts'
import { lockBody, ResponseError } from '../http/response-error.ts'

/** `readyState` before the first connection is open, and during a pause before a reconnect. */
export const connecting = 0
/** `readyState` while a connection is open. */
export const open = 1
/** `readyState` once the source is closed: it never reconnects. */
export const closed = 2

type Reader = ReadableStreamDefaultReader<Uint8Array>

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
  /** Whether the server has set that time. */
  hasServerTime = false
  /** Failures since the last event. */
  failures = 0
  /** The origin of the url that answered, after redirects. */
  origin = 'null'
  /** Aborts what is in progress: a request, the reading of a body, or the pause before a reconnect. */
  release: () => void = ignore
  /** Ends the pause before a reconnect. */
  reconnect: () => void = ignore

  constructor(target: EventTarget, options: SourceOptions) {
    this.target = target
    this.parser = createParser({
      ...options,
      onEvent: (event) => dispatchMessage(this, event),
      // 9.2.6, "retry": the time is set as soon as the field is read.
      onRetry: (retryMs) => {
        this.reconnectionMs = toReconnectionMs(retryMs)
        this.hasServerTime = true
      },
    })
  }
}

/** 9.2.2, step 16, and 9.2.3: fetches, reads and reconnects until the source is closed. Never rejects. */
export async function connect(source: Source, request: SourceRequest): Promise<void> {
  const controller = new AbortController()
  source.release = () => controller.abort()
  const { signal } = controller
  source.reconnect = ignore
  let response: Response
  try {
    response = await requestSource(request, { lastEventId: source.parser.lastEventId, signal })
  } catch (error) {
    // processEventSource, step 1: an aborted network error closes the source. Step 2: any other reconnects, unless that
    // is known to be futile.
    if (isAbortError(error) || isFutile(error)) fail(source, error)
    else reestablish(source, request, error)
    return
  }
  let reader: Reader | undefined
  try {
    checkResponse(response)
    // No body at all is an empty stream, which has ended.
    if (!hasNoBody(response)) reader = lockBody(response)
  } catch (error) {
    // Step 3.
    discardBody(response)
    controller.abort()
    if (request.retry !== undefined && isTransientStatus(response.status)) reestablish(source, request, error)
    else fail(source, error)
    return
  }
  // Step 4.
  source.origin = new URL(response.url || request.url.href).origin
  const end = await read(source, reader, () => controller.abort())
  if (end instanceof ParseError) fail(source, end)
  else reestablish(source, request, end)
}

/** Step 3 of connecting. @throws ResponseError for a response that is not an event stream */
function checkResponse(response: Response): void {
  const isStream = isEventStreamType(response.headers.get('content-type'))
  if (response.status === 204)
    throw new ResponseError(response, '', ': the stream has ended, and is not asked for again')
  if (response.status !== 200 || !isStream)
    throw new ResponseError(response, '', response.ok && !isStream ? describeContent(response) : '')
}

function hasNoBody(response: Response): boolean {
  try {
    return response.body === null
  } catch {
    // It has one that cannot be had.
    return false
  }
}

/** Reads a stream that the caller has opened; the end of the stream closes the source. Never rejects. */
export async function readOnce(source: Source, stream: ReadableStream<Uint8Array>): Promise<void> {
  let end: unknown
  try {
    end = await read(source, stream.getReader(), ignore)
  } catch (error) {
    // It is locked.
    end = error
  }
  fail(source, end)
}

/** 9.2.2, `close()`: nothing more is dispatched, not even the rest of the current chunk. */
export function close(source: Source): void {
  source.readyState = closed
  source.parser.reset()
  source.release()
}

/** Announces the connection, and interprets its body until it ends or fails, or an event is too large. Returns why. */
async function read(source: Source, reader: Reader | undefined, abort: () => void): Promise<unknown> {
  try {
    source.release = () => {
      abort()
      // A body that has ended or failed needs no cancelling, so a rejection does not matter.
      reader?.cancel().catch(() => {})
    }
    // Closed before the response arrived, with a `fetch` that ignores its signal.
    if (source.readyState === closed) source.release()
    await announce(source)
    if (reader !== undefined) await interpret(source, reader)
    return new TidingsError('ERR_STREAM_INTERRUPTED', 'The connection has ended')
  } catch (error) {
    source.release()
    return error
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
async function interpret(source: Source, reader: Reader): Promise<void> {
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
function reestablish(source: Source, request: SourceRequest, error: unknown): void {
  source.failures += 1
  if (source.failures > (request.retry?.attempts ?? Infinity)) return fail(source, error)
  // Step 1.
  queueTask(() => {
    if (source.readyState === closed) return
    source.readyState = connecting
    dispatch(source, createErrorEvent(error))
    if (source.readyState !== connecting) return
    // Steps 2 and 4.
    const timer = setTimeout(() => source.reconnect(), delayMs(source, request, error))
    source.release = () => clearTimeout(timer)
    source.reconnect = () => {
      clearTimeout(timer)
      // Step 5. A timer's callback is a task already.
      if (source.readyState === connecting) void connect(source, request)
    }
  })
}

/** Steps 2 and 3: the reconnection time; with the option `retry` a backoff, and a time of the server's alone. */
function delayMs(
  { reconnectionMs, hasServerTime, failures }: Source,
  { retry }: SourceRequest,
  error: unknown,
): number {
  if (retry === undefined) return reconnectionMs
  return pauseMs(failures, error, hasServerTime ? reconnectionMs : 0, retry)
}

/** 9.2.3, fail the connection: it never reconnects. */
function fail(source: Source, error: unknown): void {
  queueTask(() => {
    if (source.readyState === closed) return
    source.readyState = closed
    dispatch(source, createErrorEvent(error))
  })
}

/** 9.2.6, dispatch the event, from its step 4 on. */
function dispatchMessage(source: Source, { event, data }: ParsedEvent): void {
  const { origin, parser } = source
  source.failures = 0
  dispatch(source, createMessage(event ?? 'message', { data, origin, lastEventId: parser.lastEventId }))
}

/** A `MessageEvent`; where there is none, an `Event` with its properties. */
function createMessage(type: string, properties: Readonly<Record<'data' | 'origin' | 'lastEventId', string>>): Event {
  if (Reflect.has(globalThis, 'MessageEvent')) return new MessageEvent(type, properties)
  return Object.assign(new Event(type), properties)
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

function ignore(): void {}

function isAbortError(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError'
}

/** Whether the request will never be sent. Redirects in a circle are a network error like others (Fetch 4.4). */
function isFutile(error: unknown): boolean {
  return error instanceof TidingsError && error.code === 'ERR_OPTION'
}
