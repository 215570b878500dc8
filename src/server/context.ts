// The context of a request, as handlers see it. Each part is computed on first access.
import type { CookieSerializeOptions } from 'cookie-es'

/** String values by name: the type of a request part (params, query, headers, cookies) that has no schema. */
export type Strings = { readonly [name: string]: string | undefined }

/** Values that middleware hands on, as `ctx.state`; `defineMiddleware` types them in the handlers behind it. */
export interface State {
  [name: string]: unknown
}

/** One request, as its handler sees it. The types come from the route's schema, its path and its middleware. */
export interface Context<
  Params = Strings,
  Query = Strings,
  Body = unknown,
  Headers = Strings,
  Cookies = Strings,
  Held = State,
> {
  /**
   * The standard `Request`, built on first access. Its body can be read whole as often as you like (`text()`, `json()`,
   * `clone()`, ...), also beside {@link body}; `request.body` is read once, with backpressure, and not kept. No way to
   * read it goes beyond the route's limit: it rejects with an HttpError 413.
   */
  readonly request: Request
  /** The request's method, in capitals. */
  readonly method: string
  /** The path as the client sent it, without the query. */
  readonly path: string
  /** The path's parameters, percent-decoded. */
  readonly params: Params
  /**
   * The query's parameters, percent-decoded. Without a schema the first value of each name; `request.url` has them all.
   */
  readonly query: Query
  /**
   * The body, parsed by its `Content-Type`: JSON, and a form's fields or text where the route's `body.accept` lists
   * them; `undefined` when there is none.
   */
  readonly body: Body
  /**
   * The raw bytes of the body, as a signature over them needs. Rejects with HttpError 413 beyond the limit, and with
   * TidingsError `ERR_ROUTE` when `request.body` was read, or a body parser in front of the server has kept no bytes.
   */
  readonly bytes: () => Promise<Uint8Array<ArrayBuffer>>
  /** The request's headers, with lower-case names. */
  readonly headers: Headers
  /** The cookies of the request, by name. */
  readonly cookies: Cookies
  /** Aborts when the reader disconnects and when the server ends the stream; its `reason` says which. */
  readonly signal: AbortSignal
  /**
   * The client's IP address, for limits and logs: that of the connection, or, behind proxies that the server's `trustProxy`
   * believes, the one that they name. `undefined` where there is none: on a Unix socket, in a worker, in a test.
   */
  readonly remoteAddress: string | undefined
  /**
   * What the runtime or the framework has for this request: `nodeHost(ctx)` of `tidings/node` and `workerHost(ctx)` of
   * `tidings/workers` read it; on Bun and Deno it is the list of what comes behind the request.
   */
  readonly host: unknown
  /** The last event id of a reader that reconnects: its `Last-Event-ID` header, or else the query's `lastEventId`. */
  readonly lastEventId: string | undefined
  /** The id of the request in logs and in its answer, where the server uses `requestIds()` of `tidings/observe`. */
  readonly requestId?: string | undefined
  /** What middleware has handed on; the handler's own object for this request. */
  readonly state: Held
  /**
   * Headers that are added to the answer, whatever it is: a value, a stream or an error. To change them throws
   * TidingsError `ERR_ROUTE` once the head has been sent.
   */
  readonly responseHeaders: globalThis.Headers
  /** Adds a `Set-Cookie` header to the answer. Throws TidingsError `ERR_ROUTE` once the head has been sent. */
  readonly setCookie: (name: string, value: string, options?: CookieSerializeOptions) => void
  /** Resolves after `ms` milliseconds; rejects at once when `signal` aborts. */
  readonly sleep: (ms: number) => Promise<void>
}

/** The parts of a request that a schema can check. */
export type Part = 'params' | 'query' | 'headers' | 'cookies' | 'body'
