// The context of one request, as the server keeps it. Each part is computed on first access.
import { parseCookie, serializeCookie } from 'cookie-es'
import { describeValue, sleep, TidingsError } from '../base/index.ts'
import { lastEventIdOf } from '../sse/internal.ts'
import type { ErrorAnswer } from './answer.ts'
import { createRequest } from './body-request.ts'
import type { Context, Part, State, Strings } from './context.ts'
import type { BodyWatcher, CloseWatcher, Incoming } from './incoming.ts'
import { mistake } from './mistake.ts'
import { toCanonicalAddress } from './ip-address.ts'
import type { Reply } from './reply.ts'
import type { Client } from './proxy-trust.ts'
import { RequestBody } from './request-body.ts'
import { createResponseHeaders, refuseAfterHead, type Answerable } from './response-headers.ts'
import { StreamEndedError, type StreamOutcome, type Unread } from './stream-end.ts'
import { groupValues, isPlain } from './values.ts'

/** The stream that answers a request, as far as the server needs to know it. */
export interface RequestStream {
  /** How the stream ended; `undefined` while it is open. */
  readonly outcome: StreamOutcome | undefined
  /** The number of events sent. */
  readonly events: number
  /** What its handler threw. */
  readonly error: unknown
  /** Its response is about to be sent. */
  onHead(response: Response): void
  /** Ends the stream because nobody reads it. Default `left`. */
  leave(reason?: Unread): void
}

/** What a server does at the end of its requests. */
export interface RequestWatcher {
  onClose(ctx: RequestContext, complete: boolean): void
  onBodyError(ctx: RequestContext, error: unknown): void
  /** Something failed of which no answer tells. */
  onError(ctx: RequestContext, error: unknown): void
}

/** Makes the answer to a request that failed before its head. */
export type DescribeError = (answer: ErrorAnswer, ctx: Context) => Reply

/** What the server knows of a request besides the request itself. */
export interface ContextInit {
  /** Method and path of the route, as declared; `undefined` where none matches. */
  readonly route: string | undefined
  /** The path alone. */
  readonly routePath: string | undefined
  readonly streams: boolean
  /** How the route words an error; `undefined`: as all do. */
  readonly describeError: DescribeError | undefined
  /** Headers of the route's answers that pages of other origins may read, beside those of `cors`. */
  readonly exposedHeaders?: readonly string[] | undefined
  readonly maxBodyBytes: number | false
  /** Who is behind the proxies that are believed. */
  readonly client: Client | undefined
  /** By `performance.now()`; 0 where nobody asks. */
  readonly startedAt: number
  readonly watcher: RequestWatcher
}

/** The context of one request with the fields that only the server sets and reads. */
export class RequestContext implements Context, Answerable, CloseWatcher, BodyWatcher {
  readonly incoming: Incoming
  readonly path: string
  /** Whether the route streams. If so, the query's `lastEventId` is for the framework, and `query` leaves it out. */
  readonly streams: boolean
  readonly routePath: string | undefined
  readonly describeError: DescribeError | undefined
  readonly exposedHeaders: readonly string[]
  readonly startedAt: number
  /** Only where middleware has set it. */
  declare readonly requestId?: string
  body: unknown
  /** The stream that this request was answered with. */
  stream: RequestStream | undefined
  /** The reply that carries {@link stream}. */
  streamReply: Reply | undefined
  /** The status of the answer; 0 before there is one. */
  status = 0
  /** Whether the answer stands. What comes later (a stream, a result, an error) has no reader. */
  isAnswered = false
  /** Whether the handler has been called and has not returned yet. */
  isHandling = false
  /** Whether the answer came from elsewhere while the handler was at work. */
  isOvertaken = false
  /** Whether CORS lets a page of the request's origin read the answer. */
  isAllowedOrigin = false
  /** The reply that was made of {@link error}. */
  errorReply: Response | undefined
  /** Whether the body of the answer failed after the head, with {@link error}. */
  hasBodyFailed = false
  /**
   * Whether the request failed before the head was sent, with `error`; a flag, because `undefined` can be thrown, too.
   */
  hasFailed = false
  error: unknown
  readonly #route: string | undefined
  readonly #client: Client | undefined
  readonly #maxBodyBytes: number | false
  readonly #watcher: RequestWatcher
  #requestBody: RequestBody | undefined
  #request: Request | undefined
  #params: Strings | undefined
  #query: Strings | undefined
  #headers: Strings | undefined
  #cookies: Strings | undefined
  #state: State | undefined
  #responseHeaders: globalThis.Headers | undefined
  #controller: AbortController | undefined
  #ended: Error | undefined
  #runSignal: AbortSignal | undefined

  constructor(incoming: Incoming, path: string, init: ContextInit) {
    const { route, routePath, streams, describeError, maxBodyBytes, client, startedAt, watcher } = init
    const { exposedHeaders = [] } = init
    this.incoming = incoming
    this.#maxBodyBytes = maxBodyBytes
    this.#route = route
    this.#watcher = watcher
    this.routePath = routePath
    this.describeError = describeError
    this.exposedHeaders = exposedHeaders
    this.startedAt = startedAt
    this.path = path
    this.streams = streams
    this.#client = client
  }

