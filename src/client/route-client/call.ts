// One call of a client. Only the types know whether its route streams, so a call is both a stream for `for await` and a
// promise of the response's value. Nothing is requested before it is iterated or awaited.
import { streamTypeOf } from '../stream/stream-type.ts'
import { askOnce, readValue } from './answer.ts'
import { toValue } from '../http/event-data.ts'
import { responseError } from '../http/response-error.ts'
import type { ServerEvent } from '../stream/server-event.ts'
import type { EventStream } from '../stream/events.ts'
import type { StreamOptions } from '../stream/options.ts'
import { stream } from '../stream/stream.ts'

/** The option `as` of a call: `response` for the `Response` itself, or the names of the events whose data is text. */
export type AnswerKind = 'response' | Readonly<Record<string, 'text'>> | undefined

/** The result of a call: awaitable and iterable. Never throws itself: errors reject the promise or the iteration. */
export class ClientCall implements EventStream, Promise<unknown> {
  readonly [Symbol.toStringTag] = 'ClientCall'
  readonly #url: string
  readonly #as: AnswerKind
  readonly #options: StreamOptions
  #stream: EventStream | undefined
  #answer: Promise<unknown> | undefined

  constructor(url: string, as: AnswerKind, options: StreamOptions) {
    this.#url = url
    this.#as = as
    this.#options = options
  }

  get status(): number {
    return this.#stream?.status ?? 0
  }

  get lastEventId(): string {
    return this.#stream?.lastEventId ?? this.#options.lastEventId ?? ''
  }

  reconnect(): void {
    this.#stream?.reconnect()
  }

  close(): void {
    this.#events().close()
  }

  [Symbol.asyncIterator](): AsyncIterator<ServerEvent> {
    return this.#events()[Symbol.asyncIterator]()
  }

  // oxlint-disable-next-line unicorn/no-thenable -- a route that answers once is awaited
  then<Value = unknown, Failure = never>(
    onValue?: ((value: unknown) => Value | PromiseLike<Value>) | null,
    onFailure?: ((reason: unknown) => Failure | PromiseLike<Failure>) | null,
  ): Promise<Value | Failure> {
    this.#answer ??= this.#request()
    return this.#answer.then(onValue, onFailure)
  }

  catch<Failure = never>(onFailure?: ((reason: unknown) => Failure | PromiseLike<Failure>) | null): Promise<unknown> {
    return this.then(undefined, onFailure)
  }

  finally(onSettled?: (() => void) | null): Promise<unknown> {
    return this.then((value) => value).finally(onSettled)
  }

  #events(): EventStream {
    this.#stream ??= openStream(this.#url, this.#as, this.#options)
    return this.#stream
  }

  async #request(): Promise<unknown> {
    const response = await askOnce(this.#url, this.#options)
    if (!response.ok) throw await responseError(response)
    if (this.#as === 'response') return response
    if (this.#options.method === 'HEAD') return undefined
    const isStream = streamTypeOf(response.headers.get('content-type')) !== undefined
    // An async function that returns a call awaits it; the result is then the stream that the types promise.
    return isStream ? adopt(response, this.#url, this.#as, this.#options) : readValue(response)
  }
}

function openStream(url: string, as: AnswerKind, options: StreamOptions, release?: () => void): EventStream {
  return new TypedEvents(stream(url, { ...options, as: 'text' }), typeof as === 'object' ? as : {}, release)
}

/** Makes a stream of a response that has already arrived; a reconnect sends a request of its own. */
function adopt(response: Response, url: string, as: AnswerKind, options: StreamOptions): EventStream {
  let first: Response | undefined = response
  const { fetch = globalThis.fetch } = options
  const takeFirst: typeof fetch = async (input, init) => {
    const answer = first ?? (await fetch(input, init))
    first = undefined
    return answer
  }
  // If the stream is closed before it is read, this response has to be cancelled.
  return openStream(url, as, { ...options, fetch: takeFirst }, () => void first?.body?.cancel())
}

/** A stream whose data is text for the events in `names`, and for all others parsed JSON, or text if it is not JSON. */
class TypedEvents implements EventStream {
  readonly #events: EventStream
  readonly #names: Readonly<Record<string, 'text'>>
  readonly #release: (() => void) | undefined

  /** `release` is called by `close`, to cancel the response of a stream that was never read. */
  constructor(events: EventStream, names: Readonly<Record<string, 'text'>>, release: (() => void) | undefined) {
    this.#events = events
    this.#names = names
    this.#release = release
  }

  get status(): number {
    return this.#events.status
  }

  get lastEventId(): string {
    return this.#events.lastEventId
  }

  reconnect(): void {
    this.#events.reconnect()
  }

  close(): void {
    this.#events.close()
    this.#release?.()
  }

  [Symbol.asyncIterator](): AsyncIterator<ServerEvent> {
    const events = this.#events[Symbol.asyncIterator]()
    return {
      next: async () => {
        const result = await events.next()
        return result.done ? result : { done: false, value: this.#read(result.value) }
      },
      return: async () => (await events.return?.()) ?? { done: true, value: undefined },
    }
  }

  #read(event: ServerEvent): ServerEvent {
    if (typeof event.data !== 'string' || Object.hasOwn(this.#names, event.event)) return event
    return mayBeJson.test(event.data) ? { ...event, data: toValue(event.data) } : event
  }
}

/** Whether a text begins like JSON: saves the failed parse, and its error, for most prose. */
const mayBeJson = /^[\s[{"\-\dtfn]/
