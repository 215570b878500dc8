// A reader on a bare socket: sees every byte, and leaves when it is told to.
import { connect, type Socket } from 'node:net'
import { once } from 'node:events'

export class RawClient {
  text = ''
  isClosed = false
  readonly socket: Socket
  readonly #waiting = new Set<() => void>()

  private constructor(socket: Socket) {
    this.socket = socket
    socket.setEncoding('latin1')
    socket.on('data', (chunk: string) => {
      this.text += chunk
      this.#wake()
    })
    socket.on('error', () => {})
    socket.on('close', () => {
      this.isClosed = true
      this.#wake()
    })
  }

  static async open(port: number): Promise<RawClient> {
    const socket = connect(port, '127.0.0.1')
    const client = new RawClient(socket)
    await once(socket, 'connect')
    return client
  }

  /** Sends a request line and headers, each as given. */
  request(line: string, headers: readonly string[] = []): this {
    this.socket.write([line, 'Host: test', ...headers, '', ''].join('\r\n'))
    return this
  }

  /** Resolves once what came holds `part`; rejects when the connection ends without it. */
  async until(part: string): Promise<string> {
    while (!this.text.includes(part)) {
      if (this.isClosed)
        throw new Error(`The connection ended without ${JSON.stringify(part)}: ${JSON.stringify(this.text)}`)
      await new Promise<void>((resolve) => this.#waiting.add(resolve))
    }
    return this.text
  }

  /** Resolves with everything that came, once the connection has ended. */
  async ended(): Promise<string> {
    while (!this.isClosed) await new Promise<void>((resolve) => this.#waiting.add(resolve))
    return this.text
  }

  leave(): void {
    this.socket.destroy()
  }

  #wake(): void {
    for (const wake of this.#waiting) wake()
    this.#waiting.clear()
  }
}
