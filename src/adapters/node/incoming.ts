// Adapts a request of node:http or node:http2 to the server's `Incoming`.
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import type { Http2ServerRequest } from 'node:http2'
import { Readable } from 'node:stream'
import { StreamEndedError } from '../../server/index.ts'
import {
  closeIncoming,
  type Arrival,
  type BodyWatcher,
  type CloseWatcher,
  type Incoming,
  type LeftBody,
} from '../../server/internal.ts'
import { BodySource, collect } from './body.ts'
import type { NodeResponse, ResponseWatcher } from './response.ts'
import { parseTarget, type RequestTarget } from './target.ts'

/** An `Incoming` over Node's request; its parts are computed on access. */
export class NodeIncoming implements Incoming, ResponseWatcher {
  closeWatcher: CloseWatcher | undefined
  bodyWatcher: BodyWatcher | undefined
  readonly arrival: Arrival
  scheme: Incoming['scheme']
  readonly #message: IncomingMessage | Http2ServerRequest
  readonly #response: NodeResponse
  #headers: Readonly<Record<string, string | undefined>> | undefined
  #request: Request | undefined
  #target: RequestTarget | undefined
  #controller: AbortController | undefined
  #body: BodySource | undefined

  constructor(message: IncomingMessage | Http2ServerRequest, response: NodeResponse, arrival: Arrival) {
    this.#message = message
    this.#response = response
    this.arrival = arrival
  }

  get method(): string {
    return this.#message.method ?? 'GET'
  }

  /** A host may have waited for something else before it called us: nobody tells us of a reader that left meanwhile. */
  get hasLeft(): boolean {
    return this.#response.isClosed
  }

  get target(): string {
    return this.#parsed.target
  }

  get malformed(): string | undefined {
    return this.#parsed.malformed
  }

  get headers(): Readonly<Record<string, string | undefined>> {
    const { headers } = this.#message
    if (isFlat(headers)) return headers
    this.#headers ??= flatten(headers)
    return this.#headers
  }

  /** The standard `Request`, for a fetch function that is not a server's; aborted where its reader has left already. */
  get request(): Request {
    this.#request ??= this.#makeRequest()
    if (this.hasLeft) this.abort()
    return this.#request
  }

  onResponseEnd(complete: boolean): void {
    if (!complete) this.abort()
    this.discardBody()
    closeIncoming(this, complete)
  }

  /** Aborts the signal of {@link request}, if it was made, because the reader has disconnected. */
  abort(): void {
    this.#controller?.abort(new StreamEndedError('left'))
  }

  readBody(limit: number): Promise<Uint8Array<ArrayBuffer> | undefined> {
    return collect(this.#message, limit)
  }

  openBody(): ReadableStream<Uint8Array<ArrayBuffer>> {
    this.#body = new BodySource(this.#message)
    // Nothing is read before it is asked for: Node discards the rest of what nobody has begun to read.
    return new ReadableStream(this.#body, { highWaterMark: 0 })
  }

  /** The response is over: what is left of a body that was read in part is discarded. */
  discardBody(): void {
    this.#body?.discard()
  }

  get head(): Incoming['head'] {
    this.#controller ??= new AbortController()
    const { method } = this
    return {
      input: this.#url,
      init: { method, signal: this.#controller.signal, headers: toHeaders(this.#message.headers) },
    }
  }

  get mayHaveBody(): boolean {
    const { method, headers } = this
    if (method === 'GET' || method === 'HEAD' || headers['content-length'] === '0') return false
    // RFC 9112 6.3: without either an HTTP/1 request has no body. HTTP/2 has frames instead, and mocks have neither.
    return (
      headers['content-length'] !== undefined ||
      headers['transfer-encoding'] !== undefined ||
      this.#response.framesBodies ||
      Reflect.get(this.#message, 'body') !== undefined
    )
  }

  get leftBody(): LeftBody | undefined {
    return leftBody(this.#message)
  }

  #makeRequest(): Request {
    const { input, init } = this.head
    if (!this.mayHaveBody) return new Request(input, init)
    // Fetch requires `duplex` for a body that is a stream; TypeScript's `RequestInit` does not have it.
    const streaming: RequestInit & { readonly duplex: 'half' } = { ...init, body: this.openBody(), duplex: 'half' }
    return new Request(input, streaming)
  }

  get #url(): string {
    const { target, authority } = this.#parsed
    const scheme = this.scheme ?? (isEncrypted(this.#message) ? 'https' : 'http')
    return `${scheme}://${authority}${target}`
  }

  get #parsed(): RequestTarget {
    // A mount's requests come through no entrance of ours.
    this.#target ??= parseTarget(this.#message, this.arrival.entrance === undefined)
    return this.#target
  }
}

/** Whether the connection is TLS. A request that others have made up may lack a socket. */
function isEncrypted({ socket }: { readonly socket?: object | null }): boolean {
  return socket !== undefined && socket !== null && Reflect.get(socket, 'encrypted') === true
}

/** Node joins repeated headers, but for Set-Cookie, which no request should have. HTTP/2 brings pseudo-headers. */
function isFlat(headers: IncomingHttpHeaders): headers is Record<string, string | undefined> {
  return headers['set-cookie'] === undefined && headers[':method'] === undefined
}

/** The headers as HTTP/1 has them: the authority of HTTP/2 is the host (RFC 9113 8.3.1). */
function flatten(headers: IncomingHttpHeaders): Record<string, string | undefined> {
  const own = Object.entries(headers).filter(([name]) => !name.startsWith(':'))
  const flat = Object.fromEntries(own.map(([name, value]) => [name, value?.toString()]))
  const authority = headers[':authority']
  return authority === undefined ? flat : { ...flat, host: String(authority) }
}

/** The headers without HTTP/2's pseudo-headers, which `Headers` refuses. */
function toHeaders(headers: IncomingHttpHeaders): Headers {
  const result = new Headers()
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined && !name.startsWith(':')) result.set(name, value.toString())
  }
  return result
}

/**
 * What a body parser in front of us (Express's, multer) has left of the body, by what it has made of it; `undefined`
 * while nobody has read it. Read again it would be empty, or never end.
 */
function leftBody(message: Readable | object): LeftBody | undefined {
  if (isReadable(message) && !message.readableDidRead) return undefined
  const body: unknown = Reflect.get(message, 'body')
  const bytes = toBytes(Reflect.get(message, 'rawBody')) ?? toBytes(body)
  return bytes === undefined ? { value: body } : { bytes }
}

/** A mock is no stream, also where a framework has given it the prototype of one (Express does); its getters throw. */
function isReadable(message: object): message is Readable {
  return '_readableState' in message && message instanceof Readable
}

function toBytes(raw: unknown): Uint8Array<ArrayBuffer> | undefined {
  if (typeof raw === 'string') return new TextEncoder().encode(raw)
  return raw instanceof Uint8Array ? Uint8Array.from(raw) : undefined
}
