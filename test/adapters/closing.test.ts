// Closing one handle: what came through it ends, and nothing else does.
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { serve, type NodeServeHandle } from '../../src/adapters/node/index.ts'
import { createChannels } from '../../src/channel/index.ts'
import { memoryJournal } from '../../src/journal/index.ts'
import { defineRoute, Server, type Context } from '../../src/server/index.ts'
import type { Fetch } from '../../src/adapters/contract/index.ts'
import { turns } from '../support/server/asking.ts'
import { cert, key } from '../support/server/certificate.ts'
import { eventSourceHeaders, FetchReader } from '../support/server/fetch-reader.ts'
import { RawClient } from '../support/server/raw-client.ts'
import { run } from '../support/server/running.ts'
import { createGate } from '../support/time/gate.ts'

/** Far longer than a test lasts: a close that waits for it fails the test. */
const drainMs = 600_000

/** More than the sockets of both sides take. */
const bigBytes = 16 * 1024 * 1024

const plain = defineRoute({ method: 'GET', path: '/plain', handler: () => 'plain' })

/** A stream that notes why its signal was aborted, once `wind` has settled. */
function live(log: unknown[] = [], wind: () => Promise<void> = async () => {}) {
  return defineRoute({
    method: 'GET',
    path: '/live',
    sse: true,
    handler: async function* (ctx) {
      try {
        yield 'first'
        await ctx.sleep(drainMs)
      } finally {
        await wind()
        log.push((ctx.signal.reason as { reason: string }).reason)
      }
    },
  })
}

async function open(fetch: Fetch): Promise<NodeServeHandle> {
  const handle = serve({ fetch, port: 0, hostname: '127.0.0.1' })
  await handle.ready
  onTestFinished(() => handle.close({ drainMs: 0 }))
  return handle
}

/** Resolves when `handle`, which closes, has looked for idle connections twice. */
async function lookedForIdle({ server }: NodeServeHandle): Promise<void> {
  if (!('closeIdleConnections' in server)) throw new Error('no server of node:http')
  const looked = vi.spyOn(server, 'closeIdleConnections')
  await expect.poll(() => looked.mock.calls.length).toBeGreaterThan(1)
}

async function openStream(url: string): Promise<FetchReader> {
  const reader = await FetchReader.open(`${url}/live`, { headers: eventSourceHeaders })
  await reader.until('first')
  return reader
}

describe.each<[string, (server: Server) => Fetch]>([
  ['a server', (server) => server.fetch],
  ['a function that passes its request on to a server', (server) => (request) => server.fetch(request)],
])('two handles of %s', (_, fetchOf) => {
  test('closing one ends its own streams properly, and those of the other go on', async () => {
    const log: unknown[] = []
    const server = new Server([plain, live(log)])
    const [first, second] = [await open(fetchOf(server)), await open(fetchOf(server))]
    const [one, two] = [await openStream(first.url), await openStream(second.url)]
    await first.close({ drainMs })
    expect(await one.ended()).toMatch(/\nretry: \d+\n$/)
    expect(log).toEqual(['shutdown'])
    expect(server.openStreams).toBe(1)
    await expect(fetch(`${first.url}/plain`)).rejects.toThrow()
    expect(await (await fetch(`${second.url}/plain`)).text()).toBe('plain')
    const three = await openStream(second.url)
    three.leave()
    await second.close({ drainMs })
    expect(await two.ended()).toMatch(/\nretry: \d+\n$/)
  })

  test('closing waits for the handlers of its own streams alone', async () => {
    const wound = createGate()
    const server = new Server([live([], () => wound.opened)])
    const [first, second] = [await open(fetchOf(server)), await open(fetchOf(server))]
    const [one, two] = [await openStream(first.url), await openStream(second.url)]
    two.leave()
    const seen: string[] = []
    const closing = first.close({ drainMs }).then(() => seen.push('closed'))
    await one.ended()
    await turns()
    expect(seen).toEqual([])
    wound.open()
    await closing
  })

  test('after the last one is closed the server can be served again', async () => {
    const server = new Server([live()])
    const first = await open(fetchOf(server))
    await Promise.all([first.close({ drainMs }), first.close()])
    const second = await open(fetchOf(server))
    const reader = await openStream(second.url)
    await second.close({ drainMs })
    expect(await reader.ended()).toMatch(/\nretry: \d+\n$/)
  })
})

