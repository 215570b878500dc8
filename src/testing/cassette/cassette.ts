// A cassette: a recorded response with the borders and times of its chunks, and what makes one true.
import { describeValue, TidingsError } from '../../base/index.ts'

/** A recorded stream: its bytes as they came, with their borders and times. A file of them is {@link encodeCassette}'s. */
export interface Cassette {
  /** When the response's head arrived, as an ISO 8601 date. */
  readonly recordedAt?: string | undefined
  /** The request that was answered; a cassette that is written by hand needs none. */
  readonly request?: CassetteRequest | undefined
  /** The head of the response. */
  readonly response: CassetteHead
  /** What arrived, chunk by chunk, in order. None is empty. */
  readonly chunks: readonly CassetteChunk[]
  /** How and when it ended. */
  readonly end: CassetteEnd
}

/** The request of a cassette. */
export interface CassetteRequest {
  /** `GET`, `POST`, ... */
  readonly method: string
  /** The absolute url. */
  readonly url: string
  /** Names in lower case. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** The body as text; left out if there was none, or if it was no text. */
  readonly body?: string | undefined
}

/** The head of a cassette's response. */
export interface CassetteHead {
  /** The status, 200 to 599. */
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
}

/** One chunk of a cassette: what one read of the body gave. */
export interface CassetteChunk {
  /** When it arrived, in milliseconds after the head. Never before the chunk in front of it. */
  readonly at: number
  /** At least one byte. A character may be split between two chunks. */
  readonly bytes: Uint8Array<ArrayBuffer>
}

/** The end of a cassette. */
export interface CassetteEnd {
  /** When, in milliseconds after the head. */
  readonly at: number
  /** `complete`: the body ended. `cut`: the connection broke. `left`: the recorder stopped, and the stream went on. */
  readonly how: 'complete' | 'cut' | 'left'
}

/** The ways in which a cassette ends. */
export const endings = ['complete', 'cut', 'left'] as const

/** An `ERR_CASSETTE`; `where` is the place in the cassette, as in "line 3". */
export function cassetteError(where: string, fault: string, cause?: unknown): TidingsError {
  return new TidingsError('ERR_CASSETTE', `The cassette's ${where} ${fault}`, { cause })
}

/**
 * Checks a cassette that a program made: times, head, and that no chunk is empty.
 *
 * @throws TidingsError `ERR_CASSETTE`, which names the place
 */
export function checkCassette(cassette: Cassette): void {
  if (typeof cassette !== 'object' || cassette === null || !Array.isArray(cassette.chunks)) {
    throw new TidingsError('ERR_CASSETTE', `A cassette is needed, not ${describeValue(cassette)}: see parseCassette.`)
  }
  if (cassette.request !== undefined) checkRequest('head', cassette.request)
  checkHead('response', cassette.response)
  let before = 0
  for (const [index, { at, bytes }] of cassette.chunks.entries()) {
    checkTime(`chunks[${index}]`, at, before)
    if (!(bytes instanceof Uint8Array)) throw cassetteError(`chunks[${index}]`, 'has no `bytes`: a Uint8Array.')
    if (bytes.length === 0) throw cassetteError(`chunks[${index}]`, 'is empty: leave it out.')
    before = at
  }
  checkTime('end', cassette.end?.at, before)
  if (!endings.includes(cassette.end.how)) throw cassetteError('end', `is ${describeValue(cassette.end.how)}.`)
  checkBody('response', cassette.response.status, cassette.chunks.length)
}

/**
 * Checks the time of a chunk, or of the end; `before` is that of the chunk in front of it.
 *
 * @throws TidingsError `ERR_CASSETTE` for one that is no number, negative, or earlier than `before`
 */
export function checkTime(where: string, at: unknown, before: number): asserts at is number {
  if (typeof at !== 'number' || !Number.isFinite(at) || at < 0) {
    throw cassetteError(where, `has \`at\`: ${describeValue(at)}, which is no number of milliseconds from 0.`)
  }
  if (at < before) throw cassetteError(where, `has \`at\`: ${at}, but what is before it came at ${before}.`)
}

/**
 * Checks status and headers of a response.
 *
 * @throws TidingsError `ERR_CASSETTE` for a status or a header that no response has
 */
export function checkHead(where: string, head: unknown): asserts head is CassetteHead {
  const { status, headers } = Object(head)
  if (!Number.isInteger(status) || status < 200 || status > 599) {
    throw cassetteError(where, `has status ${describeValue(status)}: it must be a whole number from 200 to 599.`)
  }
  checkHeaders(where, headers)
}

/**
 * Checks that headers are an object of strings that can be sent.
 *
 * @throws TidingsError `ERR_CASSETTE` for any other value
 */
function checkHeaders(where: string, headers: unknown): asserts headers is Record<string, string> {
  if (typeof headers !== 'object' || headers === null || Array.isArray(headers)) {
    throw cassetteError(where, `has headers that are no object: ${describeValue(headers)}.`)
  }
  for (const [name, value] of Object.entries(headers)) {
    if (typeof value !== 'string') throw cassetteError(where, `has header ${describeValue(name)} that is no string.`)
    try {
      new Headers().append(name, value)
    } catch (cause) {
      throw cassetteError(where, `has a header that cannot be sent: ${describeValue(`${name}: ${value}`)}.`, cause)
    }
  }
}

/**
 * Checks the request of a cassette.
 *
 * @throws TidingsError `ERR_CASSETTE` for one without method or url, or with what cannot be sent
 */
export function checkRequest(where: string, request: unknown): asserts request is CassetteRequest {
  const { method, url, headers = {}, body = '' } = Object(request)
  if (typeof method !== 'string') throw cassetteError(where, `has a request with method ${describeValue(method)}.`)
  if (typeof url !== 'string') throw cassetteError(where, `has a request with url ${describeValue(url)}.`)
  if (typeof body !== 'string')
    throw cassetteError(where, `has a request whose body is no string: ${describeValue(body)}.`)
  checkHeaders(where, headers)
}

/** Fetch, "null body status": a response of one of these has no body. */
export const bodilessStatuses: readonly number[] = [204, 205, 304]

/**
 * Checks that a response that has no body has no chunks.
 *
 * @throws TidingsError `ERR_CASSETTE` if it has
 */
export function checkBody(where: string, status: number, chunks: number): void {
  if (chunks === 0 || !bodilessStatuses.includes(status)) return
  throw cassetteError(where, `has status ${status}, which has no body, but there are chunks.`)
}