  get remoteAddress(): string | undefined {
    const address = this.#client === undefined ? this.incoming.arrival?.remoteAddress : this.#client.address
    return address === undefined ? undefined : toCanonicalAddress(address)
  }

  onClose(complete: boolean): void {
    this.#watcher.onClose(this, complete)
  }

  /** Tells the server's `onError`. Never throws. */
  report(error: unknown): void {
    this.#watcher.onError(this, error)
  }

  onBodyError(error: unknown): void {
    this.#watcher.onBodyError(this, error)
  }

  get host(): unknown {
    return this.incoming.arrival?.host
  }

  /** The body, whoever reads it. */
  get requestBody(): RequestBody {
    this.#requestBody ??= new RequestBody(this.incoming, this.#maxBodyBytes, this)
    return this.#requestBody
  }

  get request(): Request {
    this.#request ??= createRequest(this.incoming, this.requestBody)
    return this.#request
  }

  get method(): string {
    return this.incoming.method
  }

  get routeName(): string {
    return this.#route ?? `${this.method} ${this.path}`
  }

  get params(): Strings {
    return this.#params ?? noParams
  }

  get query(): Strings {
    this.#query ??= Object.fromEntries(Object.entries(this.queryValues()).map(([name, values]) => [name, values[0]]))
    return this.#query
  }

  get headers(): Strings {
    return this.#headers ?? this.incoming.headers
  }

  get cookies(): Strings {
    this.#cookies ??= parseCookie(this.incoming.headers['cookie'] ?? '')
    return this.#cookies
  }

  get state(): State {
    this.#state ??= toState(this.incoming.arrival?.state?.())
    return this.#state
  }

  get responseHeaders(): globalThis.Headers {
    this.#responseHeaders ??= createResponseHeaders(this)
    return this.#responseHeaders
  }

  /** Whether {@link responseHeaders} has been read, without creating them. */
  get hasResponseHeaders(): boolean {
    return this.#responseHeaders !== undefined
  }

  get lastEventId(): string | undefined {
    return lastEventIdOf(this.incoming.headers['last-event-id'], queryOf(this.incoming.target))
  }

  get signal(): AbortSignal {
    if (this.#runSignal !== undefined) return this.#runSignal
    this.#controller ??= new AbortController()
    if (this.#ended !== undefined && !this.#controller.signal.aborted) this.#controller.abort(this.#ended)
    return this.#controller.signal
  }

  /** All values of each name in the query. */
  queryValues(): Record<string, string[]> {
    const query = groupValues(new URLSearchParams(queryOf(this.incoming.target)))
    if (this.streams) delete query['lastEventId']
    return query
  }

  /** The reason with which {@link signal} has aborted, also if the signal has not been created yet. */
  get ended(): Error | undefined {
    return this.#ended
  }

  /** Replaces {@link signal} by the signal of a run, which does not abort when this request's reader disconnects. */
  outlive(signal: AbortSignal): void {
    this.#runSignal = signal
  }

  /** Whether the handler belongs to a run, which continues after {@link ended} is set. */
  get isOutliving(): boolean {
    return this.#runSignal !== undefined
  }

  /** Aborts {@link signal}, without creating it if no handler has read it yet. */
  abort(reason: Error): void {
    this.#ended ??= reason
    this.#controller?.abort(this.#ended)
  }

  /** Aborts {@link signal} because the request was answered while its handler was at work. */
  overtake(): void {
    this.isOvertaken = true
    this.abort(new StreamEndedError('answered'))
  }

  /**
   * Replaces a part of the request by its decoded or validated value.
   *
   * @throws TidingsError `ERR_ROUTE` when the schema of params, query, headers or cookies did not produce an object.
   */
  setPart(part: Part, value: unknown): void {
    if (part === 'body') {
      this.body = value
      return
    }
    if (!isRecord(value)) throw mistake(this, `the schema of ${part} must produce an object.`)
    if (part === 'params') this.#params = value
    else if (part === 'query') this.#query = value
    else if (part === 'headers') this.#headers = value
    else this.#cookies = value
  }

  // Getters of bound functions, because handlers destructure the context.
  get setCookie(): Context['setCookie'] {
    return (name, value, options) => {
      refuseAfterHead(this, `the cookie ${name}`)
      this.responseHeaders.append('set-cookie', serializeCookie(name, value, options))
    }
  }

  get bytes(): Context['bytes'] {
    return async () => new Uint8Array(await this.requestBody.bytes())
  }

  get sleep(): Context['sleep'] {
    return (ms) => sleep(ms, this.signal)
  }
}

/**
 * A request's own object of what a mount hands in.
 *
 * @throws TidingsError `ERR_OPTION` for anything but an object of names and values: a promise of one would come too late, and
 * of a Map, a list or an instance of a class only a part would be copied
 */
function toState(given: unknown): State {
  if (given === undefined) return {}
  if (isPlain(given) && !('then' in given)) return { ...given }
  throw new TidingsError('ERR_OPTION', `state must be an object of names and values, not ${describeValue(given)}.`)
}

const noParams: Strings = Object.freeze({})

/** Whether a part is an object. `Strings` stands for the types of the route's schema, which only its handler knows. */
function isRecord(value: unknown): value is Strings {
  return typeof value === 'object' && value !== null
}

function queryOf(target: string): string {
  const start = target.indexOf('?')
  return start === -1 ? '' : target.slice(start + 1)
}
