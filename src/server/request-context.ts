// The context of one request as the server keeps it: every part is computed when it is asked for.
import { parseCookie, serializeCookie } from 'cookie-es'
import { sleep, TidingsError } from '../base/index.ts'
import { lastEventIdOf } from '../sse/internal.ts'
import type { Context, Part, State, Strings } from './context.ts'
import type { Incoming } from './incoming.ts'
import type { Reply } from './reply.ts'
import type { EndReason } from './stream-end.ts'

/** What the server asks of the stream that a request was answered with. */
export interface RequestStream {
  /** How it ended: `complete`, `failed`, or why it was ended; nothing while it is open. */
  readonly outcome: 'complete' | 'failed' | EndReason | undefined
  /** How many events it has sent. */
  readonly events: number
  /** What its handler threw. */
  readonly error: unknown
  /** The reader has gone. */
  leave(): void
}

/** The context's own side: what the server sets and the handler only reads. */
export class RequestContext implements Context {
  readonly incoming: Incoming
  readonly path: string
  /** Whether the route streams: its query's `lastEventId` is then the framework's, not the handler's. */
  readonly streams: boolean
  body: unknown
  /** The stream that this request was answered with. */
  stream: RequestStream | undefined
  /** The reply that carries {@link stream}. */
  streamReply: Reply | undefined
  /** The status that was answered; 0 before that. */
  status = 0
  /** What failed before the head went out; `error` alone would not tell a thrown `undefined` from none. */
  hasFailed = false
  error: unknown
  #params: Strings | undefined
  #query: Strings | undefined
  #headers: Strings | undefined
  #cookies: Strings | undefined
  #state: State | undefined
  #responseHeaders: globalThis.Headers | undefined
  #controller: AbortController | undefined
  #ended: Error | undefined
  #runSignal: AbortSignal | undefined

  constructor(incoming: Incoming, path: string, streams: boolean) {
    this.incoming = incoming
    this.path = path
    this.streams = streams
  }

  get request(): Request {
    return this.incoming.request
  }

  get method(): string {
    return this.incoming.method
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
    this.#state ??= {}
    return this.#state
  }

  get responseHeaders(): globalThis.Headers {
    this.#responseHeaders ??= new Headers()
    return this.#responseHeaders
  }

  /** Whether anything was set on {@link responseHeaders}, without making them. */
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
    const query: Record<string, string[]> = Object.create(null)
    for (const [name, value] of new URLSearchParams(queryOf(this.incoming.target))) (query[name] ??= []).push(value)
    if (this.streams) delete query['lastEventId']
    return query
  }

  /** Why {@link signal} aborted, or would have if anybody had asked for it. */
  get ended(): Error | undefined {
    return this.#ended
  }

  /** Hands the handler the signal of a run, which the leaving of this request's reader does not abort. */
  outlive(signal: AbortSignal): void {
    this.#runSignal = signal
  }

  /** Whether the handler goes on when {@link ended} is set. */
  get isOutliving(): boolean {
    return this.#runSignal !== undefined
  }

  /** Aborts {@link signal}; one that nobody has asked for yet is never made. */
  abort(reason: Error): void {
    this.#ended ??= reason
    this.#controller?.abort(this.#ended)
  }

  /**
   * Replaces a part by what the route's path or schema made of it.
   *
   * @throws TidingsError `ERR_ROUTE` when a schema made something else than an object of a part that is one.
   */
  setPart(part: Part, value: unknown): void {
    if (part === 'body') {
      this.body = value
      return
    }
    if (!isRecord(value)) throw new TidingsError('ERR_ROUTE', `The schema of ${part} must make an object.`)
    if (part === 'params') this.#params = value
    else if (part === 'query') this.#query = value
    else if (part === 'headers') this.#headers = value
    else this.#cookies = value
  }

  // Getters, because handlers take them out of the context by destructuring.
  get setCookie(): Context['setCookie'] {
    return (name, value, options) => this.responseHeaders.append('set-cookie', serializeCookie(name, value, options))
  }

  get sleep(): Context['sleep'] {
    return (ms) => sleep(ms, this.signal)
  }
}

const noParams: Strings = Object.freeze({})

/** The types of a route's schema are known to its handler alone; here a part is a record of something. */
function isRecord(value: unknown): value is Strings {
  return typeof value === 'object' && value !== null
}

function queryOf(target: string): string {
  const start = target.indexOf('?')
  return start === -1 ? '' : target.slice(start + 1)
}
