// What strangers hand in, or do, around a request: each of these once hung, or went past a check.
import { describe, expect, it } from 'vitest'
import { json, type Context } from '../../src/server/index.ts'
import { gate, make, plain, Reading, turns, untyped } from '../support/server/asking.ts'
import { RawClient } from '../support/server/raw-client.ts'
import { run } from '../support/server/running.ts'

const two = untyped({
  method: 'GET',
  path: '/x',
  sse: true,
  handler: async function* () {
    yield 'one'
    yield 'two'
  },
})
const endless = untyped({
  method: 'GET',
  path: '/x',
  sse: true,
  handler: async function* ({ sleep }: Context) {
    yield 'one'
    await sleep(1e9)
  },
})

describe('a body that is read once its client has gone', () => {
  it.each(['whole', 'in part'])('is refused, and keeps no middleware waiting, when it came %s', async (how) => {
    const entered = gate()
    const left = gate()
    const ended = gate<unknown>()
    const { port, server } = await run([untyped({ method: 'POST', path: '/x', handler: () => 'read' })], {
      onFinish: () => left.open(),
    })
    server.use(async (_ctx, next) => {
      entered.open()
      await left.opened
      const response = await next()
      ended.open(response.status)
      return response
    })
    const client = await RawClient.open(port)
    client.request('POST /x HTTP/1.1', ['Content-Type: application/json', 'Content-Length: 100'])
    client.socket.write(how === 'whole' ? JSON.stringify('x'.repeat(98)) : '"x')
    await entered.opened
    client.leave()
    expect(await ended.opened).toBe(400)
  })
})

describe('middleware that answers with a clone of a stream', () => {
  it('sends the events', async () => {
    const more = gate()
    const handler = async function* (): AsyncGenerator {
      yield 'one'
      await more.opened
      yield 'two'
    }
    const { ask, server } = make([untyped({ method: 'GET', path: '/x', sse: true, handler })])
    server.use(async (_ctx, next) => (await next()).clone())
    const reading = new Reading(await ask('/x', { headers: plain }))
    await reading.until('data: one\n\n')
    more.open()
    expect(await reading.ended()).toBe('data: one\n\ndata: two\n\n')
  })

  it('and throws it away gives its place back at the end of the answer', async () => {
    const { url, server } = await run([endless])
    server.use(async (_ctx, next) => {
      const response = await next()
      response.clone()
      return new Response('instead')
    })
    expect(await (await fetch(`${url}/x`)).text()).toBe('instead')
    await turns()
    expect(server.openStreams).toBe(0)
  })
})

it('a request that is aborted in process ends its reader, who would wait for ever', async () => {
  const { ask } = make([endless])
  const leaving = new AbortController()
  const reader = (await ask('/x', { signal: leaving.signal })).body?.getReader()
  await reader?.read()
  leaving.abort()
  await expect(reader?.read()).rejects.toMatchObject({ reason: 'left' })
})

it('a request whose body was read before is answered behind a proxy that is believed', async () => {
  const { server } = make([untyped({ method: 'POST', path: '/x', handler: ({ request }: Context) => request.url })], {
    trustProxy: 1,
  })
  for (const take of [(request: Request) => request.text(), (request: Request) => request.body?.getReader()]) {
    const headers = { 'x-forwarded-for': '192.0.2.1', 'x-forwarded-proto': 'https', 'content-type': 'text/plain' }
    const request = new Request('http://host/x', { method: 'POST', body: 'x', headers })
    await take(request)
    expect(await (await server.dispatch(request, { remoteAddress: '127.0.0.1' })).text()).toBe('https://host/x')
  }
})

it('a request that names its host twice is 400', async () => {
  const { port } = await run([untyped({ method: 'GET', path: '/x', handler: () => 'x' })])
  const client = await RawClient.open(port)
  client.request('GET /x HTTP/1.1', ['hOST: other.example', 'Connection: close'])
  expect(await client.ended()).toMatch(/^HTTP\/1\.1 400 /)
})

it('what a query builder makes is awaited, though it is no Promise', async () => {
  class Query {
    // oxlint-disable-next-line unicorn/no-thenable -- as the query builders of databases do
    then(resolve: (rows: readonly string[]) => void): void {
      resolve(['row'])
    }
  }
  const { ask } = make([
    untyped({ method: 'GET', path: '/x', handler: () => new Query() }),
    untyped({ method: 'GET', path: '/y', sse: true, handler: () => new Query() }),
  ])
  expect(await (await ask('/x')).json()).toEqual(['row'])
  expect(await (await ask('/y')).json()).toEqual(['row'])
})

it.each([async () => 'same', () => 5, () => null])(
  'maxStreamsPerKey.key that returns no string limits aloud',
  async (key) => {
    const { ask, errors } = make([two], {
      maxStreamsPerKey: { max: 1, key: key as never },
    })
    expect((await ask('/x', { headers: plain })).status).toBe(500)
    expect(errors).toMatchObject([{ code: 'ERR_OPTION' }])
  },
)

it.each([
  ['json()', () => json({ secret: 1 })],
  ['a Response', () => new Response('x')],
])(
  '%s that is yielded instead of returned is an error that says so, and sends nothing of itself',
  async (_, makeAnswer) => {
    const handler = async function* (): AsyncGenerator {
      yield makeAnswer()
    }
    const { ask, errors } = make([untyped({ method: 'GET', path: '/x', sse: true, handler })])
    const response = await ask('/x', { headers: plain })
    expect(response.status).toBe(500)
    expect(await response.text()).not.toContain('secret')
    expect(errors).toMatchObject([{ code: 'ERR_EVENT_DATA', message: expect.stringContaining('return it') }])
  },
)

it('a reader that leaves before the first byte of a body with a length is no error', async () => {
  const asked = gate()
  const body = new ReadableStream({ pull: () => asked.open() }, { highWaterMark: 0 })
  const outcomes: string[] = []
  const { ask, errors } = make(
    [untyped({ method: 'GET', path: '/x', handler: () => new Response(body, { headers: { 'content-length': '5' } }) })],
    { onFinish: ({ outcome }) => void outcomes.push(outcome) },
  )
  const leaving = new AbortController()
  const answer = ask('/x', { signal: leaving.signal })
  await asked.opened
  leaving.abort()
  await (await answer).text()
  expect(outcomes).toEqual(['left'])
  expect(errors).toEqual([])
})
