// The body of a request of Node: read whole, or as a stream.
import type { Readable } from 'node:stream'
import { TidingsError } from '../../base/index.ts'
import { StreamEndedError } from '../../server/index.ts'

/** All bytes of a body, or `undefined` when there are more than `limit`. */
export function collect(message: Readable, limit: number): Promise<Uint8Array<ArrayBuffer> | undefined> {
  return new Promise((resolve, reject) => {
    // Its `close` has come and gone, and with it what the client had sent.
    if (message.destroyed) return reject(new StreamEndedError('left'))
    const chunks: Uint8Array[] = []
    let size = 0
    message.on('data', (data: Uint8Array | string) => {
      const chunk = encode(data, message)
      size += chunk.byteLength
      // Beyond the limit the body is still read, and discarded: a client that is still sending may not read the answer.
      if (size <= limit) chunks.push(chunk)
      else resolve(undefined)
    })
    message.on('end', () => resolve(Uint8Array.from(Buffer.concat(chunks))))
    message.on('error', reject)
    message.on('close', () => reject(new StreamEndedError('left')))
  })
}

/**
 * The source of a body's stream, with backpressure: an upload waits until the handler reads. What the handler leaves is
 * discarded, as otherwise the connection would wait for it, and serve no further request.
 */
export class BodySource implements UnderlyingDefaultSource<Uint8Array<ArrayBuffer>> {
  readonly #message: Readable
  readonly #chunks: AsyncIterator<unknown>
  #isDiscarded = false

  constructor(message: Readable) {
    this.#message = message
    this.#chunks = message.iterator({ destroyOnReturn: false })
  }

  async pull(controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>): Promise<void> {
    const { done, value } = await this.#chunks.next()
    if (this.#isDiscarded) throw unread()
    if (done) controller.close()
    else if (value instanceof Uint8Array || typeof value === 'string')
      controller.enqueue(Uint8Array.from(encode(value, this.#message)))
  }

  cancel(): void {
    this.discard()
  }

  /** Lets the rest come and go. A later read rejects, lest the part that was read looks like the whole. */
  discard(): void {
    if (this.#isDiscarded || this.#message.readableEnded) return
    this.#isDiscarded = true
    // The iterator listens to `readable`, which keeps a stream from flowing. It lets go once its present step is over, and
    // the stream takes note of that a tick later.
    this.#chunks.return?.().then(
      () => setImmediate(() => this.#message.resume()),
      () => {
        // The client has disconnected: nothing is left.
      },
    )
  }
}

/** A chunk as it was sent, also where somebody before us has called `setEncoding`. */
function encode(chunk: Uint8Array | string, { readableEncoding }: Readable): Uint8Array {
  return typeof chunk === 'string' ? Buffer.from(chunk, readableEncoding ?? 'utf8') : chunk
}

function unread(): TidingsError {
  return new TidingsError(
    'ERR_ROUTE',
    'The answer has been sent, and the rest of the body was discarded: read it before.',
  )
}
