// One call of a client. Whether its route streams is known to the types alone, so that a call is both: a stream for
// `for await`, and a promise of an answer. Nothing is requested before it is used as the one or the other.
import { streamTypeOf } from '../stream/connection.ts'
import { askOnce, toValue } from './answer.ts'
import { toValue as toEventValue } from '../http/event-data.ts'
import { responseError } from '../http/response-error.ts'
import type { ServerEvent } from '../stream/server-event.ts'
import type { EventStream } from '../stream/events.ts'
import type { StreamOptions } from '../stream/options.ts'
import { stream } from '../stream/stream.ts'

/** How a call is answered: as it comes, as the `Response` itself, or with the events of these names as text. */
export type AnswerKind = 'response' | Readonly<Record<string, 'text'>> | undefined

/** What a call gives. It throws nothing by itself: what fails rejects for whoever awaits or iterates. */
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
    this.#answer ??= this.#ask()
    return this.#answer.then(onValue, onFailure)
  }

  catch<Failure = never>(onFailure?: ((reason: unknown) => Failure | PromiseLike<Failure>) | null): Promise<unknown> {
    return this.then(undefined, onFailure)
  }

  finally(onEnd?: (() => void) | null): Promise<unknown> {
    return this.then((value) => value).finally(onEnd)
  }

  #events(): EventStream {
    this.#stream ??= openStream(this.#url, this.#as, this.#options)
    return this.#stream
  }

  async #ask(): Promise<unknown> {
    const response = await askOnce(this.#url, this.#options)
    if (!response.ok) throw await responseError(response)
    if (this.#as === 'response') return response
    if (this.#options.method === 'HEAD') return undefined
    const isStream = streamTypeOf(response.headers.get('content-type')) !== undefined
    // An async function that returns a call awaits it: what comes of that is the stream which the types promise.
    return isStream ? adopt(response, this.#url, this.#as, this.#options) : toValue(response)
  }
}

function openStream(url: string, as: AnswerKind, options: StreamOptions, release?: () => void): EventStream {
  return new TypedEvents(stream(url, { ...options, as: 'text' }), typeof as === 'object' ? as : {}, release)
}

/** The stream of an answer that is there already; any further connection is one of its own. */
function adopt(response: Response, url: string, as: AnswerKind, options: StreamOptions): EventStream {
  let first: Response | undefined = response
  const { fetch = globalThis.fetch } = options
  const takeFirst: typeof fetch = async (input, init) => {
    const answer = first ?? (await fetch(input, init))
    first = undefined
    return answer
  }
  // It must be let go when nobody has read it.
  return openStream(url, as, { ...options, fetch: takeFirst }, () => void first?.body?.cancel())
}

/** Reads the data of events as text where their names say so, and of all others as JSON where it is some. */
class TypedEvents implements EventStream {
  readonly #events: EventStream
  readonly #names: Readonly<Record<string, 'text'>>
  readonly #release: (() => void) | undefined

  /** `release` is called by `close`, for what a stream that was never read still holds. */
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
    return mayBeJson.test(event.data) ? { ...event, data: toEventValue(event.data) } : event
  }
}

/** Whether it begins as JSON does: prose is not parsed, and no error is made for it. */
const mayBeJson = /^[\s[{"\-\dtfn]/
