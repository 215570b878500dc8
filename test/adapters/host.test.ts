// What handlers get of the host that their request came through: its objects, the client's address, a framework's state.
import { connect, type ClientHttp2Session } from 'node:http2'
import type { IncomingMessage } from 'node:http'
import { once } from 'node:events'
import { serve as serveHono } from '@hono/node-server'
import express from 'express'
import { Hono } from 'hono'
import { expect, onTestFinished, test } from 'vitest'
import { nodeHost, serve, toNodeHandler } from '../../src/adapters/node/index.ts'
import { serve as serveWorker, workerHost } from '../../src/adapters/workers/index.ts'
import { defineRoute, Server, type Finish } from '../../src/server/index.ts'
import { cert, key } from '../support/server/certificate.ts'
import { FetchReader } from '../support/server/fetch-reader.ts'
import { run } from '../support/server/running.ts'
import { createGate } from '../support/time/gate.ts'
import { listen } from '../support/server/listening.ts'

const host = defineRoute({
  method: 'GET',
  path: '/host',
  handler: (ctx) => {
    const { request, response } = nodeHost(ctx)
    return { version: request.httpVersion, url: request.url, canWrite: response.writable, from: ctx.remoteAddress }
  },
})

test("nodeHost gives the request and the response of Node, and the address is the socket's", async () => {
  const { url } = await run([host])
  const seen = await (await fetch(`${url}/host?q`, { headers: { 'x-forwarded-for': '6.6.6.6' } })).json()
  expect(seen).toEqual({ version: '1.1', url: '/host?q', canWrite: true, from: '127.0.0.1' })
})

test('over HTTP/2, too', async () => {
  const { url } = await run([host], {}, { tls: { key, cert } })
  const session: ClientHttp2Session = connect(url, { ca: cert })
  onTestFinished(() => session.destroy())
  const stream = session.request({ ':path': '/host' }).setEncoding('utf8')
  let text = ''
  stream.on('data', (chunk: string) => (text += chunk))
  await once(stream, 'end')
  expect(JSON.parse(text)).toMatchObject({ version: '2.0', url: '/host', from: '127.0.0.1' })
})

test('through a function that passes its request on to a server as well', async () => {
  const server = new Server([host])
  const handle = serve({ fetch: (request) => server.fetch(request), port: 0, hostname: '127.0.0.1' })
  await handle.ready
  onTestFinished(() => handle.close({ drainMs: 0 }))
  expect(await (await fetch(`${handle.url}/host`)).json()).toMatchObject({ version: '1.1', from: '127.0.0.1' })
})

test('a proxy that is believed changes the address and the scheme of the url', async () => {
  const route = defineRoute({
    method: 'POST',
    path: '/seen',
    handler: ({ remoteAddress, request, body }) => ({ remoteAddress, url: request.url, body }),
  })
  const { url } = await run([route], { trustProxy: ['127.0.0.1'] })
  const headers = {
    host: 'app.example',
    'content-type': 'application/json',
    'x-forwarded-for': '6.6.6.6, 1.1.1.1',
    'x-forwarded-proto': 'https',
  }
  const response = await fetch(`${url}/seen`, { method: 'POST', headers, body: '{"a":1}' })
  const seen = (await response.json()) as { url: string }
  expect(seen).toMatchObject({ remoteAddress: '1.1.1.1', body: { a: 1 } })
  expect(seen.url).toMatch(/^https:\/\/[^/]+\/seen$/)
})

test('a Request whose scheme a proxy has named keeps its body, its headers and its signal', async () => {
  const gate = createGate<unknown>()
  const route = defineRoute({
    method: 'POST',
    path: '/seen',
    handler: (ctx) => {
      const { url, headers } = ctx.request
      ctx.request.signal.addEventListener('abort', () => gate.open('aborted'))
      return { url, a: headers.get('x-a'), body: ctx.body }
    },
  })
  const server = new Server([route], { trustProxy: 1 })
  const controller = new AbortController()
  const headers = { 'x-a': '1', 'x-forwarded-proto': 'https', 'content-type': 'application/json' }
  const init = { method: 'POST', headers, body: '{"sent":1}', signal: controller.signal }
  const response = await server.dispatch(new Request('http://h/seen', init), {})
  expect(await response.json()).toEqual({ url: 'https://h/seen', a: '1', body: { sent: 1 } })
  controller.abort()
  expect(await gate.opened).toBe('aborted')
})

