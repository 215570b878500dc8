// A handle that is not ready serves on: for the time that a load balancer needs to notice.
import { connect, type ClientHttp2Session } from 'node:http2'
import { once } from 'node:events'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Fetch } from '../../src/adapters/contract/index.ts'
import { serve, toNodeHandler } from '../../src/adapters/node/index.ts'
import { createChannels } from '../../src/channel/index.ts'
import { health } from '../../src/observe/index.ts'
import { defineRoute, Server, type Context } from '../../src/server/index.ts'
import { cert, key } from '../support/server/certificate.ts'
import { eventSourceHeaders, FetchReader } from '../support/server/fetch-reader.ts'
import { listen } from '../support/server/listening.ts'
import { RawClient } from '../support/server/raw-client.ts'
import { run } from '../support/server/running.ts'
import { createGate } from '../support/time/gate.ts'

/** Far longer than a test lasts: what waits for it fails the test. */
const times = { drainMs: 1_200_000, notReadyMs: 600_000 }
const now = { notReadyMs: 0 }

const plain = defineRoute({ method: 'GET', path: '/plain', handler: () => 'plain' })
const live = defineRoute({
  method: 'GET',
  path: '/live',
  sse: true,
  handler: async function* (ctx) {
    yield 'first'
    await ctx.sleep(times.drainMs)
  },
})

function createServer(): Server {
  return new Server([plain, live]).use(health())
}

async function openStream(url: string): Promise<FetchReader> {
  const reader = await FetchReader.open(`${url}/live`, { headers: eventSourceHeaders })
  await reader.until('first')
  return reader
}

/** Asks on a connection of its own, and resolves with all that came until it ended. */
async function askAlone(port: number, path: string): Promise<string> {
  return (await RawClient.open(port)).request(`GET ${path} HTTP/1.1`).ended()
}

describe.each<[string, (server: Server) => Fetch]>([
  ['a server', (server) => server.fetch],
  ['a function that passes its request on to a server', (server) => (request) => server.fetch(request)],
])('a handle of %s', (_, fetchOf) => {
  test('is not ready at once, serves on, new connections too, and ends their streams after that', async () => {
    const handle = serve({ fetch: fetchOf(createServer()), port: 0, hostname: '127.0.0.1' })
    await handle.ready
    const before = await openStream(handle.url)
    const closing = handle.close(times)
    const port = Number(new URL(handle.url).port)
    expect(await askAlone(port, '/readyz')).toMatch(
      /^HTTP\/1\.1 503 [\s\S]*\r\nconnection: close\r\n[\s\S]*shutting down/i,
    )
    expect(await askAlone(port, '/plain')).toMatch(/^HTTP\/1\.1 200 [\s\S]*\r\nconnection: close\r\n[\s\S]*plain/i)
    const meanwhile = await openStream(handle.url)
    await handle.close(now)
    expect(await before.ended()).toMatch(/\nretry: \d+\n$/)
    expect(await meanwhile.ended()).toMatch(/\nretry: \d+\n$/)
    await Promise.all([closing, handle.closed])
    await expect(fetch(`${handle.url}/plain`)).rejects.toThrow()
  })
})

test('an answer that a request was waiting for ends its connection as well', async () => {
  const started = createGate()
  const finished = createGate()
  const handler = async (): Promise<string> => {
    started.open()
    await finished.opened
    return 'slow'
  }
  const { handle, port } = await run([defineRoute({ method: 'GET', path: '/slow', handler })])
  const client = (await RawClient.open(port)).request('GET /slow HTTP/1.1')
  await started.opened
  const closing = handle.close(times)
  finished.open()
  expect(await client.ended()).toMatch(/\r\nconnection: close\r\n[\s\S]*slow$/i)
  await handle.close(now)
  await closing
})

/** The status of a request in `session`, and what came until the body held `part`. */
async function askInSession(session: ClientHttp2Session, path: string, part: string): Promise<[unknown, string]> {
  const stream = session.request({ ':path': path }).setEncoding('utf8')
  let text = ''
  const [headers] = await once(stream, 'response')
  for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
    text += String(chunk)
    if (text.includes(part)) break
  }
  return [headers[':status'], text]
}

test('over HTTP/2 an open session is served on, and ended with its streams', async () => {
  const server = createServer()
  const handle = serve({ fetch: server.fetch, port: 0, hostname: '127.0.0.1', tls: { key, cert } })
  await handle.ready
  const session = connect(handle.url, { ca: cert })
  const ended = once(session, 'close')
  await once(session, 'connect')
  const closing = handle.close(times)
  expect(await askInSession(session, '/readyz', 'shutting down')).toEqual([503, '{"state":"shutting down"}'])
  expect(await askInSession(session, '/live', 'first')).toEqual([200, expect.stringContaining('data: first')])
  expect(server.openStreams).toBe(1)
  await handle.close(now)
  await Promise.all([closing, ended])
  expect(server.openStreams).toBe(0)
})

test('a mounted server is not ready, serves on, and then refuses streams', async () => {
  const server = createServer()
  const { url } = await listen(toNodeHandler(server))
  const before = await openStream(url)
  const closing = server.close(times)
  const probe = await fetch(`${url}/readyz`)
  expect([probe.status, probe.headers.get('connection')]).toEqual([503, 'close'])
  const meanwhile = await openStream(url)
  await Promise.all([server.close(now), closing])
  for (const reader of [before, meanwhile]) expect(await reader.ended()).toMatch(/\nretry: \d+\n$/)
  expect((await fetch(`${url}/live`)).status).toBe(503)
  expect(await (await fetch(`${url}/plain`)).text()).toBe('plain')
})

test('one of two handles that is not ready leaves the other ready', async () => {
  const server = createServer()
  const handles = [1, 2].map(() => serve({ fetch: server.fetch, port: 0, hostname: '127.0.0.1' }))
  onTestFinished(async () => void (await Promise.all(handles.map((handle) => handle.close({ drainMs: 0 })))))
  await Promise.all(handles.map(({ ready }) => ready))
  const [first, second] = handles
  void first?.close(times)
  expect((await fetch(`${first?.url}/readyz`)).status).toBe(503)
  expect((await fetch(`${second?.url}/readyz`)).status).toBe(200)
})

test('a run that is started while a handle is not ready goes on until drainMs', async () => {
  const log: string[] = []
  const finished = createGate()
  const channels = createChannels()
  onTestFinished(() => channels.close())
  const route = defineRoute({
    method: 'POST',
    path: '/run',
    sse: { resume: channels.runs<Context>({ owner: () => 'me' }) },
    handler: async function* (ctx) {
      yield 'first'
      await finished.opened
      log.push(ctx.signal.aborted ? 'aborted' : 'finished')
    },
  })
  const { handle, url } = await run([route])
  const closing = handle.close(times)
  const reader = await FetchReader.open(`${url}/run`, { method: 'POST' })
  await reader.until('first')
  const ended = handle.close(now)
  await reader.ended()
  finished.open()
  await Promise.all([closing, ended])
  expect(log).toEqual(['finished'])
})

test('times that do not fit are refused by serve itself', () => {
  const { fetch } = createServer()
  const closeOnSignal = { drainMs: 1000, notReadyMs: 5000 }
  expect(() => serve({ fetch, port: 0, closeOnSignal })).toThrow(/closeOnSignal: notReadyMs and spreadMs, 5000 \+ 0/)
  expect(() => serve({ fetch, port: 0, closeOnSignal: { drain: 1 } as object })).toThrow(/no option "drain"/)
})
