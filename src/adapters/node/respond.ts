// Writes an answer to a response of Node.
import { TidingsError } from '../../base/index.ts'
import { BodyReader, Reply, type SinkSource, type Unread } from '../../server/internal.ts'
import { chooseEncoding, createCompressedSink } from './compression.ts'
import type { NodeResponse } from './response.ts'

/** How an answer is written: what {@link respond} takes beside it. */
export interface RespondOptions {
  /** The request's. */
  readonly method: string
  readonly compression: boolean
  /** The request's `Accept-Encoding`. */
  readonly acceptEncoding: string | undefined
  /** Told what fails the body of a native response after the head. */
  readonly onBodyError: (error: unknown) => void
}

/**
 * Writes `answer`. A stream is written with backpressure. Where the host has answered by itself, or the reader has
 * disconnected, nothing is written.
 */
export function respond(response: NodeResponse, answer: Response, options: RespondOptions): void {
  const { raw, isClosed } = response
  if (isClosed || raw.headersSent || raw.writableEnded) {
    dispose(answer, isClosed && !raw.writableEnded ? 'left' : 'answered')
    // A head alone, such as of `flushHeaders()`, may have nobody who ends it: the application has to know.
    if (!isClosed && !raw.writableEnded) options.onBodyError(sentError())
    return
  }
  if (!(answer instanceof Reply) || answer.isNative) {
    respondNative(response, answer instanceof Reply ? answer.toResponse() : answer, options)
    return
  }
  const { content } = answer
  if (content === null) {
    response.writeHead(answer.status, toFlatHeaders(answer))
    response.end()
  } else if (typeof content === 'string' || content instanceof Uint8Array) {
    respondWhole(response, answer, content)
  } else if (isSinkSource(content)) respondStream(response, answer, content, options)
  else respondNative(response, answer.toResponse(), options)
}

function sentError(): TidingsError {
  return new TidingsError(
    'ERR_ROUTE',
    'A layer in front of the server has sent a head of its own: the answer is left out.',
  )
}

/** Discards an answer that nobody will read: ends its stream, which would wait for a reader for ever. */
export function dispose(answer: Response, reason: Unread = 'left'): void {
  if (answer instanceof Reply && !answer.isNative) {
    if (isSinkSource(answer.content)) answer.content.leave(reason)
    return
  }
  answer.body?.cancel().catch(() => {
    // The reader has disconnected: an error of the cancel cannot be sent.
  })
}

function isSinkSource(content: unknown): content is SinkSource {
  return typeof content === 'object' && content !== null && 'attach' in content && 'leave' in content
}

function respondWhole(response: NodeResponse, answer: Reply, content: string | Uint8Array): void {
  const headers = toFlatHeaders(answer)
  const size = typeof content === 'string' ? Buffer.byteLength(content) : content.byteLength
  headers.push('content-length', String(size))
  response.writeHead(answer.status, headers)
  response.endWith(content, size)
}

function respondStream(response: NodeResponse, answer: Reply, source: SinkSource, options: RespondOptions): void {
  const headers = toFlatHeaders(answer)
  const encoding = mayCompress(answer, options) ? chooseEncoding(options.acceptEncoding) : undefined
  if (encoding !== undefined) headers.push('content-encoding', encoding)
  if (options.compression) headers.push('vary', 'Accept-Encoding')
  response.writeHead(answer.status, headers)
  // A write to a closing socket emits `error`. `close` follows and ends the stream.
  response.raw.on('error', ignore)
  if (encoding === undefined) source.attach(response.createSink(source))
  else source.attach(createCompressedSink(encoding, response, source))
}

/** One listener for all responses. */
function ignore(): void {}

/** A coding of the route's own is not put into another, and `no-transform` of its own is honoured (RFC 9111 5.2.2.6). */
function mayCompress(answer: Reply, { compression }: RespondOptions): boolean {
  return (
    compression &&
    answer.isTransformable &&
    (answer.headerRecord !== undefined || !answer.headers.has('content-encoding'))
  )
}

function respondNative(response: NodeResponse, answer: Response, { method, onBodyError }: RespondOptions): void {
  response.raw.on('error', ignore)
  if (answer.body === null || method === 'HEAD') {
    response.writeHead(answer.status, [...answer.headers].flat())
    response.end()
    dispose(answer)
    return
  }
  void pipe(new BodyReader(answer.body, new Headers(answer.headers)), response, answer.status, onBodyError)
}

async function pipe(
  reader: BodyReader,
  response: NodeResponse,
  status: number,
  onBodyError: (error: unknown) => void,
): Promise<void> {
  const { raw } = response
  let isClosed = false
  let goOn: (() => void) | undefined
  response.watchClose(() => {
    isClosed = true
    reader.cancel()
    goOn?.()
  })
  raw.on('drain', () => goOn?.())
  const drained = (): Promise<void> => new Promise((resolve) => (isClosed ? resolve() : (goOn = resolve)))
  try {
    if (reader.mustLook) await reader.look()
    if (isClosed) return
    response.writeHead(status, [...reader.headers].flat())
    response.flushHead()
    for (;;) {
      const chunk = await reader.read()
      if (chunk === undefined || isClosed) break
      if (raw.write(chunk) === false) await drained()
    }
    // One that was broken off must not look like a whole one.
    if (!isClosed) response.end()
  } catch (error) {
    reader.cancel(error)
    if (!isClosed) onBodyError(error)
    // The body failed after the head was sent: only a broken connection can still tell the reader.
    raw.destroy()
  }
}

function toFlatHeaders(answer: Reply): string[] {
  const record = answer.headerRecord
  const flat: string[] = []
  if (record === undefined) for (const pair of answer.headerPairs()) flat.push(...pair)
  else for (const name in record) flat.push(name, record[name] ?? '')
  return flat
}
