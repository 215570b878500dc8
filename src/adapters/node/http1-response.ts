// A response over HTTP/1, also a pipelined one that waits for its connection, and one of a mock that has none.
import { ServerResponse, type IncomingMessage } from 'node:http'
import type { Http2ServerRequest } from 'node:http2'
import { Duplex } from 'node:stream'
import type { Sink } from '../../server/internal.ts'
import { mergeHead, type DrainWatcher, type NodeResponse, type ResponseWatcher } from './response.ts'
import { ChunkedSink, linger, PlainSink, writeNow } from './sink.ts'

const noBytes = new Uint8Array(0)
const beyondAscii = /[\x80-\xff]/

/** A response over HTTP/1. */
export class Http1Response implements NodeResponse {
  readonly raw: ServerResponse
  readonly framesBodies = false
  readonly #request: IncomingMessage | Http2ServerRequest
  #watcher: ResponseWatcher | undefined
  /** The headers of the head that was written. */
  #head: readonly string[] = []

  constructor(request: IncomingMessage | Http2ServerRequest, raw: ServerResponse) {
    this.#request = request
    this.raw = raw
  }

  get isClosed(): boolean {
    return this.raw.destroyed || (this.#isWaiting && isGone(this.#request))
  }

  /** RFC 9112 9.6: `Connection: close`. */
  endConnection(): void {
    this.raw.shouldKeepAlive = false
  }

  /** The array of names and values is the fastest form, where nobody has set a header or put himself in between. */
  writeHead(status: number, headers: string[]): void {
    const { raw } = this
    if (raw.writeHead === ServerResponse.prototype.writeHead && raw.getHeaderNames().length === 0) {
      raw.writeHead(status, headers)
      this.#head = headers
    } else {
      mergeHead(raw, status, headers)
      this.#head = Object.values(raw.getHeaders()).flat().map(String)
    }
  }

  /** A mock may have nothing to flush. */
  flushHead(): void {
    const { raw } = this
    if (!this.#isWaiting && !isConnection(raw)) return
    // `flushHeaders` would encode it as UTF-8.
    if (this.#isAscii) raw.flushHeaders()
    else raw.write(noBytes)
  }

  endWith(content: string | Uint8Array, size: number): void {
    const { raw } = this
    if (!this.#mustLinger && (typeof content !== 'string' || size === 0)) {
      raw.end(content)
      return
    }
    if (typeof content !== 'string') writeNow(raw, content)
    else if (size === content.length) writeNow(raw, content, 'latin1')
    else writeNow(raw, this.#isAscii ? content : Buffer.from(content), 'utf8')
    this.end()
  }

  end(): void {
    const { raw } = this
    if (!this.#mustLinger) {
      raw.end()
      return
    }
    this.flushHead()
    this.#request.on('end', () => raw.end())
    this.#watcher?.discardBody()
    this.#request.resume()
    linger(this)
  }

  createSink(source: DrainWatcher): Sink {
    const { raw } = this
    if (!this.#isAscii) this.flushHead()
    // HTTP/1.0 has no chunks: the end of the connection ends a body. Middleware that has replaced `write` (to compress or
    // to count) gets the frames without the chunk framing.
    if (!raw.chunkedEncoding || raw.write !== ServerResponse.prototype.write) return new PlainSink(this, source)
    // From here on the chunks are framed by ChunkedSink: Node would write size, CRLF, chunk and CRLF as four pieces.
    raw.chunkedEncoding = false
    return new ChunkedSink(this, raw, source)
  }

  watchEnd(watcher: ResponseWatcher): void {
    const { raw } = this
    this.#watcher = watcher
    const isConnected = isConnection(this.#isWaiting ? this.#request : raw)
    if (isConnected) this.watchClose(() => watcher.onResponseEnd(raw.writableFinished))
    else watchUnconnected(raw, (complete) => watcher.onResponseEnd(complete))
  }

  watchClose(onClose: () => void): void {
    this.raw.on('close', onClose)
    if (this.#isWaiting && isConnection(this.#request)) watchSocket(this.#request, this.raw, onClose)
  }

  /**
   * Whether the head may be sent in one piece with text. Headers are bytes, one a character (WHATWG Fetch, "byte sequence"), but
   * Node encodes a head as whatever text is written with it.
   */
  get #isAscii(): boolean {
    return !this.#head.some((text) => beyondAscii.test(text))
  }

  /**
   * Whether the client is still sending, over a connection that this response ends: TCP answers bytes that come after the end
   * by a reset, which can overtake the answer (RFC 9112 9.6).
   */
  get #mustLinger(): boolean {
    return !this.raw.shouldKeepAlive && !this.#request.complete && isConnection(this.#request)
  }

  /** Whether it is pipelined behind another response, and gets the connection only when its turn comes. */
  get #isWaiting(): boolean {
    return this.raw.socket === null
  }
}

/**
 * Whether this has a connection, which closes. Mocks (node-mocks-http) and what turns the events of a platform into
 * requests (serverless-http) have no socket, or an object in its place.
 */
function isConnection({ socket }: { readonly socket?: unknown }): boolean {
  return socket instanceof Duplex
}

function isGone({ socket }: { readonly socket?: unknown }): boolean {
  return socket instanceof Duplex && socket.destroyed
}

/**
 * Without a connection a response is whole as soon as it has ended. Some emit nothing then, and most never close, so that
 * `end` itself is watched; a layer that puts it off (express-session does) ends the response later, with `finish`.
 */
function watchUnconnected(response: ServerResponse, onEnd: (complete: boolean) => void): void {
  response.on('finish', () => onEnd(true))
  response.on('close', () => onEnd(response.writableEnded))
  const end = response.end.bind(response)
  const watched = (...parts: unknown[]): unknown => {
    const result: unknown = Reflect.apply(end, undefined, parts)
    if (response.writableEnded) queueMicrotask(() => onEnd(true))
    return result
  }
  Object.assign(response, { end: watched })
}

/** The pipelined responses of each socket. One listener for all of them: at the eleventh Node warns of a leak. */
const waiting = new WeakMap<object, Set<() => void>>()

/**
 * Watches the socket of a pipelined response: if it closes before the response's turn, Node emits no `close` on the
 * response.
 */
function watchSocket(
  { socket }: IncomingMessage | Http2ServerRequest,
  response: ServerResponse,
  onClose: () => void,
): void {
  const callbacks = waiting.get(socket) ?? new Set()
  if (!waiting.has(socket)) {
    waiting.set(socket, callbacks)
    socket.once('close', () => callbacks.forEach((callback) => callback()))
  }
  callbacks.add(onClose)
  response.once('close', () => callbacks.delete(onClose))
}
