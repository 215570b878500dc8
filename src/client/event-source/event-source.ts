// `EventSource` (WHATWG HTML 9.2) for every runtime that has `fetch`.
import { checkOptions, describeValue } from '../../base/index.ts'
import { close, closed, connect, connecting, open, readOnce, Source } from './connection.ts'
import type { EventSourceErrorEvent } from './error-event.ts'
import { HandlerAttribute, isCalledByPlatform, type EventSourceEventMap, type EventSourceHandler } from './handler.ts'
import type { EventSourceListener, EventSourceListenerOptions } from './listener.ts'
import { toHeaders } from '../http/header-values.ts'
import { sourceChecks, streamChecks, type EventSourceOptions, type EventSourceStreamOptions } from './options.ts'
import { Target } from './target.ts'

/**
 * The standard `EventSource`, on every runtime: reads server-sent events and reconnects by itself, exactly as WHATWG
 * HTML 9.2 says.
 *
 * - Any status but 200 (204 included) and any type but `text/event-stream` close it for good: `error`, and `readyState`
 *   is `CLOSED`. After a network failure or the end of the body it reconnects after `reconnectionTime`: `error`, and
 *   `readyState` is `CONNECTING`. The `error` event has the cause: `error`, `message` and, of a response, `code`. What
 *   `fetch` will never send (another scheme than http, an invalid header) closes it too.
 * - It keeps a process alive until it is closed, also during the pause before a reconnect.
 * - An error that a listener throws is reported as for the platform's own events: to `reportError` in browsers and
 *   Deno, to `uncaughtException` on Node, which ends the process unless it is handled. The stream continues.
 * - Backpressure comes from synchronous listeners alone: the next chunk is read once they return. If a listener has to
 *   await, use `stream()`.
 * - On Node, `fetch` fails after five minutes without a byte, and the source then reconnects.
 * - In a page, `Last-Event-ID` and `headers` to another origin cause a CORS preflight.
 *
 * @example
 * import { EventSource } from 'tidings/client'
 *
 * const source = new EventSource('https://example.com/feed')
 * source.onmessage = (event) => console.log(event.data, event.lastEventId)
 */
