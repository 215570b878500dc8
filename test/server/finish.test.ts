import { describe, expect, it, vi } from 'vitest'
import { err, json, type Context, type Finish, type ServerOptions } from '../../src/server/index.ts'
import { RawClient } from '../support/server/raw-client.ts'
import { run } from '../support/server/running.ts'
import { eventSource, gate, make, post, Reading, turns, unhandledDuring, untyped } from '../support/server/asking.ts'

const release = { gate: gate() }

const routes = [
  untyped({ method: 'GET', path: '/plain/:id', handler: () => 'ok' }),
  untyped({ method: 'GET', path: '/native', handler: () => new Response('native', { status: 201 }) }),
  untyped({ method: 'GET', path: '/nobody', handler: () => undefined }),
  untyped({ method: 'POST', path: '/checked', handler: () => 'ok' }),
  untyped({
    method: 'GET',
    path: '/broken',
    handler: () => {
      throw new Error('broken')
    },
  }),
  untyped({
    method: 'GET',
    path: '/nothing',
    handler: () => {
      throw undefined
    },
  }),
  untyped({
    method: 'GET',
    path: '/refused',
    handler: () => {
      throw err.forbidden()
    },
  }),
  untyped({
    method: 'GET',
    path: '/short',
    sse: true,
    handler: async function* () {
      yield 1
      yield 2
    },
  }),
  untyped({
    method: 'GET',
    path: '/failing',
    sse: true,
    handler: async function* () {
      yield 1
      throw new Error('late')
    },
  }),
  untyped({ method: 'GET', path: '/early', sse: true, handler: async () => Promise.reject(new Error('early')) }),
  untyped({
    method: 'GET',
    path: '/endless',
    sse: true,
    handler: async function* (ctx: Context) {
      yield 'first'
      await ctx.sleep(1e9)
    },
  }),
  untyped({
    method: 'GET',
    path: '/held',
    sse: true,
    handler: async function* () {
      yield 'first'
      await release.gate.opened
    },
  }),
]

/** Keeps what onFinish is told, and waits for it. */
function recorder(): { options: ServerOptions; finishes: Finish[]; next: () => Promise<Finish> } {
  const finishes: Finish[] = []
  let arrived = gate()
  let read = 0
  const next = async (): Promise<Finish> => {
    for (;;) {
      const finish = finishes[read]
      if (finish !== undefined) {
        read += 1
        return finish
      }
      await arrived.opened
      arrived = gate()
    }
  }
  const onFinish = (finish: Finish): void => {
    finishes.push(finish)
    arrived.open()
  }
  return { options: { onFinish }, finishes, next }
}

