// An XMLHttpRequest as React Native has it, over the `fetch` of Node: text that grows, told by `onprogress`.

/** What our clients use of it. */
export class XhrOverFetch {
  readyState = 0
  status = 0
  responseText = ''
  responseType = ''
  withCredentials = false
  onreadystatechange: (() => void) | null = null
  onprogress: (() => void) | null = null
  onload: (() => void) | null = null
  onerror: (() => void) | null = null
  onabort: (() => void) | null = null
  ontimeout: (() => void) | null = null
  readonly #headers = new Headers()
  readonly #controller = new AbortController()
  #received = new Headers()
  #method = ''
  #url = ''
  #isOver = false

  open(method: string, url: string): void {
    this.#method = method
    this.#url = url
  }

  setRequestHeader(name: string, value: string): void {
    this.#headers.set(name, value)
  }

  getAllResponseHeaders(): string {
    return [...this.#received].map(([name, value]) => `${name}: ${value}`).join('\r\n')
  }

  abort(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#controller.abort()
    this.onabort?.()
  }

  send(body: string | null): void {
    void this.#send(body)
  }

  async #send(body: string | null): Promise<void> {
    try {
      const { signal } = this.#controller
      const response = await fetch(this.#url, { method: this.#method, headers: this.#headers, body, signal })
      this.#received = response.headers
      this.status = response.status
      this.#enter(2)
      const bytes: number[] = []
      for await (const chunk of response.body ?? []) {
        bytes.push(...chunk)
        // Decoded anew each time: the end may be half of a character.
        this.responseText = new TextDecoder().decode(Uint8Array.from(bytes))
        this.#enter(3)
        this.onprogress?.()
      }
      this.#isOver = true
      this.#enter(4)
      this.onload?.()
    } catch {
      if (!this.#isOver) this.onerror?.()
      this.#isOver = true
    }
  }

  #enter(state: number): void {
    this.readyState = state
    this.onreadystatechange?.()
  }
}
