// Where the frames of one stream meet the socket.
import type { ServerResponse } from 'node:http'
import type { Http2ServerResponse } from 'node:http2'
import type { Sink } from '../../server/index.ts'

/** The response of either protocol. */
export type NodeResponse = ServerResponse | Http2ServerResponse

/** The sink of a response whose head has been set by `writeHead`. */
export function createSink(response: NodeResponse): Sink {
  if (!('chunkedEncoding' in response) || !response.chunkedEncoding) return new PlainSink(response)
  // From here on we frame: node would write size, CRLF, chunk and CRLF as four pieces for each event.
  // Measured on Node 20: <filled in by the benchmark>.
  response.chunkedEncoding = false
  return new ChunkedSink(response)
}

/** HTTP/1.1: a chunk of RFC 9112 7.1 in one piece. */
class ChunkedSink implements Sink {
  readonly #response: ServerResponse

  constructor(response: ServerResponse) {
    this.#response = response
  }

  get bufferedBytes(): number {
    return this.#response.writableLength
  }

  write(frames: string): boolean {
    const size = Buffer.byteLength(frames)
    // Only ASCII is as long in bytes as in UTF-16, and it is written without being encoded.
    const encoding = size === frames.length ? 'latin1' : 'utf8'
    return this.#response.write(`${size.toString(16)}\r\n${frames}\r\n`, encoding)
  }

  writeBytes(frames: Uint8Array): boolean {
    this.#response.write(`${frames.byteLength.toString(16)}\r\n`, 'latin1')
    this.#response.write(frames)
    return this.#response.write('\r\n', 'latin1')
  }

  end(): void {
    this.#response.end('0\r\n\r\n', 'latin1')
  }
}

/** HTTP/2, which has frames of its own, and HTTP/1.0, where the end of the connection ends the body. */
class PlainSink implements Sink {
  readonly #response: NodeResponse

  constructor(response: NodeResponse) {
    this.#response = response
  }

  get bufferedBytes(): number {
    return this.#response.writableLength
  }

  write(frames: string): boolean {
    return this.#write(frames)
  }

  writeBytes(frames: Uint8Array): boolean {
    return this.#write(frames)
  }

  end(): void {
    this.#response.end()
  }

  #write(frames: string | Uint8Array): boolean {
    return 'stream' in this.#response ? this.#response.write(frames) : this.#response.write(frames)
  }
}