describe('onFinish, on the wire', () => {
  it('is told of a plain answer once it has been sent', async () => {
    const { options, finishes, next } = recorder()
    const { url } = await run(routes, options)
    await (await fetch(`${url}/plain/7?q=1`)).text()
    const finish = await next()
    expect(finish).toMatchObject({ route: '/plain/:id', status: 200, outcome: 'complete', events: 0, error: undefined })
    expect(finish.ctx.params).toEqual({ id: '7' })
    expect(finish.durationMs).toBeGreaterThanOrEqual(0)
    await turns()
    expect(finishes).toHaveLength(1)
  })

  it.each([
    ['/native', { route: '/native', status: 201, outcome: 'complete' }],
    ['/nobody', { route: '/nobody', status: 204, outcome: 'complete' }],
    ['/nowhere', { route: undefined, status: 404, outcome: 'failed' }],
    [
      '/broken',
      { route: '/broken', status: 500, outcome: 'failed', error: expect.objectContaining({ message: 'broken' }) },
    ],
    ['/refused', { route: '/refused', status: 403, outcome: 'failed' }],
    ['/nothing', { route: '/nothing', status: 500, outcome: 'failed' }],
    ['/short', { route: '/short', status: 200, outcome: 'complete', events: 2 }],
    [
      '/failing',
      {
        route: '/failing',
        status: 200,
        outcome: 'failed',
        events: 1,
        error: expect.objectContaining({ message: 'late' }),
      },
    ],
    [
      '/early',
      {
        route: '/early',
        status: 500,
        outcome: 'failed',
        events: 0,
        error: expect.objectContaining({ message: 'early' }),
      },
    ],
  ])('is told of %s', async (path, expected) => {
    const { options, finishes, next } = recorder()
    const { url } = await run(routes, options)
    await (await fetch(url + path)).text()
    expect(await next()).toMatchObject(expected)
    await turns()
    expect(finishes).toHaveLength(1)
  })

  it('is told the true outcome where an EventSource got a 200 that makes it come back', async () => {
    const { options, next } = recorder()
    const { url } = await run(routes, options)
    expect((await fetch(`${url}/early`, { headers: eventSource })).status).toBe(200)
    expect(await next()).toMatchObject({ outcome: 'failed', error: { message: 'early' } })
  })

  it('is told of a stream when it has ended, not when its head went out', async () => {
    release.gate = gate()
    const { options, finishes, next } = recorder()
    const { port } = await run(routes, options)
    const client = await RawClient.open(port)
    client.request('GET /held HTTP/1.1')
    await client.until('first')
    await turns(10)
    expect(finishes).toEqual([])
    release.gate.open()
    expect(await next()).toMatchObject({ outcome: 'complete', events: 1 })
    client.leave()
  })

  it('is told of a reader that left, with what it had got', async () => {
    const { options, finishes, next } = recorder()
    const { port } = await run(routes, options)
    const client = await RawClient.open(port)
    client.request('GET /endless HTTP/1.1')
    await client.until('first')
    client.leave()
    expect(await next()).toMatchObject({ route: '/endless', status: 200, outcome: 'left', events: 1 })
    await turns()
    expect(finishes).toHaveLength(1)
  })

  it('is told why the server ended a stream', async () => {
    const { options, next } = recorder()
    const { port, server } = await run(routes, options)
    const client = await RawClient.open(port)
    client.request('GET /endless HTTP/1.1')
    await client.until('first')
    server.disconnect(() => true)
    expect(await next()).toMatchObject({ outcome: 'disconnected', events: 1 })
    client.leave()
  })

  it('measures the life of a stream', async () => {
    release.gate = gate()
    const { options, next } = recorder()
    const { port } = await run(routes, options)
    const client = await RawClient.open(port)
    const realNow = performance.now.bind(performance)
    let passed = 0
    const now = vi.spyOn(performance, 'now').mockImplementation(() => realNow() + passed)
    client.request('GET /held HTTP/1.1')
    await client.until('first')
    passed = 60_000
    release.gate.open()
    const { durationMs } = await next()
    now.mockRestore()
    expect(durationMs).toBeGreaterThanOrEqual(60_000)
    expect(durationMs).toBeLessThan(70_000)
    client.leave()
  })

  it('is told of a preflight with its status', async () => {
    const { options, next } = recorder()
    const { url } = await run(routes, { ...options, cors: true })
    const headers = { origin: 'http://page', 'access-control-request-method': 'GET' }
    expect((await fetch(`${url}/short`, { method: 'OPTIONS', headers })).status).toBe(204)
    expect(await next()).toMatchObject({ status: 204, outcome: 'complete' })
  })

  it('is told of an upload that its client broke off', async () => {
    const { options, next } = recorder()
    const { port } = await run(routes, options)
    const client = await RawClient.open(port)
    client.request('POST /checked HTTP/1.1', [
      'Content-Type: application/json',
      'Content-Length: 100',
      'Expect: 100-continue',
    ])
    await client.until('100 Continue')
    client.leave()
    expect(await next()).toMatchObject({ outcome: 'left' })
  })
})

