// What `server.fetch` can be called with.
import { expect, onTestFinished, test, vi } from 'vitest'
import { stream } from '../../src/client/index.ts'
import { defineRoute, Server, type Finish } from '../../src/server/index.ts'
import { Reading, turns } from '../support/server/asking.ts'

const echo = (method: 'GET' | 'POST') =>
  defineRoute({
    method,
    path: '/echo',
    handler: ({ request, headers, body, query }) => ({
      url: request.url,
      method: request.method,
      a: headers['x-a'],
      body,
      query,
    }),
  })
const server = new Server([echo('GET'), echo('POST')])
const answerOf = async (response: Promise<Response>): Promise<unknown> => (await response).json()

test('a path alone is one of http://localhost', async () => {
  expect(await answerOf(server.fetch('/echo?q=1'))).toMatchObject({
    url: 'http://localhost/echo?q=1',
    method: 'GET',
    query: { q: '1' },
  })
  expect((await server.fetch('//evil.example/echo')).status).toBe(404)
})

test('a url is taken as text and as a URL', async () => {
  const url = 'https://example.test/echo'
  expect(await answerOf(server.fetch(url))).toMatchObject({ url })
  expect(await answerOf(server.fetch(new URL(url)))).toMatchObject({ url })
})

test.each(['/echo', 'http://h/echo', new URL('http://h/echo')])('after %s comes a RequestInit', async (input) => {
  const init = { method: 'POST', headers: { 'x-a': '1', 'content-type': 'application/json' }, body: '{"b":2}' }
  expect(await answerOf(server.fetch(input, init))).toMatchObject({ method: 'POST', a: '1', body: { b: 2 } })
})

test('what a host hands in after a Request is never read as options', async () => {
  const request = new Request('http://h/echo', { headers: { 'x-a': '1' } })
  const foreign = { method: 'POST', headers: { 'x-a': '2' }, body: '{}', signal: AbortSignal.abort() }
  expect(await answerOf(server.fetch(request, foreign))).toMatchObject({ method: 'GET', a: '1' })
})

test('a url or an init that is invalid rejects, as with the global fetch', async () => {
  await expect(server.fetch('not a url')).rejects.toThrow(TypeError)
  await expect(server.fetch('/echo', { method: 'GET', body: 'x' })).rejects.toThrow(TypeError)
})

test('it is a fetch for the client, without a wrapper', async () => {
  const live = defineRoute({
    method: 'POST',
    path: '/live',
    sse: true,
    handler: async function* ({ body }) {
      yield body
    },
  })
  const events = stream('http://localhost/live', {
    fetch: new Server([live]).fetch,
    json: { text: 'hi' },
    as: 'json',
  })
  const seen: unknown[] = []
  for await (const event of events) seen.push(event.data)
  expect(seen).toEqual([{ text: 'hi' }])
})

test('the waitUntil of a context is found wherever the host hands it in', async () => {
  const work: unknown[] = []
  const context = { waitUntil: (promise: Promise<unknown>) => void work.push(promise) }
  const live = defineRoute({
    method: 'GET',
    path: '/live',
    sse: true,
    handler: async function* (ctx) {
      yield 1
      await ctx.sleep(600_000)
    },
  })
  const one = new Server([live])
  await new Reading(await one.fetch(new Request('http://h/live'), {}, context)).leave()
  await new Reading(await one.fetch(new Request('http://h/live'), context)).leave()
  expect(work).toHaveLength(2)
})

test.each(['/live', '/plain'])('a request to %s that is aborted already opens nothing', async (path) => {
  const called = vi.fn<() => void>()
  const finishes: Finish[] = []
  const onError = vi.fn<() => void>()
  const live = defineRoute({
    method: 'GET',
    path: '/live',
    sse: true,
    handler: async function* () {
      called()
      yield 1
      await new Promise(() => {})
    },
  })
  const plain = defineRoute({ method: 'GET', path: '/plain', handler: () => called() })
  const one = new Server([live, plain], { onFinish: (finish) => void finishes.push(finish), onError })
  onTestFinished(() => one.close({ drainMs: 0 }))
  one.use((_ctx, next) => {
    called()
    return next()
  })
  const response = await one.fetch(new Request(`http://h${path}`, { signal: AbortSignal.abort() }))
  await turns()
  expect(response.status).toBe(503)
  expect(called).not.toHaveBeenCalled()
  expect(one.openStreams).toBe(0)
  expect(finishes).toMatchObject([{ status: 503, outcome: 'left', events: 0 }])
  expect(onError).not.toHaveBeenCalled()
})
