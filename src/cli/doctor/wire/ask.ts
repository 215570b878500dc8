// One request over a connection of its own, by `node:http`, so that nothing is followed, cached or hidden.
import { Agent, request as requestPlain, type ClientRequest, type IncomingMessage } from 'node:http'
import { Agent as SecureAgent, request as requestSecure } from 'node:https'
import type { Readable } from 'node:stream'
import { constants, createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import { createBodyReader } from './body-reader.ts'
import type { ArrivedEvent, Exchange, ExchangeEnd, NoAnswer } from './exchange.ts'

/** A request, and when to leave. */
export interface Question {
  readonly url: URL
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array | undefined
  /** The longest time for the whole exchange, in milliseconds. */
  readonly timeoutMs: number
  readonly maxBytes: number
  /** Leaves once this holds. Default: never. */
  readonly isEnough?: ((events: readonly ArrivedEvent[]) => boolean) | undefined
  /** Leaves as soon as the head has arrived. Default false. */
  readonly headOnly?: boolean | undefined
  /** Takes a certificate that nobody has signed. */
  readonly insecure: boolean
  readonly signal: AbortSignal
}

/** Sends the request and reads its answer. Rejects only with the reason of `signal`. */
export async function ask(question: Question): Promise<Exchange | NoAnswer> {
  question.signal.throwIfAborted()
  const started = performance.now()
  const startedAt = Date.now()
  const sinceStart = (): number => performance.now() - started
  const { agent, request } = open(question)
  const leave = (): void => void request.destroy()
  question.signal.addEventListener('abort', leave, { once: true })
  const timer = setTimeout(leave, question.timeoutMs)
  try {
    const response = await responseOf(request)
    if (typeof response === 'string') {
      question.signal.throwIfAborted()
      const isLate = sinceStart() >= question.timeoutMs
      return { failure: isLate ? 'timeout' : response, afterMs: sinceStart() }
    }
    const headMs = sinceStart()
    clearTimeout(timer)
    const body = question.headOnly === true ? nothing(headMs) : await readBody(question, response, sinceStart)
    question.signal.throwIfAborted()
    return {
      startedAt,
      status: response.statusCode ?? 0,
      httpVersion: response.httpVersion,
      headMs,
      ...body,
      headers: headersOf(response),
    }
  } finally {
    clearTimeout(timer)
    question.signal.removeEventListener('abort', leave)
    request.destroy()
    agent.destroy()
  }
}

function open({ url, method, headers, body, insecure }: Question): { agent: Agent; request: ClientRequest } {
  // Kept alive, as a browser's connections are: what the server says in `Connection` is then its own choice.
  const isSecure = url.protocol === 'https:'
  const agent = isSecure
    ? new SecureAgent({ keepAlive: true, rejectUnauthorized: !insecure })
    : new Agent({ keepAlive: true })
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }
  const request = (isSecure ? requestSecure : requestPlain)(url, {
    method,
    agent,
    headers: { ...length, ...withSendableId(headers) },
  })
  request.end(body)
  return { agent, request }
}

/**
 * The headers with a `last-event-id` as browsers send it, in UTF-8 (HTML 9.2.3). One with control characters, which browsers
 * send and `node:http` does not, is left out, as the clients of this package do.
 */
function withSendableId(headers: Question['headers']): Question['headers'] {
  const { 'last-event-id': id, ...others } = headers
  if (id === undefined || /(?!\t)\p{Cc}/u.test(id)) return others
  return { ...others, 'last-event-id': Buffer.from(id, 'utf8').toString('latin1') }
}

/** The response, or why there is none. */
function responseOf(request: ClientRequest): Promise<IncomingMessage | string> {
  return new Promise((resolve) => {
    request.once('response', resolve)
    // Stays: an error after the head is one of the response's, too.
    request.on('error', (error) => resolve(error.message))
    request.once('close', () => resolve('The connection was closed without an answer.'))
  })
}

type Body = Omit<Exchange, 'startedAt' | 'status' | 'httpVersion' | 'headers' | 'headMs'>

function nothing(endMs: number): Body {
  return { ...createBodyReader(1, () => true).parts(), end: 'left', endMs }
}

function readBody(question: Question, response: IncomingMessage, sinceStart: () => number): Promise<Body> {
  const { feed, parts } = createBodyReader(question.maxBytes, question.isEnough ?? (() => false))
  return new Promise((resolve) => {
    const body = decompressed(response)
    let hasLeft = false
    const finish = (end: ExchangeEnd): void => resolve({ ...parts(), end, endMs: sinceStart() })
    const timer = setTimeout(() => leave(), Math.max(0, question.timeoutMs - sinceStart()))
    const leave = (): void => {
      hasLeft = true
      clearTimeout(timer)
      finish('left')
      response.destroy()
    }
    body.on('data', (bytes: Uint8Array) => {
      if (!hasLeft && !feed(bytes, sinceStart())) leave()
    })
    const close = (end: ExchangeEnd) => (): void => {
      clearTimeout(timer)
      finish(end)
    }
    body.once('end', () => close(response.complete ? 'complete' : 'cut')())
    body.on('error', close('cut'))
    response.on('error', close('cut'))
    response.once('close', () => {
      // What a decompressor still holds comes before its own `end`.
      if (!response.complete) close('cut')()
    })
  })
}

/** The body as a client reads it; each part of it as soon as it can be decompressed. */
function decompressed(response: IncomingMessage): Readable {
  const coding = response.headers['content-encoding']?.trim().toLowerCase()
  if (coding === 'gzip' || coding === 'x-gzip')
    return response.pipe(createGunzip({ finishFlush: constants.Z_SYNC_FLUSH }))
  if (coding === 'deflate') return response.pipe(createInflate({ finishFlush: constants.Z_SYNC_FLUSH }))
  if (coding === 'br') {
    return response.pipe(createBrotliDecompress({ finishFlush: constants.BROTLI_OPERATION_FLUSH }))
  }
  return response
}

function headersOf({ rawHeaders }: IncomingMessage): ReadonlyMap<string, string> {
  const headers = new Map<string, string>()
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = (rawHeaders[at] ?? '').toLowerCase()
    const before = headers.get(name)
    const value = rawHeaders[at + 1] ?? ''
    headers.set(name, before === undefined ? value : `${before}, ${value}`)
  }
  return headers
}
