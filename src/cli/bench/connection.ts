// One connection of a measurement: sends its request, and counts what arrives until it ends or is told to.
import { request as requestHttp, type IncomingMessage } from 'node:http'
import { request as requestHttps } from 'node:https'
import { streamTypeOf } from '../../client/internal.ts'
import { createLineParser } from '../../ndjson/index.ts'
import { createParser } from '../../sse/index.ts'
import { readTime } from '../data/json-path.ts'
import type { CommandRequest } from '../request/request.ts'
import type { Tally } from './tally.ts'

/** How a connection is measured. */
export interface ConnectionOptions {
  readonly request: CommandRequest
  readonly tally: Tally
  /** The path of a time in each event's data. */
  readonly latencyField: string | undefined
  /** Ends the connection. */
  readonly signal: AbortSignal
  /** Called once, when the head has arrived or the connection is over. */
  readonly onHead: () => void
}

/** Runs one connection; resolves when it is closed. Never rejects: what fails is counted. */
export function runConnection(options: ConnectionOptions): Promise<void> {
  const { request, tally, signal, onHead } = options
  const { url, method, headers, body } = request
  const startedAt = performance.now()
  const send = url.protocol === 'https:' ? requestHttps : requestHttp
  const accept = 'text/event-stream, text/event-stream;tidings=1'
  return new Promise((resolve) => {
    // Without an agent that keeps connections: each is one of its own.
    const sent = send(url, { method, agent: false, headers: { accept, ...Object.fromEntries(headers) } })
    let [hasHead, isOver] = [false, false]
    const head = (): void => {
      if (!hasHead) onHead()
      hasHead = true
    }
    const end = (reason?: string): void => {
      if (isOver) return
      isOver = true
      if (reason !== undefined && !signal.aborted) tally.fail(reason)
      sent.destroy()
      head()
    }
    const stop = (): void => end()
    signal.addEventListener('abort', stop)
    let received: IncomingMessage | undefined
    sent.on('response', (response) => {
      received = response
      if (signal.aborted) return
      tally.head.add(performance.now() - startedAt)
      head()
      measure(response, startedAt, options, end)
    })
    sent.on('error', (error) => end(describeFailure(error)))
    sent.on('close', () => {
      // Before the response's own error, if it is one.
      end(received?.complete === false ? 'cut before the end' : undefined)
      signal.removeEventListener('abort', stop)
      resolve()
    })
    sent.end(body)
  })
}

/** Counts the events of a response. `end` is called when it is over, with a reason if it failed. */
function measure(
  response: IncomingMessage,
  startedAt: number,
  options: ConnectionOptions,
  end: (reason?: string) => void,
): void {
  const { tally } = options
  const { statusCode = 0, headers } = response
  const type = streamTypeOf(headers['content-type'] ?? null)
  if (statusCode < 200 || statusCode > 299) return end(`status ${statusCode}`)
  if (type === undefined) return end(`no stream: ${headers['content-type'] ?? 'without a Content-Type'}`)
  tally.opened += 1
  tally.open += 1
  response.on('close', () => (tally.open -= 1))
  const feed = createFeed(type.isSse, startedAt, options)
  response.on('data', (chunk: Buffer) => {
    tally.bytes += chunk.length
    try {
      feed(chunk)
    } catch (error) {
      end(describeFailure(error))
    }
  })
  response.on('error', (error) => end(describeFailure(error)))
  response.on('end', () => {
    if (!options.signal.aborted) tally.ended += 1
    end()
  })
}

function createFeed(isSse: boolean, startedAt: number, options: ConnectionOptions): (chunk: Uint8Array) => void {
  const { tally, latencyField } = options
  let before: number | undefined
  const count = (text: string): void => {
    const now = performance.now()
    tally.events += 1
    if (before === undefined) tally.first.add(now - startedAt)
    else tally.between.add(now - before)
    before = now
    const madeAt = latencyField === undefined ? undefined : readTime(text, latencyField)
    // The time of day to a part of a millisecond, by a clock that does not jump.
    if (madeAt !== undefined) tally.addLatency(performance.timeOrigin + now - madeAt)
  }
  if (!isSse) return createLineParser({ onValue: (value) => count(JSON.stringify(value)) }).feed
  return createParser({
    onEvent: ({ event, data }) => {
      // What the framework itself sends is no event of the handler's.
      if (event?.startsWith('tidings:') !== true) count(data)
    },
  }).feed
}

function describeFailure(error: unknown): string {
  const { code, message } = Object(error)
  return typeof code === 'string' ? code : String(message)
}
