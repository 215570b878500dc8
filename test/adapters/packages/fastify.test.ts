// Fastify with plugins that set headers, each in a way of its own, and its `inject` without a socket.
import cors from '@fastify/cors'
import helmet from '@fastify/helmet'
import fastify, { type FastifyInstance } from 'fastify'
import { expect, onTestFinished, test } from 'vitest'
import { toNodeHandler } from '../../../src/adapters/node/index.ts'
import { post, until } from '../../support/server/asking.ts'
import { createHosted, leaveWaiting, readLive, type Hosted } from '../../support/server/hosted.ts'

const origin = 'https://app.example'

/** Mounts the server under `/api`, as the example does. */
async function mount({ server }: Hosted): Promise<FastifyInstance> {
  const handler = toNodeHandler(server)
  const app = fastify()
  await app.register(cors, { origin: [origin], credentials: true })
  await app.register(helmet)
  app.get('/own', () => 'theirs')
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null))
    scope.all('/api/*', (request, reply) => {
      for (const [name, value] of Object.entries(reply.getHeaders())) {
        if (value !== undefined) reply.raw.setHeader(name, value)
      }
      reply.hijack()
      request.raw.url = request.raw.url?.replace(/^\/api/, '') ?? '/'
      handler(request.raw, reply.raw)
    })
  })
  onTestFinished(async () => {
    app.server.closeAllConnections()
    await app.close()
  })
  return app
}

async function listen(hosted: Hosted): Promise<string> {
  const app = await mount(hosted)
  return `${await app.listen({ port: 0, host: '127.0.0.1' })}/api`
}

test('each event of a stream arrives at once, under the headers of the plugins', async () => {
  const hosted = createHosted()
  const { headers } = await readLive(hosted, await listen(hosted))
  expect(headers.get('x-content-type-options')).toBe('nosniff')
  expect(headers.get('content-security-policy')).toContain("default-src 'self'")
})

test('a reader that leaves is noticed', async () => {
  const hosted = createHosted()
  await leaveWaiting(hosted, await listen(hosted))
})

test('the headers of @fastify/cors are kept, on errors too, and Vary is added to', async () => {
  const base = await listen(createHosted())
  const own = await fetch(`${base}/own`, { headers: { origin } })
  expect(own.headers.get('access-control-allow-origin')).toBe(origin)
  expect(own.headers.get('access-control-allow-credentials')).toBe('true')
  expect(own.headers.get('vary')).toBe('Origin, Accept')
  const missing = await fetch(`${base}/missing`, { headers: { origin } })
  expect(missing.status).toBe(404)
  expect(missing.headers.get('access-control-allow-origin')).toBe(origin)
})

test('bodies are left to the server', async () => {
  const base = await listen(createHosted())
  expect(await (await fetch(`${base}/echo`, post({ a: 'ä' }))).json()).toEqual({ body: { a: 'ä' } })
  const form: RequestInit = { method: 'POST', body: new URLSearchParams({ a: '1' }) }
  expect(await (await fetch(`${base}/words`, form)).text()).toContain('data: {"a":"1"}\n\n')
})

test('inject, which has no socket, gets whole answers, and they finish', async () => {
  const hosted = createHosted()
  const app = await mount(hosted)
  const payload = { a: 'ä' }
  const stream = await app.inject({ method: 'POST', url: '/api/words', payload })
  expect(stream.payload).toBe('data: begin\n\ndata: {"a":"ä"}\n\ndata: zwölf €\n\n')
  expect((await app.inject({ method: 'POST', url: '/api/echo', payload })).json()).toEqual({ body: payload })
  expect((await app.inject('/api/native')).payload).toBe('native €')
  await until(() => hosted.finishes.length === 3)
  expect(hosted.finishes.map(({ outcome }) => outcome)).toEqual(['complete', 'complete', 'complete'])
  expect(hosted.server.openStreams).toBe(0)
})

test('inject hands on each event of a stream at once', async () => {
  const hosted = createHosted()
  const response = await (await mount(hosted)).inject({ url: '/api/live', payloadAsStream: true })
  const chunks: AsyncIterator<unknown> = response.stream()[Symbol.asyncIterator]()
  expect(String((await chunks.next()).value)).toBe('data: first\n\n')
  hosted.confirm()
  expect(String((await chunks.next()).value)).toBe('data: second\n\n')
  expect(await chunks.next()).toMatchObject({ done: true })
  await until(() => hosted.finishes.length > 0)
  expect(hosted.finishes).toMatchObject([{ outcome: 'complete' }])
})
