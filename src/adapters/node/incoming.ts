// Adapts a request of node:http or node:http2 to the server's `Incoming`.
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import type { Http2ServerRequest } from 'node:http2'
import type { Readable } from 'node:stream'
import { StreamEndedError } from '../../server/index.ts'
import type { Incoming } from '../../server/internal.ts'
import { parseTarget, type RequestTarget } from './target.ts'

/** An `Incoming` over Node's request; its parts are computed on access. */
export class NodeIncoming implements Incoming {
  onClose: ((complete: boolean) => void) | undefined
  onBodyError: ((error: unknown) => void) | undefined
  readonly #message: IncomingMessage | Http2ServerRequest
  #request: Request | undefined
  #target: RequestTarget | undefined
  #controller: AbortController | undefined

  constructor(message: IncomingMessage | Http2ServerRequest) {
    this.#message = message
  }

  get method(): string {
    return this.#message.method ?? 'GET'
  }

  get target(): string {
    return this.#parsed.target
  }

  get malformed(): string | undefined {
    return this.#parsed.malformed
  }

  get headers(): Readonly<Record<string, string | undefined>> {
    const { headers } = this.#message
    return isFlat(headers) ? headers : flatten(headers)
  }

  get request(): Request {
    this.#request ??= this.#makeRequest()
    return this.#request
  }

  /** Aborts the signal of {@link request}, if it was made, because the reader has disconnected. */
  abort(): void {
    this.#controller?.abort(new StreamEndedError('left'))
  }

  async readBody(limit: number): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const parsed = parsedBody(this.#message)
    if (parsed !== undefined) return parsed.byteLength > limit ? undefined : parsed
    return collect(this.#message, limit)
  }

  #makeRequest(): Request {
    this.#controller = new AbortController()
    const { method } = this
    const init = { method, signal: this.#controller.signal, headers: toHeaders(this.#message.headers) }
    if (method === 'GET' || method === 'HEAD') return new Request(this.#url, init)
    // Fetch requires `duplex` for a body that is a stream; TypeScript's `RequestInit` does not have it.
    const streaming: RequestInit & { readonly duplex: 'half' } = {
      ...init,
      body: toStream(this.#message),
      duplex: 'half',
    }
    return new Request(this.#url, streaming)
  }

  get #url(): string {
    const { target, authority } = this.#parsed
    const scheme = 'encrypted' in this.#message.socket ? 'https' : 'http'
    return `${scheme}://${authority}${target}`
  }

  get #parsed(): RequestTarget {
    this.#target ??= parseTarget(this.#message)
    return this.#target
  }
}

function collect(message: Readable, limit: number): Promise<Uint8Array<ArrayBuffer> | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = []
    let size = 0
    message.on('data', (chunk: Uint8Array) => {
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

/** The body as a stream with backpressure: an upload waits until the handler reads. */
function toStream(message: Readable): ReadableStream<Uint8Array<ArrayBuffer>> {
  const chunks: AsyncIterator<unknown> = message.iterator({ destroyOnReturn: false })
  return new ReadableStream({
    pull: async (controller) => {
      const { done, value } = await chunks.next()
      if (done) controller.close()
      else if (value instanceof Uint8Array) controller.enqueue(Uint8Array.from(value))
    },
    cancel: () => void message.resume(),
  })
}

/** Node joins repeated headers, but for Set-Cookie, which no request should have. */
function isFlat(headers: IncomingHttpHeaders): headers is Record<string, string | undefined> {
  return headers['set-cookie'] === undefined
}

function flatten(headers: IncomingHttpHeaders): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value?.toString()]))
}

/** The headers without HTTP/2's pseudo-headers, which `Headers` refuses. */
function toHeaders(headers: IncomingHttpHeaders): Headers {
  const result = new Headers()
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined && !name.startsWith(':')) result.set(name, value.toString())
  }
  return result
}

/** The bytes of a body that a body parser (Express's, say) has read already: what it parsed, encoded again. */
function parsedBody(message: object & { readonly readableEnded: boolean }): Uint8Array<ArrayBuffer> | undefined {
  const body: unknown = message.readableEnded ? Reflect.get(message, 'body') : undefined
  if (body === undefined) return undefined
  if (body instanceof Uint8Array) return Uint8Array.from(body)
  return new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body))
}
