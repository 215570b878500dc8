// What a handler is given: everything about one request, computed when it is asked for.
import type { CookieSerializeOptions } from 'cookie-es'

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
