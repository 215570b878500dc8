// The body of one request: read once from the network, within its limit, whoever asks for it and in whatever way.
import { err } from './http-error.ts'
import type { Incoming, LeftBody } from './incoming.ts'
import { mistake, type Routed } from './mistake.ts'
import { isLargerThan } from './parsed-size.ts'

/**
 * The body of a request. Read whole it is kept, and can be read again; read as a stream it is not, and keeps its
 * backpressure.
 */
export class RequestBody {
  readonly #incoming: Incoming
  /** In bytes; `false` for none. */
  readonly #limit: number | false
  readonly #route: Routed
  #bytes: Promise<Uint8Array<ArrayBuffer>> | undefined
  #isStreamed = false

  constructor(incoming: Incoming, limit: number | false, route: Routed) {
    this.#incoming = incoming
    this.#limit = limit
    this.#route = route
  }

  /** Whether it was read as a stream, so that nothing is left of it. */
  get isStreamed(): boolean {
    return this.#isStreamed
  }

  /**
   * All of it; each caller gets the same bytes.
   *
   * Rejects with HttpError 413 beyond the limit, 400 when the client disconnects before the end, TidingsError
   * `ERR_ROUTE` once it was read as a stream, or when a body parser before us has kept nothing of it.
   */
  bytes(): Promise<Uint8Array<ArrayBuffer>> {
    if (this.#isStreamed) {
      return Promise.reject(
        mistake(this.#route, 'the body was read as a stream already, and was not kept: read it whole instead.'),
      )
    }
    this.#bytes ??= this.#read()
    return this.#bytes
  }

  /**
   * Refuses what a body parser before us has made of a body beyond the limit: by its length, where the client has sent one,
   * and by its values, as a body in chunks or a compressed one has no length that would tell.
   *
   * @throws HttpError 413
   */
  checkParsed(value: unknown, isJson: boolean): void {
    if (this.#limit === false) return
    const length = Number(this.#incoming.headers['content-length'])
    if (length > this.#limit || isLargerThan(value, this.#limit, isJson)) throw tooLarge(this.#limit)
  }

  /** It as a stream: nothing is read from the network before the stream is. */
  toStream(): ReadableStream<Uint8Array<ArrayBuffer>> {
    let reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>> | undefined
    let size = 0
    return new ReadableStream<Uint8Array<ArrayBuffer>>(
      {
        pull: async (controller) => {
          reader ??= (await this.#open()).getReader()
          const { done, value } = await reader.read()
          if (done) return controller.close()
          size += value.byteLength
          if (this.#limit !== false && size > this.#limit) throw tooLarge(this.#limit)
          controller.enqueue(value)
        },
        cancel: (reason) => reader?.cancel(reason),
      },
      { highWaterMark: 0 },
    )
  }

  async #read(): Promise<Uint8Array<ArrayBuffer>> {
    const limit = this.#limit === false ? Infinity : this.#limit
    if (Number(this.#incoming.headers['content-length']) > limit) throw tooLarge(limit)
    const left = this.#incoming.leftBody
    if (left !== undefined) return toBytes(left, limit, this.#route)
    const bytes = await this.#incoming.readBody(limit).catch((cause: unknown) => {
      throw err.badRequest('The body could not be read to its end.', { cause })
    })
    if (bytes === undefined) throw tooLarge(limit)
    return bytes
  }

  /** The bytes that were kept, or else those of the network, from now on for this reader alone. */
  async #open(): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
    if (this.#bytes === undefined && !this.#isStreamed && this.#incoming.leftBody === undefined) {
      this.#isStreamed = true
      return this.#incoming.openBody()
    }
    return new Blob([await this.bytes()]).stream()
  }
}

function toBytes(left: LeftBody, limit: number, route: Routed): Uint8Array<ArrayBuffer> {
  if (!('bytes' in left)) throw mistake(route, noBytes)
  if (left.bytes.byteLength > limit) throw tooLarge(limit)
  return left.bytes
}

const noBytes =
  'a body parser has read the body before this server, and its bytes were not kept: mount the server before the parser.'

function tooLarge(limit: number): Error {
  return err.contentTooLarge(`The body is larger than ${limit} bytes.`)
}
