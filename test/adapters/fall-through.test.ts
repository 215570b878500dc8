// A mount that leaves to its framework what it has no route for.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import express from 'express'
import { createApp, fromNodeMiddleware, toNodeListener } from 'h3-v1'
import { describe, expect, test, vi } from 'vitest'
import { toNodeHandler } from '../../src/adapters/node/index.ts'
import { defineRoute, Server, type ServerOptions } from '../../src/server/index.ts'
import { FetchReader } from '../support/server/fetch-reader.ts'
import { RawClient } from '../support/server/raw-client.ts'
import { createGate } from '../support/time/gate.ts'
import { listen } from '../support/server/listening.ts'

const routes = [
  defineRoute({ method: 'POST', path: '/echo', handler: ({ body }) => ({ body }) }),
  defineRoute({
    method: 'GET',
    path: '/fails',
    handler: () => {
      throw new Error('broke')
    },
  }),
]

/** A request as Express and its JSON parser have extended it. */
interface ExpressRequest extends IncomingMessage {
  readonly originalUrl: string
  readonly body?: unknown
}

/** An Express app that answers what falls through, with what it sees of request and response. */
async function mount(options: ServerOptions = {}) {
  const middleware = vi.fn<(path: string) => void>()
  const server = new Server(routes, { onError: () => {}, maxBodyBytes: 4, ...options })
  server.use((ctx, next) => {
    middleware(ctx.path)
    ctx.responseHeaders.set('x-ours', '1')
    return next()
  })
  const app = express()
  app.use('/api', toNodeHandler(server, { fallThrough: true }))
  app.use(express.json())
  app.use((request: ExpressRequest, response: ServerResponse) => {
    response.end(JSON.stringify({ own: request.method, url: request.originalUrl, body: request.body }))
  })
  const onError = vi.fn<(error: unknown) => void>()
  app.use((error: unknown, _request: IncomingMessage, response: ServerResponse, _next: () => void) => {
    onError(error)
    response.writeHead(500).end()
  })
  return { url: (await listen(app)).url, middleware, onError }
}

const json = (method: string, body: unknown): RequestInit => ({
  method,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
})

describe('with fallThrough', () => {
  test.each([
    ['another path', '/api/other', 'POST'],
    ['another method', '/api/echo', 'PUT'],
    ['the root of the mount', '/api', 'POST'],
    ['a path that is a part of a route', '/api/echo/more', 'POST'],
  ])('%s goes to next, untouched: no middleware has run, and the body is whole', async (_, path, method) => {
    const { url, middleware } = await mount({ cors: true })
    const body = { text: 'longer than the server would read' }
    const response = await fetch(url + path, {
      ...json(method, body),
      headers: { 'content-type': 'application/json', origin: 'http://page' },
    })
    expect(await response.json()).toMatchObject({ own: method, url: path, body })
    expect(response.headers.has('x-ours')).toBe(false)
    expect(response.headers.has('access-control-allow-origin')).toBe(false)
    expect(response.headers.has('vary')).toBe(false)
    expect(middleware).not.toHaveBeenCalled()
  })

  test('a route of ours is answered by us, and its errors never go to next', async () => {
    const { url, onError } = await mount()
    expect(await (await fetch(`${url}/api/echo`, json('POST', 12))).json()).toEqual({ body: 12 })
    expect((await fetch(`${url}/api/fails`)).status).toBe(500)
    expect((await fetch(`${url}/api/fails`, { method: 'HEAD' })).status).toBe(500)
    expect((await fetch(`${url}/api/echo`, json('POST', 'too long'))).status).toBe(413)
    expect(onError).not.toHaveBeenCalled()
  })

  test('a preflight for a path of ours is ours, and any other one is not', async () => {
    const { url } = await mount({ cors: true })
    const preflight = { method: 'OPTIONS', headers: { origin: 'http://page', 'access-control-request-method': 'POST' } }
    const ours = await fetch(`${url}/api/echo`, preflight)
    expect(ours.status).toBe(204)
    expect(ours.headers.get('access-control-allow-methods')).toBe('POST')
    expect(await (await fetch(`${url}/api/other`, preflight)).json()).toMatchObject({ own: 'OPTIONS' })
  })

  test('a preflight goes to next where the server has no cors of its own', async () => {
    const { url } = await mount()
    const preflight = { method: 'OPTIONS', headers: { origin: 'http://page', 'access-control-request-method': 'POST' } }
    expect(await (await fetch(`${url}/api/echo`, preflight)).json()).toMatchObject({ own: 'OPTIONS' })
  })

  test('without a next the answers are 404 and 405', async () => {
    const { url } = await listen(toNodeHandler(new Server(routes), { fallThrough: true }))
    expect((await fetch(`${url}/other`)).status).toBe(404)
    expect((await fetch(`${url}/echo`)).status).toBe(405)
  })

  test('a function that is not the fetch of a server is refused', () => {
    const foreign = { fetch: () => new Response('x') }
    expect(() => toNodeHandler(foreign, { fallThrough: true })).toThrow(expect.objectContaining({ code: 'ERR_OPTION' }))
  })
})

