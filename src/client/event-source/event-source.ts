// `EventSource` (WHATWG HTML 9.2) for every runtime that has `fetch`.
import { describeValue, TidingsError } from '../../base/index.ts'
import { close, closed, connect, connecting, open, readOnce, Source } from './connection.ts'
import { HandlerAttribute, isCalledByPlatform, type EventSourceEventMap, type EventSourceHandler } from './handler.ts'
import { toHeaders, type HeaderValues } from '../http/header-values.ts'

/** What {@link EventSource.fromReadableStream} takes beside the stream. */
export interface EventSourceStreamOptions {
  /** Where the reader stands: the id of the last event that it has had. Default `''`. */
  readonly lastEventId?: string | undefined
  /** The largest event, in characters. Default 16 Mi; `false` for no limit. A larger one closes the source for good. */
  readonly maxEventBytes?: number | false | undefined
}

/** What an {@link EventSource} takes beside its url. All but `withCredentials` goes beyond the standard. */
export interface EventSourceOptions extends EventSourceStreamOptions {
  /** Sends cookies to other origins as well. Default false. */
  readonly withCredentials?: boolean | undefined
  /**
   * Sent with each request; a function is asked anew for each. One that throws or rejects counts as a failure of the
   * network: the source comes back and asks again.
   */
  readonly headers?: HeaderValues | (() => HeaderValues | Promise<HeaderValues>) | undefined
  /** Makes the requests. Default: the global one. */
  readonly fetch?: typeof globalThis.fetch | undefined
}

/**
 * A stream of server-sent events that comes back by itself: WHATWG HTML 9.2 to the letter, on every runtime.
 *
 * - Any status but 200 (204 included) and any type but `text/event-stream` close it for good: `error`, and `readyState`
 *   is `CLOSED`. A failure of the network and an end of the body bring it back after `reconnectionTime`: `error`, and
 *   `readyState` is `CONNECTING`. There is no other news of what went wrong.
 * - It keeps a process alive, while it waits to come back as well, until it is closed.
 * - An error that a listener throws goes where the platform's own events put it: to `reportError` in browsers and Deno,
 *   to `uncaughtException` on Node, which ends the process unless it is handled. The stream goes on.
 * - Nothing holds the server back but the listeners themselves: the next chunk is read once they return. Those that
 *   await should be a `stream()`.
 * - On Node, `fetch` takes five minutes without a byte for a failure, and so the source comes back.
 * - In a page, `Last-Event-ID` and `headers` to another origin are asked for by a preflight.
 *
 * @example
 * import { EventSource } from 'tidings/client'
 *
 * const source = new EventSource('https://example.com/feed')
 * source.onmessage = (event) => console.log(event.data, event.lastEventId)
 */
// oxlint-disable-next-line typescript/no-unsafe-declaration-merging -- see the interface below
export class EventSource extends EventTarget {
  /** `readyState` before the first connection is open, and while it waits to come back. */
  declare static readonly CONNECTING: 0
  /** `readyState` while a connection is open. */
  declare static readonly OPEN: 1
  /** `readyState` once it has ended for good. */
  declare static readonly CLOSED: 2
  /** `readyState` before the first connection is open, and while it waits to come back. */
  declare readonly CONNECTING: 0
  /** `readyState` while a connection is open. */
  declare readonly OPEN: 1
  /** `readyState` once it has ended for good. */
  declare readonly CLOSED: 2
  readonly #url: string
  readonly #withCredentials: boolean
  readonly #source: Source
  readonly #onopen = new HandlerAttribute(this, 'open')
  readonly #onmessage = new HandlerAttribute(this, 'message')
  readonly #onerror = new HandlerAttribute(this, 'error')

