// `toResponse()`: a subscription as a standard Response, for other frameworks.
import {
  checkOptions,
  describeValue,
  jitter,
  longestDelayMs,
  TimeoutTable,
  typed,
  wholeNumber,
  type OptionChecks,
} from '../base/index.ts'
import {
  encodeComment,
  encodeRetry,
  type FrameAttachment,
  type FrameEnd,
  type FrameSink,
  type FrameSource,
} from '../sse/index.ts'
import {
  contentTypeOf,
  defaultHeartbeatMs,
  defaultRetryMs,
  encodeControl,
  encodeError,
  hasHadEnd,
  lastEventIdOf as readLastEventId,
  parseAccept,
  streamHeaders,
  takesControls,
} from '../sse/internal.ts'
import { signalCheck } from './reader/subscription.ts'

/** Options of {@link toResponse}. */
export interface ResponseOptions {
  /**
   * The request to answer. Its headers say whether the reader takes control events, and whether it has received the end of
   * the stream already (it gets a 204). Default: a reader without control events.
   */
  readonly request?: Request | undefined
  /** The heartbeat: a comment after this many milliseconds of silence. Default 15,000; `false` for none. */
  readonly heartbeatMs?: number | false | undefined
  /** The reconnection time in milliseconds, sent at the beginning as `retry:`. Default: the reader's own. */
  readonly retryMs?: number | undefined
  /** Ends the response when it aborts; the reader may reconnect. */
  readonly signal?: AbortSignal | undefined
  /** Called with the error that failed the stream: of a filter, or of an event that cannot be read. Default: `console.error`. */
  readonly onError?: ((error: unknown) => void) | undefined
}

const most = longestDelayMs

const responseChecks: OptionChecks<ResponseOptions> = {
  request: typed('object'),
  heartbeatMs: wholeNumber({ most, orFalse: true }),
  retryMs: wholeNumber({ least: 0, most }),
  signal: signalCheck,
  onError: typed('function'),
}

/**
 * Converts a subscription to a `Response` of Server-Sent Events, for Hono, h3 and other frameworks that take one.
 * Nothing is requested before the body is read, and no more is read from the journal than the reader takes.
 *
 * @example
 * import { Hono } from 'hono'
 * import { createChannels, lastEventIdOf, toResponse } from 'tidings/channel'
 *
 * const orders = createChannels().topic<{ status: string }>('orders')
 * const app = new Hono()
 * app.get('/orders', (c) => {
 *   const subscription = orders.subscribe({ after: lastEventIdOf(c.req.raw) })
 *   return toResponse(subscription, { request: c.req.raw })
 * })
 *
 * @throws TidingsError `ERR_OPTION` for an option that does not exist or cannot work
 */
export function toResponse(subscription: FrameSource, options: ResponseOptions = {}): Response {
  checkOptions('toResponse()', options, responseChecks)
  const { request } = options
  if (request !== undefined && hasHadEnd(request.method, lastEventIdOf(request))) {
    return new Response(null, { status: 204, headers: { 'cache-control': 'no-store' } })
  }
  const controls = request !== undefined && asksForControls(request)
  const body = request?.method === 'HEAD' ? null : new ResponseBody(subscription, controls, options).stream
  return new Response(body, { headers: streamHeaders(contentTypeOf(controls)) })
}

/** The last event id of a reader that reconnects: its `Last-Event-ID` header, or else the query's `lastEventId`. */
export function lastEventIdOf({ headers, url }: Request): string | undefined {
  return readLastEventId(headers.get('last-event-id'), new URL(url).search)
}

function asksForControls({ method, headers }: Request): boolean {
  return takesControls(parseAccept(headers.get('accept') ?? ''), { method, cacheControl: headers.get('cache-control') })
}

const encoder = new TextEncoder()
const heartbeats = new TimeoutTable<ResponseBody>((body) => body.beat())

/** The body of one reader's response. It has no buffer: what the reader has not pulled stays in the topic. */
class ResponseBody implements FrameSink {
  readonly controls: boolean
  readonly stream: ReadableStream<Uint8Array<ArrayBuffer>>
  readonly #source: FrameSource
  readonly #options: ResponseOptions
  readonly #heartbeatMs: number | false
  #controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>> | undefined
  #attachment: FrameAttachment | undefined
  /** The reader has pulled, and nothing has been enqueued since. */
  #isAsked = false
  #isOver = false

  constructor(source: FrameSource, controls: boolean, options: ResponseOptions) {
    this.controls = controls
    this.#source = source
    this.#options = options
    this.#heartbeatMs = options.heartbeatMs ?? defaultHeartbeatMs
    this.stream = new ReadableStream(
      { pull: (controller) => this.#pull(controller), cancel: () => this.#leave() },
      { highWaterMark: 0 },
    )
  }

  write(frames: Uint8Array): boolean {
    // A copy: the reader may transfer the buffer of its chunk, and other readers share these frames.
    this.#enqueue(new Uint8Array(frames))
    return false
  }

  end(end: FrameEnd): void {
    if (this.#isOver) return
    if (end.kind === 'complete') this.#close(this.controls ? encodeControl('end', end.position, {}) : '')
    else if (end.kind === 'reconnect') this.#close(this.#comeBack())
    else this.#fail(end.error)
  }

  /** Sends a heartbeat if the reader is waiting for a chunk. */
  beat(): void {
    if (this.#isAsked) this.#enqueue(encoder.encode(encodeComment()))
    else heartbeats.restart(this, this.#heartbeatMs)
  }

  #pull(controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>): void {
    this.#isAsked = true
    if (this.#controller === undefined) this.#open(controller)
    else this.#attachment?.resume()
  }

  #open(controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>): void {
    const { retryMs, signal } = this.#options
    this.#controller = controller
    this.#enqueue(encoder.encode((retryMs === undefined ? '' : encodeRetry(retryMs)) + encodeComment()))
    if (signal?.aborted) return this.#onAbort()
    signal?.addEventListener('abort', this.#onAbort)
    try {
      this.#attachment = this.#source.attach(this)
    } catch (error) {
      this.#fail(error)
    }
  }

  readonly #onAbort = (): void => {
    this.#attachment?.detach()
    this.end({ kind: 'reconnect', reason: 'disconnected' })
  }

  #enqueue(bytes: Uint8Array<ArrayBuffer>): void {
    if (this.#isOver) return
    this.#isAsked = false
    this.#controller?.enqueue(bytes)
    heartbeats.restart(this, this.#heartbeatMs)
  }

  #fail(error: unknown): void {
    const message = error instanceof Error ? error.message : describeValue(error)
    this.#close(encodeError({ error: message }) + this.#comeBack())
    try {
      const { onError = console.error } = this.#options
      onError(error)
    } catch (failure) {
      // An error in onError does not end the process.
      console.error(failure)
    }
  }

  #comeBack(): string {
    return this.controls ? encodeRetry(jitter(this.#options.retryMs ?? defaultRetryMs)) : ''
  }

  #close(last: string): void {
    if (last !== '') this.#enqueue(encoder.encode(last))
    this.#finish()
    this.#controller?.close()
  }

  #leave(): void {
    this.#attachment?.detach()
    this.#finish()
  }

  #finish(): void {
    this.#isOver = true
    heartbeats.stop(this, this.#heartbeatMs)
    this.#options.signal?.removeEventListener('abort', this.#onAbort)
  }
}
