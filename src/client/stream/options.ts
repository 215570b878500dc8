// What `stream()` takes.
import type { StandardResult } from '../../schema/index.ts'
import type { HeaderValues } from '../http/header-values.ts'
import type { ServerEvent } from './server-event.ts'

/** For which request {@link StreamOptions.headers} is asked. */
export interface HeaderRequest {
  /** 0 for the first request of the stream. */
  readonly attempt: number
  /** The last answer was 401: a new token is wanted. */
  readonly isUnauthorized: boolean
}

/** How often and how soon a stream comes back. Milliseconds. */
export interface RetryOptions {
  /** Failures in a row without an event between them, after which the iteration throws. Default 10. */
  readonly attempts?: number | undefined
  /** The first pause is a random part of this, each further one of twice as much. Default 1,000. */
  readonly minMs?: number | undefined
  /** The longest such pause. Default 30,000. What a server asks for (`retry:`, `Retry-After`) is kept up to an hour. */
  readonly maxMs?: number | undefined
  /** Repeats a POST or PATCH as well. Default false: twice asked could be twice done. */
  readonly unsafe?: boolean | undefined
}

/** What {@link StreamOptions.onRetry} is told. */
export interface RetryNotice {
  /** How many failures in a row there have been; 1 at first. */
  readonly attempt: number
  /** How long it waits before the next request, in milliseconds. */
  readonly delayMs: number
  /** Why the connection ended. */
  readonly error: unknown
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
  /** Default GET, or POST where there is a body. */
  readonly method?: string | undefined
  /** Sent with each request. A function is asked anew for each, and once more after a 401. */
  readonly headers?: HeaderValues | ((request: HeaderRequest) => HeaderValues | Promise<HeaderValues>) | undefined
  /** Sent as JSON. */
  readonly json?: unknown
  /** Sent as it is. A `ReadableStream` can be sent only once, so that such a request is never repeated. */
  readonly body?: BodyInit | undefined
  /** Whether cookies are sent, as `fetch` has it. Default: that of `fetch`, to the same origin only. */
  readonly credentials?: RequestCredentials | undefined
  /** Ends the stream: the iteration throws its reason. */
  readonly signal?: AbortSignal | undefined
  /** Where to go on: the id of the last event that is not to be sent again. */
  readonly lastEventId?: string | undefined
  /** `false`: the first failure is thrown. */
  readonly retry?: RetryOptions | false | undefined
  /** Reconnects when nothing has come for so long, not even a heartbeat. Default false: waits for ever. */
  readonly idleTimeoutMs?: number | false | undefined
  /** Reconnects when no event has come for so long, heartbeats or not. Default false. */
  readonly eventTimeoutMs?: number | false | undefined
  /** The largest event, in characters. Default 16 Mi; `false` for no limit. */
  readonly maxEventBytes?: number | false | undefined
  /** Checks each event's data, and types it. A mismatch throws `ERR_EVENT_INVALID`. */
  readonly schema?: DataSchema<Data> | undefined
  /**
   * `json` parses each event's data, and throws `ERR_EVENT_INVALID` where it cannot; `text` leaves it alone. `auto`, the
   * default, parses objects and lists of objects; all else, numbers too, stays text, because on the wire a number and
   * the same digits in a text are one.
   */
  readonly as?: 'json' | 'text' | 'auto' | undefined
  /** Whether this is the last event: a connection that ends before it was interrupted. */
  readonly until?: ((event: ServerEvent<Data>) => boolean) | undefined
  /** Makes the requests. Default: the global one. */
  readonly fetch?: typeof globalThis.fetch | undefined
  /** An answer that streams has come. */
  readonly onOpen?: ((response: Response) => void) | undefined
  /** The stream will come back after a pause. */
  readonly onRetry?: ((notice: RetryNotice) => void) | undefined
}
