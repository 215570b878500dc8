// An answer that the test writes piece by piece, and that says when its reader has taken all of it.
import { until } from '../server/asking.ts'

export class HeldBody {
  readonly response: Response
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined

  constructor(contentType: string) {
    // Pulled from only while a read waits, since it stores nothing.
    const pull = (controller: ReadableStreamDefaultController<Uint8Array>): void => {
      this.#controller = controller
    }
    const body = new ReadableStream<Uint8Array>({ pull }, { highWaterMark: 0 })
    this.response = new Response(body, { headers: { 'content-type': contentType } })
  }

  /** Resolves once a read waits for more. */
  async awaited(): Promise<void> {
    await until(() => this.#controller !== undefined)
  }

  /** Gives `text` to a read that waits, and resolves when the next one does; the last text is not waited behind. */
  async write(text: string, { isLast = false } = {}): Promise<void> {
    await this.awaited()
    const controller = this.#controller
    this.#controller = undefined
    controller?.enqueue(new TextEncoder().encode(text))
    if (!isLast) await this.awaited()
  }
}
