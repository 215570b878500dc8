// Writes an answer to a response of Node.
import type { ServerResponse } from 'node:http'
import { Reply, type SinkSource } from '../../server/internal.ts'
import { chooseEncoding, createCompressedSink } from './compression.ts'
import { createSink, writeNow, type NodeResponse } from './sink.ts'

/** How an answer is written: what {@link respond} takes beside it. */
export interface RespondOptions {
  readonly compression: boolean
  /** The request's `Accept-Encoding`. */
  readonly acceptEncoding: string | undefined
}

/** Writes `answer`. A stream is written with backpressure. */
export function respond(response: NodeResponse, answer: Response, options: RespondOptions): void {
  if (response.destroyed) {
    dispose(answer)
    return
  }
  if (!(answer instanceof Reply) || answer.isNative) {
    respondNative(response, answer instanceof Reply ? answer.toResponse() : answer)
    return
  }
  const { content } = answer
  if (content === null) {
    writeHead(response, answer.status, toFlatHeaders(answer))
    response.end()
  } else if (typeof content === 'string' || content instanceof Uint8Array) {
    respondWhole(response, answer, content)
  } else if (isSinkSource(content)) respondStream(response, answer, content, options)
  else respondNative(response, answer.toResponse())
}

/** Discards an answer whose reader has disconnected: ends its stream, which would wait for a reader for ever. */
function dispose(answer: Response): void {
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
  const encoding = options.compression ? chooseEncoding(options.acceptEncoding) : undefined
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

function respondNative(response: NodeResponse, answer: Response): void {
  response.on('error', () => {})
  writeHead(response, answer.status, [...answer.headers].flat())
  if (answer.body === null || response.req.method === 'HEAD') {
    response.end()
    dispose(answer)
    return
  }
  // The first bytes of the body may take long.
  if (isHttp1(response)) response.flushHeaders()
  void pipe(answer.body.getReader(), response)
}

async function pipe(reader: ReadableStreamDefaultReader<Uint8Array>, response: NodeResponse): Promise<void> {
  response.once('close', () => {
    // The reader has disconnected: an error of the cancel cannot be sent.
    reader.cancel().catch(() => {})
  })
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) break
      if (!writeChunk(response, value)) await drained(response)
    }
    response.end()
  } catch {
    // The body failed after the head was sent: only a broken connection can still tell the reader.
    response.destroy()
  }
}

function writeChunk(response: NodeResponse, chunk: Uint8Array): boolean {
  return 'stream' in response ? response.write(chunk) : response.write(chunk)
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

const connectionHeaders = new Set(['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'upgrade'])

function writeHead(response: NodeResponse, status: number, headers: string[]): void {
  if (isHttp1(response)) {
    response.writeHead(status, headers)
    return
  }
  // RFC 9113 8.2.2: connection-specific headers make an HTTP/2 response malformed.
  for (let index = 0; index < headers.length; index += 2) {
    const [name = '', value = ''] = headers.slice(index, index + 2)
    if (!connectionHeaders.has(name)) response.appendHeader(name, value)
  }
  response.writeHead(status)
}

function isHttp1(response: NodeResponse): response is ServerResponse {
  return !('stream' in response)
}