test('the address limits the streams of one client, and is known when a stream has finished', async () => {
  const finished = createGate<Finish>()
  const live = defineRoute({
    method: 'GET',
    path: '/live',
    sse: true,
    handler: async function* (ctx) {
      yield 'first'
      await ctx.sleep(600_000)
    },
  })
  const { url } = await run([live], {
    maxStreamsPerKey: { max: 1, key: ({ remoteAddress }) => remoteAddress },
    onFinish: (finish) => {
      if (finish.outcome === 'left') finished.open(finish)
    },
  })
  const reader = await FetchReader.open(`${url}/live`)
  await reader.until('first')
  const forged = { 'x-forwarded-for': '6.6.6.6' }
  expect((await fetch(`${url}/live`, { headers: forged })).status).toBe(429)
  reader.leave()
  expect((await finished.opened).ctx.remoteAddress).toBe('127.0.0.1')
})

const user = defineRoute({ method: 'GET', path: '/user', handler: ({ state }) => ({ user: state['user'] ?? null }) })

interface WithUser extends IncomingMessage {
  user?: string
}

test('a mount hands in state, by the request as its framework has extended it', async () => {
  const app = express()
  app.use((request: WithUser, _response: never, next: () => void) => {
    request.user = 'Ada'
    next()
  })
  const server = new Server([user])
  app.use('/typed', toNodeHandler(server, { state: (request: WithUser) => ({ user: request.user }) }))
  app.use('/open', toNodeHandler(server, { state: (request) => ({ user: request['user'] }) }))
  app.use('/without', toNodeHandler(server))
  const { url } = await listen(app)
  expect(await (await fetch(`${url}/typed/user`)).json()).toEqual({ user: 'Ada' })
  expect(await (await fetch(`${url}/open/user`)).json()).toEqual({ user: 'Ada' })
  expect(await (await fetch(`${url}/without/user`)).json()).toEqual({ user: null })
})

test('the state is a copy for each request: what a handler writes into it stays there', async () => {
  const shared = Object.freeze({ user: 'Ada' })
  const write = defineRoute({
    method: 'GET',
    path: '/write',
    handler: ({ state }) => {
      state['user'] = 'Bob'
      return state
    },
  })
  const server = new Server([write, user])
  const { url } = await listen(toNodeHandler(server, { state: () => shared }))
  expect(await (await fetch(`${url}/write`)).json()).toEqual({ user: 'Bob' })
  expect(await (await fetch(`${url}/user`)).json()).toEqual({ user: 'Ada' })
})

class Visitor {
  readonly #name = 'Ada'
  get user(): string {
    return this.#name
  }
}

const wrongStates: Record<string, (request: object) => object> = {
  throws: () => {
    throw new Error('no user')
  },
  'is async': async () => ({ user: 'Ada' }),
  'gives no object': () => 'Ada' as unknown as object,
  'gives null': () => null as unknown as object,
  'gives a Map': () => new Map([['user', 'Ada']]),
  'gives a list': () => ['Ada'],
  'gives an instance of a class': () => new Visitor(),
  'gives a date': () => new Date(),
}

test.each(Object.entries(wrongStates))(
  'a state that %s is answered 500 and reported, and others are served',
  async (_, state) => {
    const errors: unknown[] = []
    const fine = defineRoute({ method: 'GET', path: '/fine', handler: () => 'fine' })
    const server = new Server([user, fine], { onError: (error) => void errors.push(error) })
    const { url } = await listen(toNodeHandler(server, { state }))
    expect((await fetch(`${url}/user`)).status).toBe(500)
    expect(errors).toHaveLength(1)
    expect((await fetch(`${url}/fine`)).status).toBe(200)
  },
)