  /**
   * Opens the stream at `url`, which may be relative where there is a `location`.
   *
   * @throws DOMException `SyntaxError` for a url that is none
   * @throws TidingsError `ERR_OPTION`, TypeError for headers that are none
   */
  constructor(url: string | URL, eventSourceInit: EventSourceOptions | null = {}) {
    super()
    // Web IDL 3.7.1, overload resolution: a missing argument is a TypeError. 3.2.17: a dictionary may be null.
    if (arguments.length === 0) throw new TypeError('An EventSource needs a url')
    const options = eventSourceInit ?? {}
    const given = options instanceof OpenedStream ? options.options : options
    refuseOptions(given)
    this.#withCredentials = Boolean(options.withCredentials)
    this.#source = new Source(this, { lastEventId: given.lastEventId ?? '', maxEventBytes: given.maxEventBytes })
    if (options instanceof OpenedStream) {
      this.#url = String(url)
      void readOnce(this.#source, options.stream)
      return
    }
    const parsed = parseUrl(url)
    this.#url = parsed.href
    const { headers = {}, fetch } = options
    void connect(this.#source, { url: parsed, withCredentials: this.#withCredentials, headers, fetch })
  }

  /**
   * Reads a stream that was opened elsewhere, such as a response's body. It does not come back: the end of the stream
   * closes it, with an `error`. `url` is `about:event-stream`, and the events' `origin` is `null`. After whatwg/html
   * pull request 12272.
   *
   * @throws TypeError for a stream that somebody else reads
   */
  static fromReadableStream(stream: ReadableStream<Uint8Array>, options: EventSourceStreamOptions = {}): EventSource {
    if (!(stream instanceof ReadableStream)) throw new TypeError(`${describeValue(stream)} is not a ReadableStream`)
    if (stream.locked) throw new TypeError('The stream has a reader already')
    return new EventSource('about:event-stream', new OpenedStream(stream, options))
  }

  /** Where it reads from; the same after redirects. */
  get url(): string {
    return this.#url
  }

  /** Whether cookies are sent to other origins as well. */
  get withCredentials(): boolean {
    return this.#withCredentials
  }

  /** The state of the connection: {@link CONNECTING}, {@link OPEN} or {@link CLOSED}. */
  get readyState(): 0 | 1 | 2 {
    return this.#source.readyState
  }

  /** The position: the last id that a blank line has ended. What the next connection sends as `Last-Event-ID`. */
  get lastEventId(): string {
    return this.#source.parser.lastEventId
  }

  /** The wait before it comes back, in milliseconds: 3,000, or the server's last `retry`, but never above one hour. */
  get reconnectionTime(): number {
    return this.#source.reconnectionMs
  }

  /** Called when a connection has opened. `null` for nothing. */
  get onopen(): EventSourceHandler<Event> {
    return this.#onopen.value
  }

  set onopen(handler: EventSourceHandler<Event>) {
    this.#onopen.value = handler
  }

  /** Called with each event that has no name, or the name `message`. `null` for nothing. */
  get onmessage(): EventSourceHandler<MessageEvent> {
    return this.#onmessage.value
  }

  set onmessage(handler: EventSourceHandler<MessageEvent>) {
    this.#onmessage.value = handler
  }

  /** Called when a connection has ended or failed; `readyState` tells whether it comes back. `null` for nothing. */
  get onerror(): EventSourceHandler<Event> {
    return this.#onerror.value
  }

  set onerror(handler: EventSourceHandler<Event>) {
    this.#onerror.value = handler
  }

  /** Ends it for good, at once: not even the rest of what has come is dispatched. */
  close(): void {
    close(this.#source)
  }

  /** Forgets an unfinished event, so that another stream can follow in the same `ReadableStream`; the position stays. */
  reset(): void {
    this.#source.parser.reset()
  }

  /** As inherited; where the platform knows handlers of its own kind, ours are called once all the same. */
  override dispatchEvent(event: Event): boolean {
    if (isCalledByPlatform)
      for (const attribute of [this.#onopen, this.#onmessage, this.#onerror]) attribute.hideFrom(event)
    return super.dispatchEvent(event)
  }

  static {
    // Web IDL 3.7: constants are on both, and members are enumerable.
    for (const [name, value] of Object.entries({ CONNECTING: connecting, OPEN: open, CLOSED: closed })) {
      Object.defineProperty(this, name, { value, enumerable: true })
      Object.defineProperty(this.prototype, name, { value, enumerable: true })
    }
    for (const name of Object.getOwnPropertyNames(this.prototype)) {
      if (name !== 'constructor') Object.defineProperty(this.prototype, name, { enumerable: true })
    }
    Object.defineProperty(this.prototype, Symbol.toStringTag, { value: 'EventSource', configurable: true })
  }
}

// No property is added, only types to two inherited methods. The compiler takes that from a merged interface alone, here
// as in its own DOM: a listener of MessageEvents is, strictly, no listener of Events.
// oxlint-disable-next-line typescript/no-unsafe-declaration-merging
export interface EventSource {
  /** Adds a listener for events of a name: those of the stream are `MessageEvent`s, with their data as text. */
  addEventListener<Name extends keyof EventSourceEventMap>(
    type: Name,
    listener: (event: EventSourceEventMap[Name]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void
  addEventListener(
    type: string,
    listener: (event: MessageEvent) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: boolean | AddEventListenerOptions,
  ): void
  /** Removes a listener that {@link addEventListener} has added. */
  removeEventListener<Name extends keyof EventSourceEventMap>(
    type: Name,
    listener: (event: EventSourceEventMap[Name]) => unknown,
    options?: boolean | EventListenerOptions,
  ): void
  removeEventListener(
    type: string,
    listener: (event: MessageEvent) => unknown,
    options?: boolean | EventListenerOptions,
  ): void
  removeEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: boolean | EventListenerOptions,
  ): void
}

/** How `fromReadableStream` tells the constructor. */
class OpenedStream {
  readonly withCredentials = false
  readonly stream: ReadableStream<Uint8Array>
  readonly options: EventSourceStreamOptions

  constructor(stream: ReadableStream<Uint8Array>, options: EventSourceStreamOptions) {
    this.stream = stream
    this.options = options
  }
}

/** 9.2.2, steps 3 to 5. */
function parseUrl(url: string | URL): URL {
  const base: { readonly href?: string } | undefined = globalThis.location
  try {
    const parsed = new URL(url, base?.href)
    // What cannot be read back cannot be sent.
    decodeURIComponent(parsed.username + parsed.password)
    return parsed
  } catch {
    // The message says all that the error does.
    throw new DOMException(
      `${describeValue(String(url))} is no url${base ? '' : ', or one without a base'}`,
      'SyntaxError',
    )
  }
}

function refuseOptions({ headers, fetch, lastEventId }: EventSourceOptions): void {
  if (fetch !== undefined && typeof fetch !== 'function') throw optionError('fetch', 'a function', fetch)
  if (headers !== undefined && typeof headers !== 'function') toHeaders(headers)
  if (lastEventId === undefined) return
  if (typeof lastEventId !== 'string' || /[\0\n\r]/.test(lastEventId))
    throw optionError('lastEventId', 'a string without line breaks and NUL', lastEventId)
}

function optionError(name: string, wanted: string, value: unknown): TidingsError {
  return new TidingsError('ERR_OPTION', `${name} must be ${wanted}, not ${describeValue(value)}`)
}
