// The options of `EventSource`, and what they may be.
import {
  checkLimit,
  describeValue,
  longestDelayMs,
  options,
  TidingsError,
  typed,
  wholeNumber,
  type OptionCheck,
  type OptionChecks,
} from '../../base/index.ts'
import type { HeaderValues } from '../http/header-values.ts'
import type { EventSourceRetry } from './request.ts'

/** Options of {@link EventSource.fromReadableStream}. */
export interface EventSourceStreamOptions {
  /** The last event id to start with, sent as `Last-Event-ID`. Default `''`: not sent. */
  readonly lastEventId?: string | undefined
  /** The largest event, in characters. Default 16 Mi; `false` for no limit. A larger one closes the source. */
  readonly maxEventBytes?: number | false | undefined
}

/** Options of {@link EventSource}. All but `withCredentials` are additions to the standard. */
export interface EventSourceOptions extends EventSourceStreamOptions {
  /** Also sends cookies to other origins. Default false. */
  readonly withCredentials?: boolean | undefined
  /**
   * Headers of each request. A function is called for each request; if it throws or rejects, that counts as a network
   * failure: the source reconnects, and calls it again.
   */
  readonly headers?: HeaderValues | (() => HeaderValues | Promise<HeaderValues>) | undefined
  /** The `fetch` that sends the requests. Default: the global one. */
  readonly fetch?: typeof globalThis.fetch | undefined
  /**
   * Also comes back after answers that pass: 5xx, 408, 425 and 429, which close a standard `EventSource`. The pauses grow
   * with each failure without an event, and are no shorter than the server's `Retry-After` or `retry`. Default `false`:
   * as the standard says; `true` for the default pauses, without a limit of attempts.
   */
  readonly retry?: EventSourceRetry | boolean | undefined
}

const anything: OptionCheck = () => {}

const position: OptionCheck = (name, value) => {
  if (value === undefined || (typeof value === 'string' && !/[\0\n\r]/.test(value))) return
  const wanted = 'a string without line breaks or NUL'
  throw new TidingsError('ERR_OPTION', `${name} must be ${wanted}, not ${describeValue(value)}`)
}

const pause = wholeNumber({ least: 0, most: longestDelayMs })

const retryChecks: OptionChecks<EventSourceRetry> = {
  attempts: (name, value) => value === Infinity || wholeNumber({ least: 0 })(name, value),
  minMs: pause,
  maxMs: pause,
}

/** What the options of {@link EventSource.fromReadableStream} may be. */
export const streamChecks: OptionChecks<EventSourceStreamOptions> = { lastEventId: position, maxEventBytes: checkLimit }

/** What the options of {@link EventSource} may be; its headers are checked by making them. */
export const sourceChecks: OptionChecks<EventSourceOptions> = {
  ...streamChecks,
  withCredentials: anything,
  headers: anything,
  fetch: typed('function'),
  retry: options(retryChecks, [true, false]),
}