test('dispatch hands in state, address and host with a Request', async () => {
  const route = defineRoute({
    method: 'GET',
    path: '/x',
    handler: (ctx) => ({ state: ctx.state, from: ctx.remoteAddress, host: ctx.host }),
  })
  const server = new Server([route])
  const options = { state: { user: 'Ada' }, remoteAddress: '::ffff:1.2.3.4', host: { name: 'theirs' } }
  const response = await server.dispatch(new Request('http://h/x'), options)
  expect(await response.json()).toEqual({ state: { user: 'Ada' }, from: '1.2.3.4', host: { name: 'theirs' } })
  expect(await (await server.dispatch(new Request('http://h/x'))).json()).toEqual({ state: {} })
})

test('dispatch takes an object of names and values alone as state, as next() does', async () => {
  const errors: unknown[] = []
  const route = defineRoute({ method: 'GET', path: '/x', handler: ({ state }) => ({ user: state['user'] }) })
  const server = new Server([route], { onError: (error) => void errors.push(error) })
  for (const state of [new Map([['user', 'Ada']]), ['Ada'], new Visitor()])
    expect((await server.dispatch(new Request('http://h/x'), { state })).status).toBe(500)
  expect(errors).toHaveLength(3)
  expect(errors[0]).toMatchObject({ code: 'ERR_OPTION', message: expect.stringContaining('Map') })
  const bare: object = Object.assign(Object.create(null), { user: 'Ada' })
  expect(await (await server.dispatch(new Request('http://h/x'), { state: bare })).json()).toEqual({ user: 'Ada' })
})

test('in Hono dispatch hands in what its middleware knows', async () => {
  const app = new Hono<{ Variables: { user: string }; Bindings: { incoming: IncomingMessage } }>()
  app.use(async (context, next) => {
    context.set('user', 'Ada')
    await next()
  })
  const route = defineRoute({
    method: 'POST',
    path: '/api/user',
    handler: ({ state, remoteAddress, body }) => ({ user: state['user'], remoteAddress, body }),
  })
  const server = new Server([route])
  app.all('/api/*', ({ req, var: { user: name }, env }) =>
    server.dispatch(req.raw, { state: { user: name }, remoteAddress: env.incoming.socket.remoteAddress }),
  )
  const listening = createGate<number>()
  const node = serveHono({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => listening.open(port))
  onTestFinished(() => void node.close())
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"a":1}' }
  const response = await fetch(`http://127.0.0.1:${await listening.opened}/api/user`, init)
  expect(await response.json()).toEqual({ user: 'Ada', remoteAddress: '127.0.0.1', body: { a: 1 } })
})

const binding = defineRoute({
  method: 'GET',
  path: '/binding',
  handler: (ctx) => {
    const { env, context } = workerHost<{ NAME: string }>(ctx)
    context.waitUntil(Promise.resolve())
    return env.NAME
  },
})

test('workerHost gives the environment and the context of a worker', async () => {
  const waited: unknown[] = []
  const context = { waitUntil: (work: Promise<unknown>) => void waited.push(work) }
  const server = new Server([binding])
  const env = { NAME: 'bound', method: 'POST' }
  const worker = serveWorker({ fetch: server.fetch })
  const wrapped = serveWorker({ fetch: (one, ...rest) => server.fetch(one, ...rest) })
  for (const fetch of [server.fetch, worker.fetch, wrapped.fetch])
    expect(await (await fetch(new Request('http://h/binding'), env, context)).text()).toBe('bound')
  const dispatched = await server.dispatch(new Request('http://h/binding'), { host: [env, context] })
  expect(await dispatched.text()).toBe('bound')
  expect(waited).toHaveLength(4)
})

test.each([
  [
    'nodeHost',
    nodeHost,
    /`serve` or `toNodeHandler` of tidings\/node.+server\.dispatch\(request, \{ host: \{ request, /,
  ],
  ['workerHost', workerHost, /of a worker\. .+server\.fetch\(request, env, context\)/],
])('%s says when the request has come another way, and what to do', (_, hostOf, message) => {
  for (const other of [undefined, null, 'x', {}, [], [{}], [{}, {}]])
    expect(() => hostOf({ host: other })).toThrow(
      expect.objectContaining({ code: 'ERR_ROUTE', message: expect.stringMatching(message) }),
    )
})
