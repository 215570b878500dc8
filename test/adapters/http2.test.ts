import {
  connect,
  constants,
  type ClientHttp2Session,
  type ClientHttp2Stream,
  type IncomingHttpHeaders,
} from 'node:http2'
import { Agent, request as httpsRequest } from 'node:https'
import { connect as connectTls } from 'node:tls'
import { once } from 'node:events'
import { expect, onTestFinished, test } from 'vitest'
import { defineRoute, json, type ServerOptions } from '../../src/server/index.ts'
import { cert, key } from '../support/server/certificate.ts'
import { createGate } from '../support/time/gate.ts'
import { run, type Running } from '../support/server/running.ts'

const hello = defineRoute({ method: 'GET', path: '/hello', handler: () => 'hello' })
const words = defineRoute({
  method: 'GET',
  path: '/words',
  sse: true,
  handler: async function* () {
    yield 'one'
    yield 'zwei €😀'
  },
})
const body = 'data: one\n\ndata: zwei €😀\n\n'

/** What became of the streams of a route that never ends. */
interface Endless {
  readonly reasons: string[]
  finallies: number
}

function createEndless() {
  const seen: Endless = { reasons: [], finallies: 0 }
  const route = defineRoute({
    method: 'GET',
    path: '/endless',
    sse: true,
    handler: async function* (ctx) {
      try {
        yield 'started'
        await ctx.sleep(600_000)
      } catch {
        seen.reasons.push((ctx.signal.reason as { reason: string }).reason)
      } finally {
        seen.finallies += 1
      }
    },
  })
  return { seen, route }
}

const runTls = (routes: Parameters<typeof run>[0], options: ServerOptions = {}): Promise<Running> =>
  run(routes, options, { tls: { key, cert } })

function openSession({ url }: Running): ClientHttp2Session {
  const session = connect(url, { ca: cert })
  session.on('error', () => {})
  onTestFinished(() => session.destroy())
  return session
}

/** One request: its head, and its text as it comes. */
class Exchange {
  readonly stream: ClientHttp2Stream
  readonly head: Promise<IncomingHttpHeaders>
  text = ''

  constructor(session: ClientHttp2Session, path: string, headers: Record<string, string> = {}) {
    this.stream = session.request({ ':path': path, ...headers })
    this.stream.on('error', () => {})
    this.stream.setEncoding('utf8')
    this.stream.on('data', (chunk: string) => {
      this.text += chunk
    })
    this.head = once(this.stream, 'response').then(([head]: IncomingHttpHeaders[]) => head ?? {})
  }

  async until(part: string): Promise<void> {
    while (!this.text.includes(part)) await once(this.stream, 'data')
  }

  async ended(): Promise<string> {
    if (!this.stream.readableEnded) await once(this.stream, 'end')
    return this.text
  }
}

test('a stream over HTTP/2 has no header of HTTP/1.1 connections', async () => {
  const exchange = new Exchange(openSession(await runTls([words])), '/words')
  const head = await exchange.head
  expect(head[':status']).toBe(200)
  expect(head['content-type']).toBe('text/event-stream; charset=utf-8')
  for (const name of ['transfer-encoding', 'connection', 'keep-alive', 'upgrade']) expect(head).not.toHaveProperty(name)
  expect(await exchange.ended()).toBe(body)
})

test('an answer that is no stream goes over HTTP/2 too, with a body or without', async () => {
  const session = openSession(await runTls([hello, words]))
  const get = new Exchange(session, '/hello')
  expect((await get.head)['content-length']).toBe('5')
  expect(await get.ended()).toBe('hello')
  const missing = new Exchange(session, '/nowhere')
  expect((await missing.head)[':status']).toBe(404)
  const finished = new Exchange(session, '/words', { 'last-event-id': '1~end' })
  expect((await finished.head)[':status']).toBe(204)
})

test.each([
  ['native Response', (headers: Record<string, string>) => new Response('"odd"', { headers })],
  ['Reply of ours', (headers: Record<string, string>) => json('odd', { headers })],
])('headers of HTTP/1.1 connections in a %s stay behind', async (_, answer) => {
  const headers = { connection: 'close', 'keep-alive': 'timeout=5', 'transfer-encoding': 'chunked', 'x-a': '1' }
  const odd = defineRoute({ method: 'GET', path: '/odd', handler: () => answer(headers) })
  const exchange = new Exchange(openSession(await runTls([odd])), '/odd')
  const head = await exchange.head
  expect(head).toMatchObject({ ':status': 200, 'x-a': '1' })
  for (const name of ['connection', 'keep-alive', 'transfer-encoding']) expect(head).not.toHaveProperty(name)
  expect(await exchange.ended()).toBe('"odd"')
})

