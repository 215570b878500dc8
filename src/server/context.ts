// What a handler is given: everything about one request, computed when it is asked for.
import { parseCookie, serializeCookie, type CookieSerializeOptions } from 'cookie-es'
import { sleep, TidingsError } from '../base/index.ts'
import type { ServerStream } from './server-stream.ts'
import type { Incoming } from './incoming.ts'
import type { Reply } from './reply.ts'

/** String values by name: what a part of a request is without a schema. */
export type Strings = { readonly [name: string]: string | undefined }

/** Room for what middleware hands on to handlers. Widen it by declaration merging. */
export interface State {
  [name: string]: unknown
}

/** One request, as a handler sees it. Its types come from the route's schema and path. */
export interface Context<Params = Strings, Query = Strings, Body = unknown, Headers = Strings, Cookies = Strings> {
  /** The standard request; built when first asked for. */
  readonly request: Request
  readonly method: string
  /** The path as the client sent it, without the query. */
  readonly path: string
  /** Percent-decoded. */
  readonly params: Params
  /** Percent-decoded. Without a schema the first value of each name; `request.url` has them all. */
  readonly query: Query
  readonly body: Body
  /** Lower-case names. */
  readonly headers: Headers
  readonly cookies: Cookies
  /** Aborts when the reader has left, and when the stream is ended for it; `reason` says which. */
  readonly signal: AbortSignal
  /** Where a reader that comes back stands: its `Last-Event-ID` header, or else the query's `lastEventId`. */
  readonly lastEventId: string | undefined
  readonly state: State
  /** Headers that go out with whatever the handler answers. */
  readonly responseHeaders: globalThis.Headers
  /** Adds a `Set-Cookie` to the answer. */
  readonly setCookie: (name: string, value: string, options?: CookieSerializeOptions) => void
  /** Resolves after `ms` milliseconds; rejects at once when `signal` aborts. */
  readonly sleep: (ms: number) => Promise<void>
}

/** The parts of a request that a schema can check. */
export type Part = 'params' | 'query' | 'headers' | 'cookies' | 'body'

/** The context's own side: what the server sets and the handler only reads. */
export class RequestContext implements Context {
  readonly incoming: Incoming
  readonly path: string
  /** Whether the route streams: its query's `lastEventId` is then the framework's, not the handler's. */
  readonly streams: boolean
  body: unknown
  /** The stream that this request was answered with. */
  stream: ServerStream | undefined
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
    const header = this.incoming.headers['last-event-id']
    if (header !== undefined) return decodeHeader(header)
    if (!this.incoming.target.includes('lastEventId=')) return undefined
    return new URLSearchParams(queryOf(this.incoming.target)).get('lastEventId') ?? undefined
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

/** WHATWG HTML 9.2.3 sends the id as UTF-8; HTTP stacks hand header bytes on as Latin-1. */
function decodeHeader(value: string): string {
  if (!/[\u0080-\u00ff]/.test(value)) return value
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(value, (char) => char.charCodeAt(0)))
  } catch {
    // Not UTF-8: a client that sends Latin-1 means the characters themselves.
    return value
  }
}
