// The body of an application's own Response, read as an adapter sends it, with its true end reported.
import { TidingsError } from '../base/index.ts'
import { dismiss } from './answer.ts'
import { closeIncoming, type Incoming } from './incoming.ts'

/**
 * Reads the body of a response chunk by chunk, and holds it to the `Content-Length` of its headers: bytes beyond it
 * would be read as the next answer.
 */
export class BodyReader {
  readonly #reader: ReadableStreamDefaultReader<unknown>
  #left: number | undefined

  constructor(body: ReadableStream<unknown>, headers: Headers) {
    this.#reader = body.getReader()
    const length = headers.get('content-length')
    this.#left = length === null ? undefined : Number(length)
  }

  /** The next chunk; `undefined` at the end. Rejects with what failed the body, or when its length is not as declared. */
  async read(): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const { done, value } = await this.#reader.read()
    if (done) {
      if (this.#left) throw lengthError(`${this.#left} bytes less`)
      return undefined
    }
    if (!isBytes(value)) throw new TidingsError('ERR_ROUTE', 'The body of a Response must be a stream of Uint8Array.')
    if (this.#left !== undefined) {
      this.#left -= value.byteLength
      if (this.#left < 0) throw lengthError('more')
    }
    return value
  }

  /** Tells the source that nobody reads on. */
  cancel(reason?: unknown): void {
    this.#reader.cancel(reason).catch(() => {
      // Nobody is left who could be told.
    })
  }
}

/**
 * The response with a body that tells `incoming` of its true end, and is cancelled when the reader leaves. One whose
 * reader has left already has none.
 */
export function reporting(response: Response, incoming: Incoming): Response {
  const { body, status, statusText, headers } = response
  const { onClose } = incoming
  if (onClose === undefined || body === null) {
    dismiss(response)
    closeIncoming(incoming, true)
    return body === null ? response : new Response(null, { status, statusText, headers })
  }
  const reader = new BodyReader(body, headers)
  incoming.onClose = (complete) => {
    if (!complete) reader.cancel()
    onClose(complete)
  }
  // Nothing is read before the runtime asks for it.
  return new Response(new ReadableStream(pullFrom(reader, incoming), { highWaterMark: 0 }), {
    status,
    statusText,
    headers,
  })
}

function pullFrom(reader: BodyReader, incoming: Incoming): UnderlyingDefaultSource<Uint8Array<ArrayBuffer>> {
  return {
    pull: async (controller) => {
      try {
        const chunk = await reader.read()
        if (chunk !== undefined) return controller.enqueue(chunk)
        controller.close()
        closeIncoming(incoming, true)
      } catch (error) {
        incoming.onBodyError?.(error)
        controller.error(error)
        closeIncoming(incoming, false)
      }
    },
    cancel: () => closeIncoming(incoming, false),
  }
}

function isBytes(value: unknown): value is Uint8Array<ArrayBuffer> {
  return value instanceof Uint8Array
}

function lengthError(difference: string): TidingsError {
  return new TidingsError('ERR_ROUTE', `The body of a Response has ${difference} than its Content-Length says.`)
}
