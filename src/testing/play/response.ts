// A cassette as a Response that streams, and as what answers requests in this process.
import { describeValue, onAbort, TidingsError, type OptionCheck } from '../../base/index.ts'
import { bodilessStatuses, type Cassette } from '../cassette/cassette.ts'
import { checkPlay, planOf, type Plan, type PlayOptions } from './plan.ts'
import { Playing } from './play.ts'
import { createChooser, type Answer, type CassetteSource } from './source.ts'

/** How a cassette is played as a response. */
export interface CassetteResponseOptions extends PlayOptions {
  /** Ends the body with its reason, as that of the request ends the body of a `fetch`. */
  readonly signal?: AbortSignal | null | undefined
}

/** By shape: a test environment may have an AbortSignal of its own. */
const signalCheck: OptionCheck = (name, value) => {
  if (value === undefined || value === null || 'aborted' in Object(value)) return
  throw new TidingsError('ERR_OPTION', `${name} must be an AbortSignal, not ${describeValue(value)}.`)
}

/**
 * A response that plays a cassette: each chunk at its time from now on, each piece in a read of its own. A cut makes the body
 * fail with a `TypeError`, as the body of a `fetch` does. Times are kept by `setTimeout`, and so by a fake clock that
 * replaces it.
 *
 * @throws TidingsError `ERR_CASSETTE` or `ERR_OPTION`
 *
 * @example
 * import { cassetteResponse, createCassette } from 'tidings/testing'
 *
 * const cassette = createCassette(['data: 1\n\n', 'data: 2\n\n'])
 * const response = cassetteResponse(cassette, { splitBytes: 5 })
 * console.log(response.headers.get('content-type')) // text/event-stream
 */
export function cassetteResponse(cassette: Cassette, options: CassetteResponseOptions = {}): Response {
  checkPlay('`cassetteResponse`', options, { signal: signalCheck })
  return toResponse({ cassette, plan: planOf(cassette, options) }, options.signal)
}

/**
 * A resolver of MSW: `http.get('https://example.com/feed', cassetteResolver(cassette))`. Each request is answered by the
 * cassette from its beginning, or by the one that a function chooses. Any framework that calls it with `{ request }` will do.
 *
 * @throws TidingsError `ERR_CASSETTE` or `ERR_OPTION`; where a function chooses, the resolver throws it
 */
export function cassetteResolver(
  source: CassetteSource,
  options: PlayOptions = {},
): (info: { readonly request: Request }) => Response {
  checkPlay('`cassetteResolver`', options)
  const choose = createChooser(source, options)
  return ({ request }) => toResponse(choose(request), request.signal)
}

/**
 * A `fetch` that asks no network: hand it to the client that is tested. Each request is answered by the cassette from its
 * beginning, or by the one that a function chooses. Ends like the global `fetch` when its signal aborts.
 *
 * @throws TidingsError `ERR_CASSETTE` or `ERR_OPTION`; where a function chooses, the `fetch` rejects with it
 *
 * @example
 * import { stream } from 'tidings/client'
 * import { cassetteAfter, cassetteFetch, createCassette } from 'tidings/testing'
 *
 * const cassette = createCassette(['id: 1\ndata: 1\n\n', 'id: 2\ndata: 2\n\n'])
 * const fetch = cassetteFetch(({ lastEventId }) =>
 *   lastEventId === undefined ? { cassette, cutAfter: 20 } : cassetteAfter(cassette, lastEventId),
 * )
 * const seen = []
 * for await (const { data } of stream('https://example.com/feed', { fetch, retry: { minMs: 1 } })) {
 *   if (seen.push(data) === 2) break
 * }
 * console.log(seen) // [ '1', '2' ]
 */
export function cassetteFetch(
  source: CassetteSource,
  options: PlayOptions = {},
): (input: string | URL | Request, init?: RequestInit) => Promise<Response> {
  checkPlay('`cassetteFetch`', options)
  const choose = createChooser(source, options)
  return async (input, init) => {
    const url = typeof input === 'string' && input.startsWith('/') ? `http://localhost${input}` : input
    const request = new Request(url, init)
    request.signal.throwIfAborted()
    return toResponse(choose(request), request.signal)
  }
}

function toResponse({ cassette, plan }: Answer, signal: AbortSignal | null | undefined): Response {
  const { status, headers } = cassette.response
  const body = bodilessStatuses.includes(status) ? null : bodyOf(plan, signal ?? undefined)
  return new Response(body, { status, headers })
}

function bodyOf(plan: Plan, signal: AbortSignal | undefined): ReadableStream<Uint8Array<ArrayBuffer>> {
  const body = new PlayedBody(plan, signal)
  // Pulled only for a read that waits: an error would discard what the stream itself had queued.
  return new ReadableStream(body, { highWaterMark: 0 })
}

type Controller = ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>

class PlayedBody implements UnderlyingDefaultSource<Uint8Array<ArrayBuffer>> {
  readonly #left = new AbortController()
  readonly #playing: Playing
  readonly #signal: AbortSignal | undefined
  #forget = (): void => {}

  constructor(plan: Plan, signal: AbortSignal | undefined) {
    this.#playing = new Playing(plan, this.#left.signal)
    this.#signal = signal
  }

  start(controller: Controller): void {
    if (this.#signal === undefined) return
    this.#forget = onAbort(this.#signal, () => {
      this.#left.abort()
      controller.error(this.#signal?.reason)
    })
  }

  async pull(controller: Controller): Promise<void> {
    const arrival = await this.#playing.next()
    if (arrival === 'left') return
    // A copy: whoever reads a chunk may change it, and the cassette is played again.
    if (arrival instanceof Uint8Array) return controller.enqueue(arrival.slice())
    this.#forget()
    if (arrival === 'complete') controller.close()
    else controller.error(new TypeError('The connection was cut, as the cassette or `cutAfter` says.'))
  }

  cancel(): void {
    this.#forget()
    this.#left.abort()
  }
}