test('a closed server refuses streams on every handle, for good', async () => {
  const server = new Server([plain, live()])
  await server.close()
  const handle = await open(server.fetch)
  expect((await fetch(`${handle.url}/live`)).status).toBe(503)
  expect((await fetch(`${handle.url}/plain`)).status).toBe(200)
})

test('a handle that is closing refuses a stream whose request was under way, and another handle takes it', async () => {
  const entered = createGate()
  const passed = createGate()
  const server = new Server([live()])
  server.use(async (ctx, next) => {
    if (ctx.headers['x-slow'] === undefined) return next()
    entered.open()
    await passed.opened
    return next()
  })
  const [first, second] = [await open(server.fetch), await open(server.fetch)]
  const answer = fetch(`${first.url}/live`, { headers: { 'x-slow': '1' } })
  await entered.opened
  const closing = first.close({ drainMs })
  passed.open()
  expect((await answer).status).toBe(503)
  await closing
  ;(await openStream(second.url)).leave()
})

/** A server whose route starts a run, which lasts until `finish` has settled. */
function withRun(finish: Promise<void>) {
  const log: string[] = []
  const channels = createChannels({ journal: memoryJournal() })
  onTestFinished(() => channels.close())
  const runs = channels.runs<Context>({ owner: () => 'me' })
  const route = defineRoute({
    method: 'POST',
    path: '/run',
    sse: { resume: runs },
    handler: async function* (ctx) {
      try {
        yield 'first'
        await Promise.race([finish, ctx.sleep(drainMs)])
        yield 'last'
      } finally {
        log.push(ctx.signal.aborted ? 'aborted' : 'finished')
      }
    },
  })
  return { server: new Server([route]), log }
}

async function startRun(url: string): Promise<void> {
  const reader = await FetchReader.open(`${url}/run`, { method: 'POST' })
  await reader.until('first')
}

describe('runs', () => {
  test('are left alone by a handle that is not the last, and waited for by the last one', async () => {
    const finished = createGate()
    const { server, log } = withRun(finished.opened)
    const [first, second] = [await open(server.fetch), await open(server.fetch)]
    await startRun(first.url)
    await first.close({ drainMs })
    expect(log).toEqual([])
    const closing = second.close({ drainMs })
    finished.open()
    await closing
    expect(log).toEqual(['finished'])
  })

  test('are aborted by the last handle after its drainMs', async () => {
    const { server, log } = withRun(new Promise(() => {}))
    const handle = await open(server.fetch)
    await startRun(handle.url)
    await handle.close({ drainMs: 20 })
    expect(log).toEqual(['aborted'])
  })

  test('go on where the server is served again before drainMs is over', async () => {
    const finished = createGate()
    const { server, log } = withRun(finished.opened)
    const first = await open(server.fetch)
    await startRun(first.url)
    const closing = first.close({ drainMs: 20 })
    const second = await open(server.fetch)
    await closing
    expect(log).toEqual([])
    finished.open()
    await second.close({ drainMs })
    expect(log).toEqual(['finished'])
  })
})

describe('idle connections', () => {
  test('that have never sent a request are cut at once', async () => {
    const { handle, port } = await run([plain])
    const clients = await Promise.all([RawClient.open(port), RawClient.open(port)])
    // Answered on another connection: by then the server has accepted these.
    await (await fetch(`${handle.url}/plain`)).text()
    await handle.close({ drainMs })
    for (const client of clients) expect(await client.ended()).toBe('')
  })

  test('that connect while the handle closes are cut as well', async () => {
    const finished = createGate()
    const slow = defineRoute({ method: 'GET', path: '/slow', handler: () => finished.opened.then(() => 'slow') })
    const { handle, port } = await run([slow])
    const asking = (await RawClient.open(port)).request('GET /slow HTTP/1.1')
    const late = await RawClient.open(port)
    const closing = handle.close({ drainMs })
    await late.ended()
    finished.open()
    await closing
    expect(await asking.ended()).toContain('slow')
  })
})