test('the head over HTTP/2 goes out before the first event', async () => {
  const opened = createGate()
  const late = defineRoute({
    method: 'GET',
    path: '/late',
    sse: { openAfterMs: 1 },
    handler: async function* () {
      await opened.opened
      yield 'late'
    },
  })
  const exchange = new Exchange(openSession(await runTls([late])), '/late')
  await exchange.head
  opened.open()
  expect(await exchange.ended()).toBe(':\ndata: late\n\n')
})

test('the same port speaks HTTP/1.1, for clients that know no other', async () => {
  const { url } = await runTls([words])
  const request = httpsRequest(`${url}/words`, { ca: cert, headers: { connection: 'close' } })
  request.end()
  const [response] = (await once(request, 'response')) as [
    NodeJS.ReadableStream & { headers: IncomingHttpHeaders; httpVersion: string },
  ]
  expect(response.httpVersion).toBe('1.1')
  expect(response.headers['transfer-encoding']).toBe('chunked')
  let text = ''
  for await (const chunk of response) text += chunk.toString()
  expect(text).toBe(body)
})

test.each([
  [['h2', 'http/1.1'], 'h2'],
  [['http/1.1', 'h2'], 'h2'],
  [['http/1.1'], 'http/1.1'],
])('a client that offers %j by ALPN gets %s', async (offered, chosen) => {
  const { port } = await runTls([words])
  const socket = connectTls({ port, host: '127.0.0.1', ca: cert, ALPNProtocols: offered })
  await once(socket, 'secureConnect')
  expect(socket.alpnProtocol).toBe(chosen)
  socket.destroy()
})

test('one session carries 100 streams at once', async () => {
  const confirmed = createGate()
  const paused = defineRoute({
    method: 'GET',
    path: '/paused/:n',
    sse: true,
    handler: async function* ({ params }) {
      yield `first ${params.n}`
      await confirmed.opened
      yield `second ${params.n}`
    },
  })
  const running = await runTls([paused])
  const session = openSession(running)
  const exchanges = Array.from({ length: 100 }, (_, n) => new Exchange(session, `/paused/${n}`))
  await Promise.all(exchanges.map((exchange, n) => exchange.until(`data: first ${n}\n\n`)))
  expect(running.server.openStreams).toBe(100)
  confirmed.open()
  const texts = await Promise.all(exchanges.map((exchange) => exchange.ended()))
  expect(texts).toEqual(texts.map((_, n) => `data: first ${n}\n\ndata: second ${n}\n\n`))
})

test.each([['NGHTTP2_CANCEL'], ['NGHTTP2_INTERNAL_ERROR'], ['NGHTTP2_NO_ERROR']] as const)(
  'a stream that its client resets with %s is left, and the session goes on',
  async (code) => {
    const { seen, route } = createEndless()
    const session = openSession(await runTls([route, hello]))
    const exchange = new Exchange(session, '/endless')
    await exchange.until('started')
    exchange.stream.close(constants[code])
    await expect.poll(() => seen).toEqual({ reasons: ['left'], finallies: 1 })
    expect(await new Exchange(session, '/hello').ended()).toBe('hello')
  },
)

test('the body of a Response that comes after its reader has left is cancelled', async () => {
  const [asked, left, cancelled] = [createGate(), createGate(), createGate()]
  const late = defineRoute({
    method: 'GET',
    path: '/late',
    handler: async ({ signal }) => {
      signal.addEventListener('abort', () => left.open())
      asked.open()
      await left.opened
      return new Response(new ReadableStream({ cancel: () => cancelled.open() }))
    },
  })
  const { stream } = new Exchange(openSession(await runTls([late])), '/late')
  await asked.opened
  stream.close(constants.NGHTTP2_CANCEL)
  await expect(cancelled.opened).resolves.toBeUndefined()
})

test('a session that breaks off leaves all of its streams', async () => {
  const { seen, route } = createEndless()
  const running = await runTls([route, hello])
  const session = openSession(running)
  const exchanges = Array.from({ length: 10 }, () => new Exchange(session, '/endless'))
  await Promise.all(exchanges.map((exchange) => exchange.until('started')))
  session.destroy()
  await expect.poll(() => seen.finallies).toBe(10)
  expect(new Set(seen.reasons)).toEqual(new Set(['left']))
  expect(running.server.openStreams).toBe(0)
  expect(await new Exchange(openSession(running), '/hello').ended()).toBe('hello')
})

test('a reader over HTTP/2 that does not read holds the handler back', async () => {
  let yields = 0
  const flood = defineRoute({
    method: 'GET',
    path: '/flood',
    sse: true,
    handler: async function* () {
      for (;;) {
        yields += 1
        yield 'x'.repeat(1000)
      }
    },
  })
  const session = openSession(await runTls([flood, hello]))
  const exchange = new Exchange(session, '/flood')
  await exchange.until('xxx')
  exchange.stream.pause()
  // A handler that goes on is never seen at the same count so many times.
  for (let same = 0, last = 0; same < 20; last = yields) {
    expect(await new Exchange(session, '/hello').ended()).toBe('hello')
    same = last === yields ? same + 1 : 0
  }
  const stopped = yields
  exchange.stream.resume()
  await expect.poll(() => yields).toBeGreaterThan(stopped)
})

