// The body of an application's own Response, read as an adapter sends it, with its true end reported.
import { TidingsError } from '../base/index.ts'
import { dismiss } from './answer.ts'
import { closeIncoming, type Incoming } from './incoming.ts'

/**
 * Reads the body of a response chunk by chunk, and holds it to the `Content-Length` of its headers: bytes beyond it
 * would be read as the next answer.
 */
export class BodyReader {
  /** The headers of the body: those of the response, until {@link look} finds that some are not true of it. */
  readonly headers: Headers
  readonly #reader: ReadableStreamDefaultReader<unknown>
  #left: number | undefined
  #ahead: Uint8Array<ArrayBuffer> | undefined

  constructor(body: ReadableStream<unknown>, headers: Headers) {
    this.#reader = body.getReader()
    this.headers = headers
    this.#left = lengthOf(headers)
  }

  /** Whether the headers say what only the body's first bytes can confirm. */
  get mustLook(): boolean {
    return this.#left !== undefined || codingOf(this.headers) !== undefined
  }

  /** Whether the headers say that the body is compressed by gzip; after {@link look} it is. */
  get isGzip(): boolean {
    return codingOf(this.headers) === 'gzip'
  }

  /**
   * Reads the first chunk ahead, and drops the headers that it refutes: those of a `fetch` response whose body was decoded
   * and wrapped anew still have the length and the coding of what was received. Rejects with what failed the body.
   */
  async look(): Promise<void> {
    do this.#ahead = await this.#next()
    while (this.#ahead?.byteLength === 0)
    const size = this.#ahead?.byteLength ?? 0
    const isLonger = this.#left !== undefined && size > this.#left
    const isDecoded = isLonger || !mayBe(codingOf(this.headers), this.#ahead)
    if (!isDecoded) return
    this.headers.delete('content-length')
    this.headers.delete('content-encoding')
    this.#left = undefined
  }

  /** The next chunk; `undefined` at the end. Rejects with what failed the body, or when its length is not as declared. */
  async read(): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const chunk = this.#ahead ?? (await this.#next())
    this.#ahead = undefined
    if (this.#left === undefined) return chunk
    this.#left -= chunk?.byteLength ?? 0
    if (this.#left < 0) throw lengthError('more')
    if (chunk === undefined && this.#left > 0) throw lengthError(`${this.#left} bytes less`)
    return chunk
  }

  async #next(): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const { done, value } = await this.#reader.read()
    if (done) return undefined
    if (!isBytes(value)) throw new TidingsError('ERR_ROUTE', 'The body of a Response must be a stream of Uint8Array.')
    return value
  }

  /** Tells the source that nobody reads on. */
  cancel(reason?: unknown): void {
    // A read that is under way ends as if the body did: no bytes are owed any more.
    this.#left = undefined
    this.#reader.cancel(reason).catch(() => {
      // Nobody is left who could be told.
    })
  }
}

/**
 * The response with a body that tells `incoming` of its true end, and is cancelled when the reader leaves. One whose
 * reader has left already has none.
 */
export async function reporting(response: Response, incoming: Incoming): Promise<Response> {
  const { body, status, statusText, headers } = response
  const { closeWatcher } = incoming
  if (closeWatcher === undefined || body === null) {
    dismiss(response)
    closeIncoming(incoming, true)
    // The host's own, whose headers it may change: the answer's are sealed.
    return new Response(null, { status, statusText, headers: new Headers(headers) })
  }
  const reader = new BodyReader(body, new Headers(headers))
  incoming.closeWatcher = {
    onClose: (complete) => {
      if (!complete) reader.cancel()
      closeWatcher.onClose(complete)
    },
  }
  const failure = reader.mustLook ? await reader.look().then(() => undefined, toFailure) : undefined
  // Nothing is read before the runtime asks for it.
  const source = pullFrom(reader, incoming, failure)
  // Workers compress by themselves what has a Content-Encoding, unless they are told that it is compressed.
  const coding = reader.isGzip ? { encodeBody: 'manual' } : {}
  const init = { status, statusText, headers: reader.headers, ...coding }
  return new Response(new ReadableStream(source, { highWaterMark: 0 }), init)
}

interface BodyFailure {
  readonly error: unknown
}

function toFailure(error: unknown): BodyFailure {
  return { error }
}

function pullFrom(
  reader: BodyReader,
  incoming: Incoming,
  failure: BodyFailure | undefined,
): UnderlyingDefaultSource<Uint8Array<ArrayBuffer>> {
  let isLeft = false
  return {
    pull: async (controller) => {
      try {
        if (failure !== undefined) throw failure.error
        const chunk = await reader.read()
        // The cancel has ended the read, and closed the stream.
        if (isLeft) return
        if (chunk !== undefined) return controller.enqueue(chunk)
        controller.close()
        closeIncoming(incoming, true)
      } catch (error) {
        if (isLeft) return
        incoming.bodyWatcher?.onBodyError(error)
        controller.error(toReadable(error))
        closeIncoming(incoming, false)
      }
    },
    cancel: () => {
      isLeft = true
      closeIncoming(incoming, false)
    },
  }
}

/** What fails a body, as a runtime can read it: the answer of Deno never ends where the error's own parts throw. */
function toReadable(error: unknown): unknown {
  try {
    if (error instanceof Error) void [error.name, error.message, error.stack]
    return error
  } catch {
    return new TidingsError('ERR_ROUTE', 'The body of the Response has failed.')
  }
}

function lengthOf(headers: Headers): number | undefined {
  const length = headers.get('content-length')
  return length === null ? undefined : Number(length)
}

/** The coding of the body (RFC 9110 8.4.1), in lower case. */
function codingOf(headers: Headers): string | undefined {
  return headers.get('content-encoding')?.trim().toLowerCase().replace(/^x-/, '')
}

/** What every stream of a coding begins with (RFC 1952 2.3.1, RFC 8878 3.1.1); others have no such mark. */
const marks: Readonly<Record<string, readonly number[]>> = { gzip: [0x1f, 0x8b], zstd: [0x28, 0xb5, 0x2f, 0xfd] }

/** Whether a body that begins with `chunk` may have this coding. */
function mayBe(coding: string | undefined, chunk: Uint8Array | undefined): boolean {
  const mark = coding === undefined ? undefined : marks[coding]
  if (mark === undefined) return true
  return chunk !== undefined && mark.slice(0, chunk.byteLength).every((byte, index) => chunk[index] === byte)
}

function isBytes(value: unknown): value is Uint8Array<ArrayBuffer> {
  return value instanceof Uint8Array
}

function lengthError(difference: string): TidingsError {
  return new TidingsError('ERR_ROUTE', `The body of a Response has ${difference} than its Content-Length says.`)
}
