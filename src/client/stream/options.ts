// The options of `stream()`.
import type { StandardResult } from '../../schema/index.ts'
import type { HeaderValues } from '../http/header-values.ts'
import type { RequestBody } from '../http/fetch-types.ts'
import type { ServerEvent } from './server-event.ts'

/** The request that the function {@link StreamOptions.headers} makes the headers for. */
export interface HeaderRequest {
  /** The number of requests before this one; 0 for the first request of the stream. */
  readonly attempt: number
  /** Whether the last response was 401: a new token is needed. */
  readonly isUnauthorized: boolean
}

/** The request that the function {@link StreamOptions.request} may change. */
export interface NextRequest {
  /** The id of the last event received, to resume after; `''` for none. */
  readonly lastEventId: string
  /** The number of requests before this one; 0 for the first request of the stream. */
  readonly attempt: number
}

/** What a request has in place of the stream's options. Headers are added to those of the option. */
export interface RequestChanges {
  /** The url, which may be relative where there is a `location`. */
  readonly url?: string | URL | undefined
  /** The HTTP method. A GET or HEAD has no body, whatever the options say. */
  readonly method?: string | undefined
  /** More headers, which replace those of the same name. */
  readonly headers?: HeaderValues | undefined
  /** The body, in place of the options `body` and `json`. A new `ReadableStream` each time may be sent again. */
  readonly body?: RequestBody | undefined
}

/** How often a stream reconnects, and the backoff between attempts: exponential, with full jitter. */
export interface RetryOptions {
  /** The retries after consecutive failures, without an event in between, before the iteration throws. Default 10. */
  readonly attempts?: number | undefined
  /** The upper bound of the first, random pause, in milliseconds; it doubles with each further one. Default 1,000. */
  readonly minMs?: number | undefined
  /**
   * The longest such pause, in milliseconds. Default 30,000. A longer one that the server requests (`retry:`,
   * `Retry-After`) is kept, up to an hour.
   */
  readonly maxMs?: number | undefined
  /** Also repeats a POST or PATCH. Default false: the server could carry out a repeated request twice. */
  readonly unsafe?: boolean | undefined
}

/** The argument of {@link StreamOptions.onRetry}. */
export interface RetryNotice {
  /**
   * The number of consecutive failures, this one included: 1 for the first. An orderly end, which the server announced by
   * `retry:`, is counted in its own notice only.
   */
  readonly attempt: number
  /** The pause before the next request, in milliseconds. */
  readonly delayMs: number
  /** Why the connection ended. */
  readonly error: unknown
}

/** The argument of {@link StreamOptions.onState}. */
export interface StateNotice {
  /**
   * `connecting`: a request is made. `open`: its response streams. `waiting`: the connection has ended, and another try
   * follows after a pause. `closed`: the stream is over; this is the last notice.
   */
  readonly state: 'connecting' | 'open' | 'waiting' | 'closed'
  /** Why: the error that is waited out, or that ended the stream. `undefined` without one, as after a normal end. */
  readonly reason: unknown
}

/** Any Standard Schema (zod, valibot, arktype, ...) whose values are `Data`. */
export interface DataSchema<Data> {
  readonly '~standard': {
    readonly types?: { readonly input: unknown; readonly output: Data } | undefined
    validate(value: unknown): StandardResult | PromiseLike<StandardResult>
  }
}

/** Options of {@link stream}. */
export interface StreamOptions<Data = unknown> {
  /** The HTTP method. Default GET, or POST with a body. */
  readonly method?: string | undefined
  /**
   * Headers of each request. A function is called for each request, and once more after a 401. What it throws counts as a
   * failure that may pass: it is called again after the backoff, and thrown once the retries are used up.
   */
  readonly headers?: HeaderValues | ((request: HeaderRequest) => HeaderValues | Promise<HeaderValues>) | undefined
  /**
   * Called before each request: what it returns replaces the options for that request, so that a position can be sent in
   * the url, or a POST be resumed by a GET. It fails as `headers` does.
   */
  readonly request?:
    | ((next: NextRequest) => RequestChanges | null | undefined | Promise<RequestChanges | null | undefined>)
    | undefined
  /** The request body, as a value that is sent as JSON, in place of `body`. */
  readonly json?: unknown
  /** The request body, as `fetch` takes it. A request whose body is a `ReadableStream` is never repeated. */
  readonly body?: RequestBody | undefined
  /** Whether cookies are sent, as for `fetch`. Default: that of `fetch`, to the same origin only. */
  readonly credentials?: RequestInit['credentials'] | undefined
  /** Aborts the stream: the iteration throws the signal's reason. */
  readonly signal?: AbortSignal | undefined
  /** The position to resume after: the id of the last event already received. Default: none. */
  readonly lastEventId?: string | undefined
  /** When to reconnect after a failure; `false` throws the first failure. */
  readonly retry?: RetryOptions | false | undefined
  /**
   * Reconnects when nothing has been received for this many milliseconds, not even a heartbeat. Default `false`: no
   * timeout.
   */
  readonly idleTimeoutMs?: number | false | undefined
  /**
   * Reconnects when no event has been received for this many milliseconds; heartbeats do not count. Default `false`: no
   * timeout.
   */
  readonly eventTimeoutMs?: number | false | undefined
  /** The largest event, in characters. Default 16 Mi; `false` for no limit. */
  readonly maxEventBytes?: number | false | undefined
  /** Validates each event's data, and types it. Data that does not match throws `ERR_EVENT_INVALID`. */
  readonly schema?: DataSchema<Data> | undefined
  /**
   * How each event's data is read. `json` parses it, and throws `ERR_EVENT_INVALID` if it is not JSON; `text` leaves it
   * as text. `auto`, the default, parses objects and lists of objects, however they are spaced; all else, numbers too,
   * stays text, because on the wire a number and a text of the same digits are the same. Lines of NDJSON are JSON: `auto`
   * and `json` give the value of each, and `text` the line.
   */
  readonly as?: 'json' | 'text' | 'auto' | undefined
  /**
   * Returns true for the last event, whose data is what `schema` made of it; a connection that ends before that event
   * counts as interrupted.
   */
  readonly until?: ((event: ServerEvent<Data>) => boolean | PromiseLike<boolean>) | undefined
  /** The `fetch` that sends the requests. Default: the global one. */
  readonly fetch?: typeof globalThis.fetch | undefined
  /** Called with each streaming response, before its events. What it throws or rejects with ends the stream. */
  readonly onOpen?: ((response: Response) => unknown) | undefined
  /** Called before each pause that precedes a reconnect. What it throws or rejects with ends the stream. */
  readonly onRetry?: ((notice: RetryNotice) => unknown) | undefined
  /** Called when the state of the stream changes. What it throws or rejects with ends the stream. */
  readonly onState?: ((notice: StateNotice) => unknown) | undefined
}