async function openPlain(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1').on('error', () => {})
  await once(socket, 'connect')
  return socket
}

async function openSecure(port: number): Promise<Socket> {
  const socket = connectTls({ port, host: '127.0.0.1', ca: cert }).on('error', () => {})
  await once(socket, 'secureConnect')
  return socket
}

/** The first bytes of a ClientHello. */
const helloStart = Buffer.from('16030100c8010000c4', 'hex')

describe('a TLS port', () => {
  test('cuts connections at once that are silent, broken off in their handshake, or idle', async () => {
    const { handle, port } = await run([plain], {}, { tls: { key, cert } })
    const silent = await openPlain(port)
    const halfway = await openPlain(port)
    halfway.write(helloStart)
    const aborted = await openPlain(port)
    aborted.write(helloStart, () => aborted.resetAndDestroy())
    const idle = await openSecure(port)
    const used = await openSecure(port)
    used.write('GET /plain HTTP/1.1\r\nHost: x\r\n\r\n')
    await once(used, 'data')
    const ends = [silent, halfway, idle, used].map((socket) => once(socket.resume(), 'close'))
    await handle.close({ drainMs })
    await Promise.all(ends)
  })

  test('lets a request finish that is under way, while idle connections are cut', async () => {
    const started = createGate()
    const finished = createGate()
    const slow = defineRoute({
      method: 'GET',
      path: '/slow',
      handler: async () => {
        started.open()
        await finished.opened
        return 'slow'
      },
    })
    const { handle, port } = await run([slow], {}, { tls: { key, cert } })
    const idle = await openSecure(port)
    const asking = await openSecure(port)
    let text = ''
    asking.setEncoding('latin1').on('data', (chunk: string) => (text += chunk))
    asking.write('GET /slow HTTP/1.1\r\nHost: x\r\n\r\n')
    await started.opened
    const asked = once(asking, 'close')
    const closing = handle.close({ drainMs })
    await once(idle.resume(), 'close')
    finished.open()
    await Promise.all([closing, asked])
    expect(text).toMatch(/slow$/)
  })
})

describe.each<[string, () => Response | string]>([
  ['a text', () => 'x'.repeat(bigBytes)],
  ['a body of its own', () => new Response('x'.repeat(bigBytes))],
])('an answer of %s whose reader is slow', (_, makeAnswer) => {
  test('is sent to its end while the handle closes', async () => {
    const handle = await open(new Server([defineRoute({ method: 'GET', path: '/big', handler: makeAnswer })]).fetch)
    const client = await RawClient.open(Number(new URL(handle.url).port))
    client.socket.once('data', () => client.socket.pause())
    client.request('GET /big HTTP/1.1')
    await once(client.socket, 'pause')
    const closing = handle.close({ drainMs })
    await lookedForIdle(handle)
    client.socket.resume()
    // Not the text: a failure would print it.
    expect((await client.ended()).length > bigBytes).toBe(true)
    await closing
  })
})

test('events that a slow reader has yet to take are sent while the handle closes', async () => {
  const route = defineRoute({
    method: 'GET',
    path: '/live',
    sse: true,
    handler: async function* (ctx) {
      yield 'x'.repeat(bigBytes)
      await ctx.sleep(drainMs)
    },
  })
  const handle = await open(new Server([route]).fetch)
  const client = await RawClient.open(Number(new URL(handle.url).port))
  client.socket.once('data', () => client.socket.pause())
  client.request('GET /live HTTP/1.1', ['Accept: text/event-stream', 'Cache-Control: no-cache'])
  await once(client.socket, 'pause')
  const closing = handle.close({ drainMs })
  await lookedForIdle(handle)
  client.socket.resume()
  expect((await client.ended()).slice(-100)).toMatch(/\nretry: \d+\n\r\n0\r\n\r\n$/)
  await closing
})

test('a handle that is closed before it listens is ready all the same, and then closed', async () => {
  const handle = serve({ fetch: new Server([plain]).fetch, port: 0 })
  const closing = handle.close()
  await Promise.all([handle.ready, handle.closed, closing])
  expect(handle.server.listening).toBe(false)
})
