// Writes an answer to a response of Node.
import { ServerResponse } from 'node:http'
import { TidingsError } from '../../base/index.ts'
import { BodyReader, isFraming, Reply, type SinkSource } from '../../server/internal.ts'
import { chooseEncoding, createCompressedSink } from './compression.ts'
import { isConnected } from './ending.ts'
import { createSink, isHttp1, writeChunk, writeNow, type NodeResponse } from './sink.ts'

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
  if (response.destroyed || response.headersSent || response.writableEnded) {
    dispose(answer)
    // A head alone, such as of `flushHeaders()`, may have nobody who ends it: the application has to know.
    if (!response.destroyed && !response.writableEnded) options.onBodyError(sentError())
    return
  }
  if (!(answer instanceof Reply) || answer.isNative) {
    respondNative(response, answer instanceof Reply ? answer.toResponse() : answer, options)
    return
  }
  const { content } = answer
  if (content === null) {
    writeHead(response, answer.status, toFlatHeaders(answer))
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
export function dispose(answer: Response): void {
  if (answer instanceof Reply && !answer.isNative) {
    if (isSinkSource(answer.content)) answer.content.leave()
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
  writeHead(response, answer.status, headers)
  if (typeof content === 'string' && size > 0 && isHttp1(response)) {
    writeNow(response, content, size === content.length ? 'latin1' : 'utf8')
    response.end()
  } else response.end(content)
}

function respondStream(response: NodeResponse, answer: Reply, source: SinkSource, options: RespondOptions): void {
  const headers = toFlatHeaders(answer)
  const encoding = mayCompress(answer, options) ? chooseEncoding(options.acceptEncoding) : undefined
  if (encoding !== undefined) headers.push('content-encoding', encoding)
  if (options.compression) headers.push('vary', 'Accept-Encoding')
  writeHead(response, answer.status, headers)
  // A write to a closing socket emits `error`. `close` follows and ends the stream.
  response.on('error', () => {})
  const sink = createSink(response)
  if (encoding !== undefined) {
    source.attach(createCompressedSink(encoding, sink, response, source))
    return
  }
  response.on('drain', () => source.resume())
  source.attach(sink)
}

/** A coding of the route's own is not put into another, and `no-transform` of its own is honoured (RFC 9111 5.2.2.6). */
function mayCompress(answer: Reply, { compression }: RespondOptions): boolean {
  return (
    compression &&
    answer.isTransformable &&
    (answer.headerRecord !== undefined || !answer.headers.has('content-encoding'))
  )
}

function respondNative(response: NodeResponse, answer: Response, { method, onBodyError }: RespondOptions): void {
  response.on('error', () => {})
  if (answer.body === null || method === 'HEAD') {
    writeHead(response, answer.status, [...answer.headers].flat())
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
  let isClosed = response.destroyed
  const onClose = (): void => {
    isClosed = true
    reader.cancel()
  }
  if (isClosed) return onClose()
  response.once('close', onClose)
  try {
    if (reader.mustLook) await reader.look()
    if (isClosed) return
    writeHead(response, status, [...reader.headers].flat())
    // The first bytes of the body may take long. A mock may have nothing to flush.
    if (isHttp1(response) && isConnected(response)) response.flushHeaders()
    for (;;) {
      const chunk = await reader.read()
      if (chunk === undefined || isClosed) break
      if (!writeChunk(response, chunk)) await drained(response)
    }
    response.end()
  } catch (error) {
    reader.cancel(error)
    if (!isClosed) onBodyError(error)
    // The body failed after the head was sent: only a broken connection can still tell the reader.
    response.destroy()
  }
}

function drained(response: NodeResponse): Promise<void> {
  if (response.destroyed) return Promise.resolve()
  return new Promise((resolve) => {
    const settle = (): void => {
      response.off('drain', settle)
      response.off('close', settle)
      resolve()
    }
    response.on('drain', settle)
    response.on('close', settle)
  })
}

function toFlatHeaders(answer: Reply): string[] {
  const record = answer.headerRecord
  const flat: string[] = []
  if (record === undefined) for (const pair of answer.headerPairs()) flat.push(...pair)
  else for (const name in record) flat.push(name, record[name] ?? '')
  return flat
}

/**
 * Writes the head. Headers that layers before us have set are replaced by name, and added to where they are lists; those
 * that frame a body are left out, as the body is ours. Where somebody has put himself in between (on-headers of
 * express-session and compression, say) each header is set by itself, the one form that all of them understand; the array
 * of names and values is the fastest otherwise.
 */
function writeHead(response: NodeResponse, status: number, headers: string[]): void {
  if (isHttp1(response) && isUntouched(response)) {
    response.writeHead(status, headers)
    return
  }
  for (const name of response.getHeaderNames()) {
    // `close` is for the host to ask for, as it does while it shuts down.
    if (isFraming(name) && name !== 'connection') response.removeHeader(name)
  }
  for (const [name, values] of groupByName(headers)) {
    const before = name === 'set-cookie' || name === 'vary' ? [response.getHeader(name) ?? []].flat().map(String) : []
    const all = [...before, ...values]
    response.setHeader(name, name === 'set-cookie' ? all : all.join(', '))
  }
  response.writeHead(status)
}

function isUntouched(response: ServerResponse): boolean {
  return response.writeHead === ServerResponse.prototype.writeHead && response.getHeaderNames().length === 0
}

function groupByName(headers: readonly string[]): Map<string, string[]> {
  const groups = new Map<string, string[]>()
  for (let index = 0; index < headers.length; index += 2) {
    const [name = '', value = ''] = headers.slice(index, index + 2)
    groups.set(name, [...(groups.get(name) ?? []), value])
  }
  return groups
}
