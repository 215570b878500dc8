// A real server on loopback that answers with cassettes: borders, cuts and stalls are those of a socket.
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { checkLimit, checkOptions, wholeNumber, type OptionChecks } from '../base/index.ts'
import type { AskedRequest, CassetteSource, PlayOptions } from '../testing/index.ts'
import { createChooser, playChecks, Playing, type Answer } from '../testing/internal.ts'
import { playTo } from './socket.ts'

/** How {@link streamServer} listens and plays. */
export interface StreamServerOptions extends PlayOptions {
  /** The most bytes a second that one response is sent with, however fast its chunks come. Default: no limit. */
  readonly slow?: number | false | undefined
  /** The port on 127.0.0.1. Default 0: a free one. */
  readonly port?: number | undefined
}

/** A request as the server got it. */
export type LoggedRequest = Pick<AskedRequest, 'method' | 'url' | 'headers' | 'lastEventId'>

/** A server that answers with cassettes. */
export interface StreamServer {
  /**
   * Such as `http://127.0.0.1:41234`. Every path is answered; one that is a whole url, `/https://api.example/feed`, stands for
   * that url in `requests`.
   */
  readonly url: string
  /** The port on 127.0.0.1. */
  readonly port: number
  /** What was asked, in order; the last 1,000 requests. Preflights of CORS are not among them. */
  readonly requests: readonly LoggedRequest[]
  /** Breaks all connections now, as a network does that goes away (RST). Readers may connect again. */
  cut(): void
  /** Breaks all connections and stops listening. */
  close(): Promise<void>
}

/** How many requests are kept: a client that reconnects without end must not fill the memory. */
const maxRequests = 1000

const checks: OptionChecks<StreamServerOptions> = {
  ...playChecks,
  slow: checkLimit,
  port: wholeNumber({ least: 0, most: 65_535 }),
}

/**
 * Starts a server on 127.0.0.1 that answers each request with the cassette from its beginning, or with the one that a
 * function chooses. Each piece is a chunk of HTTP/1.1 of its own; a cut resets the connection when all before it was handed
 * to the network. Pages of any origin may read the answers.
 *
 * If the function throws, the answer is 500 with its message.
 *
 * @throws TidingsError `ERR_CASSETTE` or `ERR_OPTION`
 * @throws Error that of `node:net` for a port that is taken
 *
 * @example
 * import { createCassette } from 'tidings/testing'
 * import { streamServer } from 'tidings/testing/node'
 *
 * const server = await streamServer(createCassette(['data: 1\n\n', 'data: 2\n\n']), { splitBytes: 3 })
 * const response = await fetch(server.url)
 * console.log((await response.text()).length) // 18
 * await server.close()
 */
export async function streamServer(source: CassetteSource, options: StreamServerOptions = {}): Promise<StreamServer> {
  checkOptions('`streamServer`', options, checks)
  const { slow = false, port: wanted = 0, ...play } = options
  const choose = createChooser(source, play)
  const requests: LoggedRequest[] = []
  const server = createServer((request, response) => {
    if (isPreflight(request)) {
      response.writeHead(204, corsOf(request)).end()
      return
    }
    const asked = toAsked(request)
    requests.push(asked)
    if (requests.length > maxRequests) requests.shift()
    void respond(response, () => choose(asked), { slow, cors: corsOf(request) })
  })
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  const cut = (): void => {
    for (const socket of sockets) socket.resetAndDestroy()
  }
  const port = await listen(server, wanted)
  return { url: `http://127.0.0.1:${port}`, port, requests, cut, close: () => close(server, cut) }
}

/** What is sent beside the cassette. */
interface Sending {
  readonly slow: number | false
  readonly cors: Readonly<Record<string, string>>
}

async function respond(response: ServerResponse, choose: () => Answer, { slow, cors }: Sending): Promise<void> {
  let answer: Answer
  try {
    answer = choose()
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    response.writeHead(500, { ...cors, 'content-type': 'text/plain; charset=utf-8' }).end(`${message}\n`)
    return
  }
  const { status, headers } = answer.cassette.response
  response.writeHead(status, { ...withoutFraming(headers), ...cors })
  const left = new AbortController()
  response.on('close', () => left.abort())
  await playTo(response, new Playing(answer.plan, left.signal), slow)
}

/** Those of the connection that was recorded, which say nothing about this one. */
function withoutFraming(headers: Readonly<Record<string, string>>): Record<string, string> {
  const framing = ['connection', 'content-length', 'keep-alive', 'trailer', 'transfer-encoding', 'upgrade']
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !framing.includes(name.toLowerCase())))
}

function toAsked(request: IncomingMessage): LoggedRequest {
  const headers = new Headers()
  for (const [name, value] of Object.entries(request.headers)) headers.set(name, [value ?? ''].flat().join(', '))
  const { url: path = '/' } = request
  const whole = /^\/(https?:\/\/.*)/.exec(path)?.[1]
  const url = whole ?? new URL(path, `http://${request.headers.host ?? '127.0.0.1'}`).href
  return { method: request.method ?? 'GET', url, headers, lastEventId: headers.get('last-event-id') ?? undefined }
}

function isPreflight({ method, headers }: IncomingMessage): boolean {
  return method === 'OPTIONS' && headers['access-control-request-method'] !== undefined
}

/** Lets a page of any origin read, with its cookies: the server is on loopback, and sends what a test has given it. */
function corsOf({ headers }: IncomingMessage): Record<string, string> {
  if (headers.origin === undefined) return {}
  return {
    'access-control-allow-origin': headers.origin,
    'access-control-allow-credentials': 'true',
    'access-control-allow-methods': headers['access-control-request-method'] ?? 'GET',
    'access-control-allow-headers': headers['access-control-request-headers'] ?? '',
    'access-control-allow-private-network': 'true',
    vary: 'origin',
  }
}

async function listen(server: Server, port: number): Promise<number> {
  server.listen(port, '127.0.0.1')
  // Rejects with what `error` is emitted with.
  await once(server, 'listening')
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : port
}

async function close(server: Server, cut: () => void): Promise<void> {
  if (!server.listening) return
  const closed = once(server, 'close')
  server.close()
  cut()
  await closed
}