// oxlint-disable-next-line typescript/no-unsafe-declaration-merging -- see the interface below
export class EventSource extends Target {
  /** `readyState` before the first connection is open, and during a pause before a reconnect. */
  declare static readonly CONNECTING: 0
  /** `readyState` while a connection is open. */
  declare static readonly OPEN: 1
  /** `readyState` once it is closed: it never reconnects. */
  declare static readonly CLOSED: 2
  /** `readyState` before the first connection is open, and during a pause before a reconnect. */
  declare readonly CONNECTING: 0
  /** `readyState` while a connection is open. */
  declare readonly OPEN: 1
  /** `readyState` once it is closed: it never reconnects. */
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
   * @throws DOMException `SyntaxError` for an invalid url
   * @throws TidingsError `ERR_OPTION` for an invalid option; TypeError for invalid headers
   */
  constructor(url: string | URL, eventSourceInit: EventSourceOptions | null = {}) {
    super()
    // Web IDL 3.7.1, overload resolution: a missing argument is a TypeError. 3.2.17: a dictionary may be null.
    if (arguments.length === 0) throw new TypeError('An EventSource needs a url')
    const options = eventSourceInit ?? {}
    const given = options instanceof OpenedStream ? options.options : options
    checkOptions('EventSource', given, options instanceof OpenedStream ? streamChecks : sourceChecks)
    this.#withCredentials = Boolean(options.withCredentials)
    this.#source = new Source(this, { lastEventId: given.lastEventId ?? '', maxEventBytes: given.maxEventBytes })
    if (options instanceof OpenedStream) {
      this.#url = String(url)
      void readOnce(this.#source, options.stream)
      return
    }
    const { headers = {}, fetch } = options
    if (typeof headers !== 'function') toHeaders(headers)
    const parsed = parseUrl(url)
    this.#url = parsed.href
    const retry = options.retry === true ? {} : options.retry || undefined
    void connect(this.#source, { url: parsed, withCredentials: this.#withCredentials, headers, fetch, retry })
  }

  /**
   * Reads a stream that the caller has opened, such as a response's body. It does not reconnect: the end of the stream
   * closes it, with an `error`. `url` is `about:event-stream`, and the events' `origin` is `null`. After whatwg/html
   * pull request 12272.
   *
   * @throws TypeError for a value that is not a ReadableStream, or for one that already has a reader
   */
  static fromReadableStream(stream: ReadableStream<Uint8Array>, options: EventSourceStreamOptions = {}): EventSource {
    if (!(stream instanceof ReadableStream)) throw new TypeError(`${describeValue(stream)} is not a ReadableStream`)
    if (stream.locked) throw new TypeError('The stream already has a reader')
    return new EventSource('about:event-stream', new OpenedStream(stream, options))
  }

  /** The url as given, resolved; redirects do not change it. */
  get url(): string {
    return this.#url
  }

  /** Whether cookies are also sent to other origins. */
  get withCredentials(): boolean {
    return this.#withCredentials
  }

  /** The state of the connection: {@link CONNECTING}, {@link OPEN} or {@link CLOSED}. */
  get readyState(): 0 | 1 | 2 {
    return this.#source.readyState
  }

  /** The last event id received, once its block is complete; the next request sends it as `Last-Event-ID`. */
  get lastEventId(): string {
    return this.#source.parser.lastEventId
  }

  /** The pause before a reconnect, in milliseconds: the server's last `retry`, at most one hour. Default 3,000. */
  get reconnectionTime(): number {
    return this.#source.reconnectionMs
  }

  /** The handler of `open`: a connection has opened. `null` for none. */
  get onopen(): EventSourceHandler<Event> {
    return this.#onopen.value
  }

  set onopen(handler: EventSourceHandler<Event>) {
    this.#onopen.value = handler
  }

  /** The handler of events without a name, or with the name `message`. `null` for none. */
  get onmessage(): EventSourceHandler<MessageEvent> {
    return this.#onmessage.value
  }

  set onmessage(handler: EventSourceHandler<MessageEvent>) {
    this.#onmessage.value = handler
  }

  /** The handler of `error`: a connection failed or ended, for good if `readyState` is `CLOSED`. `null` for none. */
  get onerror(): EventSourceHandler<EventSourceErrorEvent> {
    return this.#onerror.value
  }

  set onerror(handler: EventSourceHandler<EventSourceErrorEvent>) {
    this.#onerror.value = handler
  }

  /** Closes the connection for good, at once: events already received but not yet dispatched are dropped. */
  close(): void {
    close(this.#source)
  }

  /** Cuts short a pause before a reconnect, as `stream()` does. Does nothing at other times. */
  reconnect(): void {
    this.#source.reconnect()
  }

  /** Discards an unfinished event, so that another stream can follow in the same `ReadableStream`; keeps the id. */
  reset(): void {
    this.#source.parser.reset()
  }

  /** Dispatches as inherited, and prevents platforms that call `on<name>` themselves from calling a handler twice. */
  override dispatchEvent(event: Event): boolean {
    if (isCalledByPlatform)
      for (const attribute of [this.#onopen, this.#onmessage, this.#onerror]) attribute.hideFrom(event)
    return super.dispatchEvent(event)
  }

  static {
    // Web IDL 3.7: constants are on the class and on its prototype, and members are enumerable.
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

// Adds only types, for two inherited methods. A merged interface is the only way to do so, as in the compiler's own DOM
// types: a listener of MessageEvents is not assignable to a listener of Events.
// oxlint-disable-next-line typescript/no-unsafe-declaration-merging
export interface EventSource {
  /** Adds a listener for events named `type`: those of the stream are `MessageEvent`s, with their data as text. */
  addEventListener<Name extends keyof EventSourceEventMap>(
    type: Name,
    listener: (event: EventSourceEventMap[Name]) => unknown,
    options?: boolean | EventSourceListenerOptions,
  ): void
  addEventListener(
    type: string,
    listener: (event: MessageEvent) => unknown,
    options?: boolean | EventSourceListenerOptions,
  ): void
  addEventListener(
    type: string,
    listener: EventSourceListener | null,
    options?: boolean | EventSourceListenerOptions,
  ): void
  /** Removes a listener that {@link addEventListener} has added. */
  removeEventListener<Name extends keyof EventSourceEventMap>(
    type: Name,
    listener: (event: EventSourceEventMap[Name]) => unknown,
    options?: boolean | Pick<EventSourceListenerOptions, 'capture'>,
  ): void
  removeEventListener(
    type: string,
    listener: (event: MessageEvent) => unknown,
    options?: boolean | Pick<EventSourceListenerOptions, 'capture'>,
  ): void
  removeEventListener(
    type: string,
    listener: EventSourceListener | null,
    options?: boolean | Pick<EventSourceListenerOptions, 'capture'>,
  ): void
}

/** The argument by which `fromReadableStream` passes a stream to the constructor. */
class OpenedStream {
  readonly withCredentials = false
  readonly stream: ReadableStream<Uint8Array>
  readonly options: EventSourceStreamOptions

  constructor(stream: ReadableStream<Uint8Array>, options: EventSourceStreamOptions) {
    this.stream = stream
    this.options = options
  }
}

/** Parses the url: 9.2.2, steps 3 to 5. */
function parseUrl(url: string | URL): URL {
  const base: { readonly href?: string } | undefined = globalThis.location
  try {
    const parsed = new URL(url, base?.href)
    // A user name or password that cannot be decoded cannot be sent as `Authorization`.
    decodeURIComponent(parsed.username + parsed.password)
    return parsed
  } catch {
    // The caught error says no more than this message.
    const message = `Invalid url: ${describeValue(String(url))}${base ? '' : '. Without a `location` it must be absolute'}`
    if (Reflect.has(globalThis, 'DOMException')) throw new DOMException(message, 'SyntaxError')
    throw new SyntaxError(message)
  }
}