test('without fallThrough a next is not called', async () => {
  const app = express()
  app.use(toNodeHandler(new Server(routes)))
  app.use((_request: IncomingMessage, response: ServerResponse) => response.end('own'))
  const { url } = await listen(app)
  expect((await fetch(`${url}/other`)).status).toBe(404)
})

const upgrade = ['Connection: Upgrade', 'Upgrade: WebSocket', 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: eA==']
const live = defineRoute({
  method: 'GET',
  path: '/live',
  sse: true,
  handler: async function* (ctx) {
    yield 'first'
    await ctx.sleep(1)
    yield 'second'
  },
})

describe('WebSocket upgrades', () => {
  test('on a server that others listen to go to them, though the path is ours', async () => {
    const { port, server } = await listen(toNodeHandler(new Server([live])))
    server.on('upgrade', (_request: IncomingMessage, socket: Socket) => socket.end('HTTP/1.1 101 Theirs\r\n\r\n'))
    const client = await RawClient.open(port)
    expect(await client.request('GET /live HTTP/1.1', upgrade).ended()).toBe('HTTP/1.1 101 Theirs\r\n\r\n')
  })

  test('that a framework passes through its middleware go to next', async () => {
    const app = express()
    app.use(toNodeHandler(new Server([live])))
    app.use((request: IncomingMessage, response: ServerResponse) => response.end(`own ${request.url}`))
    const { port } = await listen(app)
    const client = await RawClient.open(port)
    expect(await client.request('GET /live HTTP/1.1', upgrade).until('own')).toContain('own /live')
    client.leave()
  })

  test('to another protocol do not keep a route from being answered', async () => {
    const app = express()
    app.use(toNodeHandler(new Server([live])))
    const { port } = await listen(app)
    const client = await RawClient.open(port)
    await client.request('GET /live HTTP/1.1', ['Connection: Upgrade', 'Upgrade: h2c']).until('second')
    client.leave()
  })
})

describe('h3 1.x, which looks at the number of parameters', () => {
  test('leaves the response to the server until it has ended', async () => {
    const confirmed = createGate()
    const outcomes: string[] = []
    const finished = createGate()
    const waiting = defineRoute({
      method: 'GET',
      path: '/waiting',
      sse: true,
      handler: async function* () {
        yield 'first'
        await confirmed.opened
        yield 'second'
      },
    })
    const server = new Server([waiting], {
      onFinish: ({ outcome, events }) => {
        outcomes.push(`${outcome} ${events}`)
        finished.open()
      },
    })
    const app = createApp()
    app.use('/api', fromNodeMiddleware(toNodeHandler(server)))
    const { url } = await listen(toNodeListener(app))
    const reader = await FetchReader.open(`${url}/api/waiting`)
    await reader.until('first')
    confirmed.open()
    expect(await reader.ended()).toBe('data: first\n\ndata: second\n\n')
    await finished.opened
    expect(outcomes).toEqual(['complete 2'])
    expect(server.openStreams).toBe(0)
  })

  test('goes on with its own handlers for what falls through', async () => {
    const app = createApp()
    app.use('/api', fromNodeMiddleware(toNodeHandler(new Server(routes), { fallThrough: true })))
    app.use('/', () => 'own')
    const { url } = await listen(toNodeListener(app))
    expect(await (await fetch(`${url}/api/other`)).text()).toBe('own')
    expect(await (await fetch(`${url}/api/echo`, json('POST', 1))).json()).toEqual({ body: 1 })
  })
})
