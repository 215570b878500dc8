// A response of Lambda: a prelude with status and headers, then the body, on the stream of the runtime.
import { TidingsError } from '../../base/index.ts'
import type { Sink } from '../../server/internal.ts'
import {
  PlainSink,
  type DrainWatcher,
  type NodeResponse,
  type RawStream,
  type ResponseWatcher,
} from '../node/internal.ts'
import type { Prelude, ResponseStream, Runtime } from './runtime.ts'

/** The response of one invocation. */
export class LambdaResponse implements NodeResponse, RawStream {
  readonly raw: RawStream = this
  readonly framesBodies = true
  headersSent = false
  writableEnded = false
  writableFinished = false
  /**
   * Resolves when all of it was sent, or when nobody takes it any more. Rejects when its body has failed after the head:
   * thrown out of the invocation, this makes the runtime say so, and the reader's connection is cut.
   */
  readonly over: Promise<void>
  readonly #runtime: Runtime
  readonly #isHead: boolean
  /** With the prelude, once the head was written. */
  #stream: ResponseStream
  #isBegun = false
  #isOver = false
  readonly #closeListeners: (() => void)[] = []
  #settle: ((failure?: Error) => void) | undefined

  constructor(stream: ResponseStream, runtime: Runtime, method: string) {
    this.#stream = stream
    this.#runtime = runtime
    this.#isHead = method === 'HEAD'
    this.over = new Promise((resolve, reject) => {
      this.#settle = (failure) => (failure === undefined ? resolve() : reject(failure))
    })
    stream.on('finish', () => this.#finish())
    stream.on('close', () => this.#conclude())
    stream.on('error', () => this.#conclude())
    // Its `close` has been already.
    if (stream.destroyed === true) this.#conclude()
  }

  get isClosed(): boolean {
    return this.#isOver || this.#stream.destroyed === true
  }

  get writableLength(): number {
    return this.#stream.writableLength ?? 0
  }

  writeHead(status: number, headers: string[]): void {
    this.headersSent = true
    this.#stream = this.#runtime.HttpResponseStream.from(this.#stream, toPrelude(status, headers))
  }

  /** The runtime sends the prelude with the first write, and only with one. */
  flushHead(): void {
    if (!this.#isBegun) this.write('')
  }

  /** The platform's connections are its own. */
  endConnection(): void {}

  write(chunk: string | Uint8Array): unknown {
    this.#isBegun = true
    return this.#stream.write(chunk)
  }

  endWith(content: string | Uint8Array): void {
    if (!this.#isHead) this.write(content)
    this.end()
  }

  end(): void {
    this.flushHead()
    this.writableEnded = true
    this.#stream.end()
  }

  /** The body has failed, its reader takes nothing any more, or its time is over. */
  destroy(): void {
    const message =
      'The answer has broken off after its head: its body failed, nobody took the rest of it, or the time was over.'
    this.#conclude(new TidingsError('ERR_ROUTE', message))
  }

  createSink(source: DrainWatcher): Sink {
    return new PlainSink(this, source)
  }

  watchEnd(watcher: ResponseWatcher): void {
    this.watchClose(() => watcher.onResponseEnd(this.writableFinished))
  }

  watchClose(onClose: () => void): void {
    if (this.#isOver) onClose()
    else this.#closeListeners.push(onClose)
  }

  /** Errors are listened to already: each is an end. */
  on(event: 'close' | 'drain' | 'error', listener: () => void): void {
    if (event === 'close') this.watchClose(listener)
    else if (event === 'drain') this.#stream.on('drain', listener)
  }

  #finish(): void {
    this.writableFinished = true
    this.#conclude()
  }

  #conclude(failure?: Error): void {
    if (this.#isOver) return
    this.#isOver = true
    for (const onClose of this.#closeListeners) onClose()
    this.#settle?.(failure)
  }
}

function toPrelude(statusCode: number, flat: readonly string[]): Prelude {
  const headers: Record<string, string> = {}
  const cookies: string[] = []
  for (let index = 0; index < flat.length; index += 2) {
    const [name = '', value = ''] = flat.slice(index, index + 2)
    if (name === 'set-cookie') cookies.push(value)
    else headers[name] = headers[name] === undefined ? value : `${headers[name]}, ${value}`
  }
  return { statusCode, headers, cookies }
}
