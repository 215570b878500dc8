// The options and events of `fetchEventSource`: the types of `@microsoft/fetch-event-source` 2.
import { describeValue, misspeltName, TidingsError, typed, type OptionNames } from '../../base/index.ts'
import { eventStreamType } from '../http/media-type.ts'

/** The media type of an event stream, which a response must have. */
export const EventStreamContentType: 'text/event-stream' = eventStreamType

/** An event as {@link fetchEventSource} passes it to `onmessage`. */
export interface EventSourceMessage {
  /** The id that the event itself has; `''` for none. */
  id: string
  /** The event's name; `''` for none. */
  event: string
  /** The event's data, as text. */
  data: string
  /** The last `retry` received since the previous event, in milliseconds; missing if there was none. */
  retry?: number
}

/** Options of {@link fetchEventSource}: those of `fetch`, and callbacks. */
export interface FetchEventSourceInit extends Omit<RequestInit, 'headers'> {
  /** Headers of each request; `accept` and `last-event-id` are added. */
  headers?: RequestInit['headers'] | undefined
  /**
   * Called with each response but 204, before its events; what it throws is passed to `onerror`. Default: checks that
   * the status is a success (else `ERR_RESPONSE`) and the media type `text/event-stream` (else `ERR_MEDIA_TYPE`).
   */
  onopen?: ((response: Response) => void | Promise<void>) | undefined
  /**
   * Called with each event. What it throws or rejects with is passed to `onerror`; a promise is not waited for before the
   * next event, but before the end.
   */
  onmessage?: ((event: EventSourceMessage) => unknown) | undefined
  /** Called at the end of the body, before the promise resolves; what it throws is passed to `onerror` instead. */
  onclose?: (() => unknown) | undefined
  /**
   * Called with each error, to decide on a retry: the request is repeated after the number of milliseconds that it
   * returns, or after the last `retry` (until then 1,000) if it returns nothing. If it throws, there is no retry, and
   * the promise rejects with what it threw. Default: repeats GET, HEAD, PUT, DELETE and OPTIONS, except after permanent
   * errors (a status other than 5xx, 408, 425 and 429, another media type, an event that is too large); never repeats
   * POST and PATCH. A request that `fetch` refuses, or whose response cannot be read, is only repeated if it returns a
   * number; one whose body is a stream never.
   */
  // oxlint-disable-next-line typescript/no-explicit-any -- as in the package: callers declare the type themselves
  onerror?: ((error: any) => number | null | undefined | void | Promise<number | null | undefined | void>) | undefined
  /**
   * Keeps the request open while the page is hidden. `false` aborts it then, and sends it again when the page is shown.
   * Default true: otherwise a POST is sent twice when its tab is hidden for a moment.
   */
  openWhenHidden?: boolean | undefined
  /** The `fetch` that sends the requests. Default: the global one. */
  fetch?: typeof globalThis.fetch | undefined
}

const names: OptionNames<FetchEventSourceInit> = {
  body: true,
  cache: true,
  credentials: true,
  fetch: true,
  headers: true,
  integrity: true,
  keepalive: true,
  method: true,
  mode: true,
  onclose: true,
  onerror: true,
  onmessage: true,
  onopen: true,
  openWhenHidden: true,
  priority: true,
  redirect: true,
  referrer: true,
  referrerPolicy: true,
  signal: true,
  window: true,
}

/** What runtimes add to the options of `fetch`: they are like no other name by mistake. */
const known: ReadonlySet<string> = new Set([...Object.keys(names), 'duplex', 'dispatcher', 'agent', 'next'])

const functions = ['onopen', 'onmessage', 'onclose', 'onerror', 'fetch'] as const

/**
 * Checks that no option is misspelt, and our own are of their kind. Other names are passed on to `fetch`, which may know
 * them.
 *
 * @throws TidingsError `ERR_OPTION` with the name that was meant, or what the option has to be
 */
export function checkInit(init: FetchEventSourceInit): void {
  for (const name of Object.keys(init)) {
    const meant = known.has(name) ? undefined : misspeltName(name, [...known])
    if (meant !== undefined)
      throw new TidingsError('ERR_OPTION', `fetchEventSource has no option ${name}. Did you mean ${meant}?`)
  }
  for (const name of functions) typed('function')(name, init[name])
  typed('boolean')('openWhenHidden', init.openWhenHidden)
  const { headers, signal } = init
  if (headers !== undefined && typeof headers !== 'object')
    throw new TidingsError('ERR_OPTION', `headers must be an object of headers, not ${describeValue(headers)}.`)
  if (signal && typeof signal.addEventListener !== 'function')
    throw new TidingsError('ERR_OPTION', `signal must be an AbortSignal, not ${describeValue(signal)}.`)
}
