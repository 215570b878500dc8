// What `fetchEventSource` takes and hands on: the types of `@microsoft/fetch-event-source` 2.
import { eventStreamType } from '../http/media-type.ts'

/** The content type that an answer must have. */
export const EventStreamContentType: 'text/event-stream' = eventStreamType

/** An event as {@link fetchEventSource} hands it on. */
export interface EventSourceMessage {
  /** The block's own id; `''` where it has none. */
  id: string
  /** The event's name; `''` where it has none. */
  event: string
  /** The event's data, as text. */
  data: string
  /** The last `retry`, in milliseconds, that was read since the message before; left out for none. */
  retry?: number
}

/** What {@link fetchEventSource} takes: all that `fetch` does, and callbacks. */
export interface FetchEventSourceInit extends Omit<RequestInit, 'headers'> {
  /** Sent with each request; `accept` and `last-event-id` are added. */
  headers?: HeadersInit | undefined
  /**
   * An answer has come; what it throws goes to `onerror`. Left out, the status must be a success and the type
   * `text/event-stream`: otherwise `ERR_RESPONSE` or `ERR_MEDIA_TYPE`. Not called for 204.
   */
  onopen?: ((response: Response) => void | Promise<void>) | undefined
  /** An event has come. What it throws goes to `onerror`. */
  onmessage?: ((event: EventSourceMessage) => void) | undefined
  /** The body has ended. What it throws goes to `onerror`; otherwise this is the end. */
  onclose?: (() => void) | undefined
  /**
   * Something went wrong. The request is repeated after as many milliseconds as it returns, after the last `retry`
   * (1,000 until there was one) where it returns nothing, and never where it throws: the promise rejects with that.
   * Left out, GET, HEAD, PUT, DELETE and OPTIONS are repeated unless the error would only come again (a status other
   * than 5xx, 408, 425 and 429, another type, an event that is too large); POST and PATCH never are.
   */
  // oxlint-disable-next-line typescript/no-explicit-any -- as in the package: callers declare what they throw themselves
  onerror?: ((error: any) => number | null | undefined | void) | undefined
  /**
   * `false` ends the request when the page is hidden, and makes it anew when the page is shown. Default true: a tab
   * that is left for a moment would otherwise have its POST done twice.
   */
  openWhenHidden?: boolean | undefined
  /** Makes the requests. Default: the global one. */
  fetch?: typeof globalThis.fetch | undefined
}
