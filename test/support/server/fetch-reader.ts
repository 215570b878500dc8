// A reader on `fetch`: reads a response's body as far as a test wants, and leaves when it is told to.

/** The headers of a browser's EventSource (WHATWG HTML 9.2.2). */
export const eventSourceHeaders = { accept: 'text/event-stream', 'cache-control': 'no-cache' } as const

export class FetchReader {
  readonly response: Response
  text = ''
  readonly #body: ReadableStreamDefaultReader<Uint8Array>
  readonly #decoder = new TextDecoder()
  readonly #leaving: AbortController

  private constructor(response: Response, leaving: AbortController) {
    if (response.body === null) throw new Error(`No body came with the status ${response.status}.`)
    this.response = response
    this.#body = response.body.getReader()
    this.#leaving = leaving
  }

  static async open(url: string, init: RequestInit = {}): Promise<FetchReader> {
    const leaving = new AbortController()
    return new FetchReader(await fetch(url, { ...init, signal: leaving.signal }), leaving)
  }

  /** Resolves once what came holds `part`; rejects when the body ends without it. */
  async until(part: string): Promise<string> {
    while (!this.text.includes(part)) {
      if (!(await this.#more()))
        throw new Error(`The body ended without ${JSON.stringify(part)}: ${JSON.stringify(this.text)}`)
    }
    return this.text
  }

  /** Resolves with everything that came, once the body has ended properly; rejects when it was broken off. */
  async ended(): Promise<string> {
    for (;;) if (!(await this.#more())) return this.text
  }

  leave(): void {
    this.#leaving.abort()
  }

  async #more(): Promise<boolean> {
    const { done, value } = await this.#body.read()
    this.text += this.#decoder.decode(value, { stream: !done })
    return !done
  }
}
