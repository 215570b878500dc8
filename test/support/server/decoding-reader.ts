// A reader of compressed streams: sees an event only once its bytes can be decoded.
import { get, type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import { once } from 'node:events'
import { createBrotliDecompress, createGunzip } from 'node:zlib'
import { PassThrough, type Duplex } from 'node:stream'

const decoders: Record<string, () => Duplex> = { br: createBrotliDecompress, gzip: createGunzip }

export class DecodingReader {
  readonly headers: IncomingHttpHeaders
  text = ''
  /** How many bytes of the body have come, as they were sent. */
  bytes = 0
  readonly #response: IncomingMessage
  #isEnded = false
  #wake = (): void => {}

  private constructor(response: IncomingMessage) {
    this.#response = response
    this.headers = response.headers
    response.on('data', (chunk: Uint8Array) => {
      this.bytes += chunk.byteLength
    })
    response.on('error', () => {})
    const decode = decoders[response.headers['content-encoding'] ?? '']
    const body = response.pipe(decode?.() ?? new PassThrough())
    body.setEncoding('utf8').on('data', (text: string) => {
      this.text += text
      this.#wake()
    })
    body.on('end', () => {
      this.#isEnded = true
      this.#wake()
    })
  }

  static async open(url: string, acceptEncoding?: string): Promise<DecodingReader> {
    const headers = acceptEncoding === undefined ? {} : { 'accept-encoding': acceptEncoding }
    const [response] = (await once(get(url, { headers, agent: false }), 'response')) as [IncomingMessage]
    return new DecodingReader(response)
  }

  /** Resolves once `part` has been decoded; rejects when the body ends without it. */
  async until(part: string): Promise<string> {
    while (!this.text.includes(part)) {
      if (this.#isEnded) throw new Error(`The body ended without ${JSON.stringify(part)}: ${JSON.stringify(this.text)}`)
      await this.#more()
    }
    return this.text
  }

  async ended(): Promise<string> {
    while (!this.#isEnded) await this.#more()
    return this.text
  }

  leave(): void {
    this.#response.destroy()
  }

  #more(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve
    })
  }
}