describe('onFinish, by fetch', () => {
  it.each([
    ['/plain/1', { status: 200, outcome: 'complete' }],
    ['/nobody', { status: 204, outcome: 'complete' }],
    ['/nowhere', { status: 404, outcome: 'failed' }],
    ['/broken', { status: 500, outcome: 'failed' }],
    ['/native', { status: 201, outcome: 'complete' }],
    ['/short', { status: 200, outcome: 'complete', events: 2 }],
    ['/failing', { status: 200, outcome: 'failed', events: 1 }],
  ])('is told of %s', async (path, expected) => {
    const { options, finishes } = recorder()
    await (await make(routes, options).ask(path)).text()
    await turns()
    expect(finishes).toHaveLength(1)
    expect(finishes[0]).toMatchObject(expected)
  })

  it('is told of a body that is cancelled', async () => {
    const { options, finishes } = recorder()
    const reading = new Reading(await make(routes, options).ask('/endless'))
    await reading.until('first')
    expect(finishes).toEqual([])
    await reading.leave()
    expect(finishes).toMatchObject([{ outcome: 'left', events: 1 }])
  })

  it('is told that a stream was answered over by middleware', async () => {
    const { options, finishes } = recorder()
    const { server, ask } = make(routes, options)
    server.use(async (_ctx, next) => {
      await next()
      return json({ instead: true }, { status: 202 })
    })
    await (await ask('/endless')).text()
    await turns()
    expect(finishes).toMatchObject([{ status: 202 }])
  })
})

function throwing(): never {
  throw new Error('hook')
}

describe('hooks that fail', () => {
  it.each([false, 0] as const)(
    'is told when middleware answers in place of a handler at work, stream or not, which is aborted (openAfterMs: %o)',
    async (openAfterMs) => {
      for (const sse of [{ openAfterMs }, undefined]) {
        const reasons: unknown[] = []
        const handler = async ({ signal }: Context): Promise<never> => {
          signal.addEventListener('abort', () => reasons.push(signal.reason))
          return new Promise(() => {})
        }
        const { options, finishes } = recorder()
        const { server, ask, errors } = make([untyped({ method: 'GET', path: '/x', sse, handler })], options)
        server.use(async (_ctx, next) => Promise.race([next(), turns(2).then(() => json({}, { status: 503 }))]))
        expect((await ask('/x')).status).toBe(503)
        await turns()
        expect(reasons).toMatchObject([{ code: 'ERR_STREAM_ENDED', reason: 'answered' }])
        expect(finishes).toMatchObject([{ status: 503, outcome: 'answered' }])
        expect(errors).toEqual([])
      }
    },
  )

  it('is told of middleware that throws in place of a stream as of a failure', async () => {
    const { options, finishes } = recorder()
    const { server, ask } = make(routes, options)
    server.use(async (_ctx, next) => {
      await Promise.race([next(), turns(2)])
      throw err.gatewayTimeout()
    })
    expect((await ask('/endless')).status).toBe(504)
    await turns()
    expect(finishes).toMatchObject([{ status: 504, outcome: 'failed', error: { status: 504 } }])
  })
  it('an onFinish that throws is told to onError and changes nothing', async () => {
    const own = new Error('metrics are away')
    const errors: unknown[] = []
    const options = {
      onFinish: () => {
        throw own
      },
      onError: (error: unknown) => void errors.push(error),
    }
    const { url } = await run(routes, options)
    for (let round = 0; round < 2; round += 1) expect(await (await fetch(`${url}/plain/1`)).text()).toBe('ok')
    expect(await (await fetch(`${url}/short`)).text()).toBe('data: 1\n\ndata: 2\n\n')
    await expect.poll(() => errors).toEqual([own, own, own])
  })

  it('an onFinish that rejects is told to onError and leaves no unhandled rejection', async () => {
    const own = new Error('metrics are away')
    const errors: unknown[] = []
    // A function that returns a promise fits where nothing is to be returned.
    const onFinish = (() => Promise.reject(own)) as () => void
    const { ask } = make(routes, { onFinish, onError: (error) => void errors.push(error) })
    expect(await unhandledDuring(async () => (await ask('/plain/1')).text())).toEqual([])
    expect(errors).toEqual([own])
  })

  it('an onFinish and an onError that both throw do not end the process', async () => {
    const print = vi.spyOn(console, 'error').mockImplementation(() => {})
    const { ask } = make(routes, { onFinish: throwing, onError: throwing })
    expect((await ask('/broken')).status).toBe(500)
    expect(await new Reading(await ask('/failing')).ended()).toContain('event: error')
    expect((await ask('/checked', post({}))).status).toBe(200)
    expect(print).toHaveBeenCalled()
    print.mockRestore()
  })
})
