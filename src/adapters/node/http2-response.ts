// A response over HTTP/2, which frames bodies and streams by itself.
import type { IncomingMessage } from 'node:http'
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2'
import type { Sink } from '../../server/internal.ts'
import { mergeHead, type DrainWatcher, type NodeResponse, type ResponseWatcher } from './response.ts'
import { PlainSink } from './sink.ts'

/** A response over HTTP/2. */
export class Http2Response implements NodeResponse {
  readonly raw: Http2ServerResponse
  readonly framesBodies = true
  readonly #request: IncomingMessage | Http2ServerRequest

  constructor(request: IncomingMessage | Http2ServerRequest, raw: Http2ServerResponse) {
    this.#request = request
    this.raw = raw
  }

  /** Asked of the stream: the response has no `destroyed`, although its types have. */
  get isClosed(): boolean {
    const { stream } = this.raw
    return stream.destroyed || stream.closed
  }

  /** A session ends by a frame of its own (RFC 9113 6.8), which `close` sends. */
  endConnection(): void {}

  writeHead(status: number, headers: string[]): void {
    mergeHead(this.raw, status, headers)
  }

  /** Nothing to do: `writeHead` sends it. */
  flushHead(): void {}

  endWith(content: string | Uint8Array): void {
    this.raw.end(content)
  }

  end(): void {
    this.raw.end()
  }

  createSink(source: DrainWatcher): Sink {
    return new PlainSink(this, source)
  }

  watchEnd(watcher: ResponseWatcher): void {
    // A broken stream is reported to the request, and an `error` without a listener ends the process.
    this.#request.on('error', () => {})
    const { stream } = this.raw
    this.watchClose(() => watcher.onResponseEnd(!stream.aborted && stream.rstCode === 0))
  }

  watchClose(onClose: () => void): void {
    this.raw.on('close', onClose)
  }
}
