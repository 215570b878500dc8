// The standard Request that middleware and handlers see: its body is the request's own, which can be read again.
import type { Incoming } from './incoming.ts'
import type { RequestBody } from './request-body.ts'

/** The `Request` of a context. What reads its body whole (`text()`, `clone()`, ...) leaves it for the next reader. */
export function createRequest(incoming: Incoming, body: RequestBody): Request {
  const { input, init } = incoming.head
  if (!incoming.mayHaveBody) return typeof input === 'string' ? new Request(input, init) : input
  try {
    return new BodyRequest(input, init, body)
  } catch (error) {
    if (typeof input === 'string') throw error
    // Not every host's request is a platform's (srvx of h3 has its own): one is made of what it says.
    const { url, method, headers, signal } = input
    return new BodyRequest(url, { method, headers, signal }, body)
  }
}

class BodyRequest extends Request {
  readonly #input: string | Request
  readonly #init: RequestInit
  readonly #body: RequestBody

  constructor(input: string | Request, init: RequestInit, body: RequestBody) {
    // Fetch requires `duplex` for a body that is a stream; TypeScript's `RequestInit` does not have it.
    const streaming: RequestInit & { readonly duplex: 'half' } = { ...init, body: body.toStream(), duplex: 'half' }
    super(input, streaming)
    this.#input = input
    this.#init = init
    this.#body = body
  }

  override clone(): BodyRequest {
    return new BodyRequest(this.#input, this.#init, this.#body)
  }

  override async arrayBuffer(): Promise<ArrayBuffer> {
    return (await this.bytes()).buffer
  }

  override async blob(): Promise<Blob> {
    return new Blob([await this.#body.bytes()], { type: this.headers.get('content-type') ?? '' })
  }

  /** A copy: what is kept is for the next reader. */
  override async bytes(): Promise<Uint8Array<ArrayBuffer>> {
    return new Uint8Array(await this.#body.bytes())
  }

  override async formData(): Promise<FormData> {
    const contentType = this.headers.get('content-type') ?? ''
    return new Response(await this.#body.bytes(), { headers: { 'content-type': contentType } }).formData()
  }

  override async json(): Promise<unknown> {
    return JSON.parse(await this.text())
  }

  override async text(): Promise<string> {
    return new TextDecoder().decode(await this.#body.bytes())
  }
}
