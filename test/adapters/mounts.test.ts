// A server inside another framework's app: the same behaviours behind each of them.
import { serve as serveHono } from '@hono/node-server'
import express from 'express'
import fastify from 'fastify'
import { H3, serve as serveH3 } from 'h3'
import { Hono } from 'hono'
import { describe, expect, onTestFinished, test } from 'vitest'
import { toNodeHandler } from '../../src/adapters/node/index.ts'
import { Server } from '../../src/adapters/server.ts'
import { defineRoute } from '../../src/server/index.ts'
import { Type } from 'typebox'
import { turns } from '../support/server/asking.ts'
import { FetchReader } from '../support/server/fetch-reader.ts'
import { createGate } from '../support/time/gate.ts'
import { listen } from '../support/server/listening.ts'

/** Mounts `server` under `/api`, and answers `/own` with `own` by itself. Resolves with the address. */
type Mount = (server: Server) => Promise<string>

const mounts: Record<string, Mount> = {
  'bare node:http': async (server) => {
    const handler = toNodeHandler(server)
    const { url } = await listen((request, response) => {
      if (request.url === '/own') {
        response.end('own')
        return
      }
      request.url = request.url?.replace(/^\/api/, '') ?? '/'
      handler(request, response)
    })
    return url
  },

  Express: async (server) => {
    const app = express()
    app.use('/api', toNodeHandler(server))
    app.use('/own', (_request, response) => response.end('own'))
    return (await listen(app)).url
  },

  'Express, behind its JSON parser': async (server) => {
    const app = express()
    app.use(express.json())
    app.use('/api', toNodeHandler(server))
    app.use('/own', (_request, response) => response.end('own'))
    return (await listen(app)).url
  },

  Fastify: async (server) => {
    const handler = toNodeHandler(server)
    const app = fastify()
    app.get('/own', async () => 'own')
    await app.register(
      async (scope) => {
        // The body is left to the server.
        scope.removeAllContentTypeParsers()
        scope.addContentTypeParser('*', (_request, _payload, done) => done(null))
        scope.all('/*', (request, reply) => {
          reply.hijack()
          request.raw.url = request.raw.url?.replace(/^\/api/, '') ?? '/'
          handler(request.raw, reply.raw)
        })
      },
      { prefix: '/api' },
    )
    const url = await app.listen({ port: 0, host: '127.0.0.1' })
    onTestFinished(async () => {
      app.server.closeAllConnections()
      await app.close()
    })
    return url
  },

  Hono: async (server) => {
    const app = new Hono()
    app.get('/own', (context) => context.text('own'))
    app.mount('/api', server.fetch)
    const listening = createGate<number>()
    const node = serveHono({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => listening.open(port))
    onTestFinished(() => void node.close())
    return `http://127.0.0.1:${await listening.opened}`
  },

  h3: async (server) => {
    const app = new H3()
    app.get('/own', () => 'own')
    app.mount('/api', server.fetch)
    const running = serveH3(app, { port: 0, hostname: '127.0.0.1', silent: true, gracefulShutdown: false })
    await running.ready()
    onTestFinished(() => running.close(true))
    return (running.url ?? '').replace(/\/$/, '')
  },
}

const json = (value: unknown): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(value),
})

describe.each(Object.entries(mounts))('a server mounted in %s', (_, mount) => {
  test('streams live, head first', async () => {
    const opened = createGate()
    const confirmed = createGate()
    const live = defineRoute({
      method: 'GET',
      path: '/live/:name',
      sse: { openAfterMs: 1 },
      handler: async function* ({ params, query }) {
        await opened.opened
        yield { name: params.name, q: query['q'] }
        await confirmed.opened
        yield 'second'
      },
    })
    const url = await mount(new Server([live]))
    const reader = await FetchReader.open(`${url}/api/live/%E4%BD%A0?q=%26`)
    expect(reader.response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    opened.open()
    await reader.until('data: {"name":"你","q":"&"}\n\n')
    confirmed.open()
    expect(await reader.ended()).toMatch(/data: second\n\n$/)
  })

  test('aborts the signal when the reader leaves', async () => {
    const reason = createGate<unknown>()
    const wound = createGate()
    const waiting = defineRoute({
      method: 'GET',
      path: '/waiting',
      sse: true,
      handler: async function* (ctx) {
        try {
          yield 'started'
          await ctx.sleep(600_000)
        } catch (error) {
          reason.open(error)
        } finally {
          wound.open()
        }
      },
    })
    const server = new Server([waiting])
    const reader = await FetchReader.open(`${await mount(server)}/api/waiting`)
    await reader.until('started')
    reader.leave()
    expect(await reason.opened).toMatchObject({ reason: 'left' })
    await wound.opened
    expect(server.openStreams).toBe(0)
  })

  test('reads a JSON body, and checks it', async () => {
    const echo = defineRoute({
      method: 'POST',
      path: '/echo',
      sse: true,
      schema: { body: Type.Object({ text: Type.String() }) },
      handler: async function* ({ body }) {
        yield* body.text.split(' ')
      },
    })
    const url = await mount(new Server([echo]))
    expect(await (await fetch(`${url}/api/echo`, json({ text: 'one zwei€' }))).text()).toBe(
      'data: one\n\ndata: zwei€\n\n',
    )
    expect((await fetch(`${url}/api/echo`, json({ text: 1 }))).status).toBe(400)
  })

  test('gives the handler a standard request, body included', async () => {
    const raw = defineRoute({
      method: 'POST',
      path: '/raw',
      handler: async ({ request }) =>
        `${request.method} ${new URL(request.url).pathname} ${request.headers.get('x-a')}`,
    })
    const url = await mount(new Server([raw]))
    const response = await fetch(`${url}/api/raw`, { method: 'POST', headers: { 'x-a': '1' } })
    expect(await response.text()).toMatch(/^POST (\/api)?\/raw 1$/)
  })

  test('answers what it has no route for, and leaves the rest to the app', async () => {
    const url = await mount(new Server([]))
    expect((await fetch(`${url}/api/nowhere`)).status).toBe(404)
    expect(await (await fetch(`${url}/own`)).text()).toBe('own')
  })
})

test('behind a middleware that has replaced `response.write`, as compressors do, it writes frames and leaves chunks to node', async () => {
  const three = defineRoute({
    method: 'GET',
    path: '/three',
    sse: true,
    handler: async function* () {
      for (let count = 1; count <= 3; count += 1) {
        yield count
        await turns()
      }
    },
  })
  const handler = toNodeHandler(new Server([three]))
  const passed: string[] = []
  const { url } = await listen((request, response) => {
    const write = response.write.bind(response)
    const replaced = (chunk: string): boolean => {
      passed.push(chunk)
      return write(chunk)
    }
    handler(request, Object.assign(response, { write: replaced }))
  })
  const answer = await (await fetch(`${url}/three`)).text()
  expect(answer).toBe('data: 1\n\ndata: 2\n\ndata: 3\n\n')
  expect(passed).toEqual(['data: 1\n\n', 'data: 2\n\n', 'data: 3\n\n'])
})