test('a body arrives over HTTP/2, and one beyond the limit is refused', async () => {
  const size = defineRoute({
    method: 'POST',
    path: '/size',
    body: { accept: ['text'] },
    handler: ({ body }) => String(String(body).length),
  })
  const session = openSession(await runTls([size], { maxBodyBytes: 1000 }))
  const post = async (length: number): Promise<unknown> => {
    const exchange = new Exchange(session, '/size', { ':method': 'POST', 'content-type': 'text/plain' })
    exchange.stream.end('x'.repeat(length))
    return (await exchange.head)[':status']
  }
  expect(await post(1000)).toBe(200)
  expect(await post(1001)).toBe(413)
})

test('closing ends the streams of a session properly', async () => {
  const { seen, route } = createEndless()
  const { server, handle } = await runTls([route])
  const session = openSession({ url: handle.url } as Running)
  const exchange = new Exchange(session, '/endless', { accept: 'text/event-stream', 'cache-control': 'no-cache' })
  await exchange.until('started')
  await handle.close()
  expect(await exchange.ended()).toMatch(/\n\nretry: \d+\n$/)
  expect(exchange.stream.rstCode).toBe(constants.NGHTTP2_NO_ERROR)
  expect(seen).toEqual({ reasons: ['shutdown'], finallies: 1 })
  expect(server.openStreams).toBe(0)
})

function openAgent(): Agent {
  const agent = new Agent({ keepAlive: true, ca: cert })
  onTestFinished(() => agent.destroy())
  return agent
}

test('closing does not wait for connections that nothing is under way on', async () => {
  const running = await runTls([hello])
  expect(await new Exchange(openSession(running), '/hello').ended()).toBe('hello')
  const request = httpsRequest(`${running.url}/hello`, { agent: openAgent() })
  request.end()
  const [response] = (await once(request, 'response')) as [NodeJS.ReadableStream]
  await once(response.resume(), 'end')
  await expect(running.handle.close({ drainMs: 600_000 })).resolves.toBeUndefined()
})

test('closing does not wait for an HTTP/1.1 connection of the TLS port whose stream it has ended', async () => {
  const { seen, route } = createEndless()
  const { url, handle } = await runTls([route])
  const request = httpsRequest(`${url}/endless`, { agent: openAgent() })
  request.end()
  const [response] = (await once(request, 'response')) as [NodeJS.ReadableStream]
  await once(response, 'data')
  response.resume()
  await expect(handle.close({ drainMs: 600_000 })).resolves.toBeUndefined()
  expect(seen).toEqual({ reasons: ['shutdown'], finallies: 1 })
})

test('closing cuts HTTP/1.1 connections of the TLS port at the deadline', async () => {
  const arrived = createGate()
  const stubborn = defineRoute({
    method: 'GET',
    path: '/stubborn',
    handler: () => {
      arrived.open()
      return new Promise<string>(() => {})
    },
  })
  const { handle, url } = await runTls([stubborn])
  const request = httpsRequest(`${url}/stubborn`, { ca: cert })
  request.on('error', () => {})
  onTestFinished(() => void request.destroy())
  request.end()
  await arrived.opened
  await expect(handle.close({ drainMs: 50 })).resolves.toBeUndefined()
})

test('an :authority that is no host, or another one than host, is 400 before any route', async () => {
  let calls = 0
  const counting = defineRoute({ method: 'GET', path: '/**', handler: () => void (calls += 1) })
  const session = openSession(await runTls([counting]))
  const statusOf = async (headers: Record<string, string>): Promise<unknown> => {
    const exchange = new Exchange(session, '/secret', headers)
    // What nghttp2 does not take for an authority either, it resets by itself.
    const head = await exchange.head.catch(() => ({ ':status': 400 }))
    return Number(head[':status'])
  }
  for (const authority of ['u:p@h', 'h/public?', '[::1', 'h:x'])
    expect(await statusOf({ ':authority': authority })).toBe(400)
  expect(await statusOf({ ':authority': 'one.example', host: 'other.example' })).toBe(400)
  expect(calls).toBe(0)
  expect(await statusOf({ ':authority': 'One.example', host: 'one.example' })).toBe(204)
})

test('the headers of a request over HTTP/2 are those of HTTP/1: a host, and no pseudo-headers', async () => {
  const names = defineRoute({ method: 'GET', path: '/names', handler: ({ headers }) => headers })
  const running = await runTls([names])
  const exchange = new Exchange(openSession(running), '/names', { 'x-own': '1' })
  const headers: unknown = JSON.parse(await exchange.ended())
  expect(headers).toMatchObject({ host: new URL(running.url).host, 'x-own': '1' })
  expect(Object.keys(headers as object).filter((name) => name.startsWith(':'))).toEqual([])
})
