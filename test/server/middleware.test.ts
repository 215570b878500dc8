import { describe, expect, it } from 'vitest'
import { defineMiddleware, defineRoute, err, json, type Middleware } from '../../src/server/index.ts'
import { run } from '../support/server/running.ts'
import { RawClient } from '../support/server/raw-client.ts'
import { eventSource, gate, make, Reading, turns, unhandledDuring, untyped } from '../support/server/asking.ts'

const hello = defineRoute({ method: 'GET', path: '/x', handler: () => 'handler' })

describe('middleware', () => {
  it('answers by itself without the handler', async () => {
    let calls = 0
    const route = defineRoute({
      method: 'GET',
      path: '/x',
      middleware: [() => json({ by: 'guard' }, { status: 202 })],
      handler: () => void (calls += 1),
    })
    const response = await make([route]).ask('/x')
    expect(response.status).toBe(202)
    expect(calls).toBe(0)
  })

  it('turns away by throwing', async () => {
    const { server, ask, errors } = make([hello])
    server.use(() => {
      throw err.unauthorized('who are you?')
    })
    const response = await ask('/x')
    expect(response.status).toBe(401)
    expect(await response.json()).toEqual({ code: 401, message: 'who are you?' })
    expect(errors).toEqual([])
  })

  it('changes the headers of what next() gave', async () => {
    const { server, ask } = make([hello])
    server.use(async (_ctx, next) => {
      const response = await next()
      response.headers.set('x-by', 'middleware')
      return response
    })
    const response = await ask('/x')
    expect(response.headers.get('x-by')).toBe('middleware')
    expect(await response.text()).toBe('handler')
  })

  it('sees the error of a handler as the answer that it became', async () => {
    const statuses: number[] = []
    const { server, ask } = make([
      defineRoute({
        method: 'GET',
        path: '/x',
        handler: () => {
          throw new Error('broken')
        },
      }),
    ])
    server.use(async (_ctx, next) => {
      const response = await next()
      statuses.push(response.status)
      return response
    })
    await ask('/x')
    expect(statuses).toEqual([500])
  })

  it('replaces the answer', async () => {
    const { server, ask } = make([hello])
    server.use(async (_ctx, next) => new Response(`[${await (await next()).text()}]`))
    expect(await (await ask('/x')).text()).toBe('[handler]')
  })

  it('hands on to the handler by ctx.state', async () => {
    const route = defineRoute({ method: 'GET', path: '/x', handler: ({ state }) => ({ user: state['user'] }) })
    const { server, ask } = make([route])
    server.use((ctx, next) => {
      ctx.state['user'] = 'ann'
      return next()
    })
    expect(await (await ask('/x')).json()).toEqual({ user: 'ann' })
  })

  it('runs before validation', async () => {
    const { ask } = make([
      untyped({
        method: 'POST',
        path: '/x',
        middleware: [() => json({}, { status: 401 })],
        schema: {},
        handler: () => 'x',
      }),
    ])
    expect(
      (await ask('/x', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{' })).status,
    ).toBe(401)
  })

  it('that answers nothing is a 500 of which onError is told', async () => {
    const { server, ask, errors } = make([hello])
    server.use((async (_ctx: unknown, next: () => Promise<Response>) => {
      await next()
    }) as unknown as Middleware)
    expect((await ask('/x')).status).toBe(500)
    expect(errors).toHaveLength(1)
  })

  it('that answers something else than a Response is a 500 of which onError is told', async () => {
    const { server, ask, errors } = make([hello])
    server.use((() => ({ not: 'a response' })) as unknown as Middleware)
    expect((await ask('/x')).status).toBe(500)
    expect(errors).toHaveLength(1)
  })

  it('that calls next() twice does not leave a stream behind', async () => {
    const route = defineRoute({
      method: 'GET',
      path: '/x',
      sse: true,
      handler: async function* () {
        yield 1
        await new Promise(() => {})
      },
    })
    const { server, ask } = make([route])
    server.use(async (_ctx, next) => {
      await next()
      return next()
    })
    const response = await ask('/x')
    if (response.body !== null) await new Reading(response).leave()
    await turns()
    expect(server.openStreams).toBe(0)
  })

  it('that calls next() a second time for nothing leaves no unhandled rejection', async () => {
    const { server, ask } = make([hello])
    server.use(async (_ctx, next) => {
      const response = await next()
      void next()
      return response
    })
    expect(await unhandledDuring(() => ask('/x'))).toEqual([])
  })
})

/** A stream that writes down its end. */
const endless = (events: string[]): ReturnType<typeof untyped> =>
  defineRoute({
    method: 'GET',
    path: '/x',
    sse: true,
    handler: async function* (ctx) {
      try {
        yield 'first'
        await ctx.sleep(1e6)
      } finally {
        events.push(`finally: ${String(ctx.signal.aborted)}`)
      }
    },
  })

describe('middleware around a stream', () => {
  it('ends the handler when it answers over the stream', async () => {
    const events: string[] = []
    const { server, ask } = make([endless(events)])
    server.use(async (_ctx, next) => {
      await next()
      return json({ instead: true })
    })
    expect(await (await ask('/x')).json()).toEqual({ instead: true })
    await turns()
    expect(events).toEqual(['finally: true'])
    expect(server.openStreams).toBe(0)
  })

  it('ends the handler when it throws after next()', async () => {
    const events: string[] = []
    const { server, ask } = make([endless(events)])
    server.use(async (_ctx, next) => {
      await next()
      throw err.forbidden()
    })
    expect((await ask('/x')).status).toBe(403)
    await turns()
    expect(events).toEqual(['finally: true'])
  })

  it('ends the handler when it looked at the body and answers otherwise', async () => {
    const events: string[] = []
    const { server, port } = await run([endless(events)])
    server.use(async (_ctx, next) => {
      const response = await next()
      return response.body === null ? response : json({ instead: true })
    })
    const client = await RawClient.open(port)
    client.request('GET /x HTTP/1.1')
    await client.until('{"instead":true}')
    await turns(8)
    expect(server.openStreams).toBe(0)
    expect(events).toEqual(['finally: true'])
    client.leave()
  })

  it('can wrap the stream in a Response of its own', async () => {
    const events: string[] = []
    const { server, ask } = make([endless(events)])
    server.use(async (_ctx, next) => {
      const response = await next()
      return new Response(response.body, { headers: { ...Object.fromEntries(response.headers), 'x-wrapped': '1' } })
    })
    const response = await ask('/x', { headers: eventSource })
    expect(response.headers.get('x-wrapped')).toBe('1')
    const reading = new Reading(response)
    await reading.until('data: first\n\n')
    await reading.leave()
    await turns()
    expect(events).toEqual(['finally: true'])
  })

  it('can wait while the stream gathers its first events', async () => {
    const ready = gate()
    const route = defineRoute({
      method: 'GET',
      path: '/x',
      sse: true,
      handler: async function* () {
        yield 1
        yield 2
      },
    })
    const { server, ask } = make([route])
    server.use(async (_ctx, next) => {
      const response = await next()
      await ready.opened
      return response
    })
    const pending = ask('/x')
    await turns()
    ready.open()
    expect(await new Reading(await pending).ended()).toBe('data: 1\n\ndata: 2\n\n')
  })
})

describe('what next() hands on', () => {
  const users = { ann: { name: 'Ann' } }
  const auth = defineMiddleware<{ user: { name: string } }>((_ctx, next) => next({ user: users.ann }))
  const tenant = defineMiddleware<{ tenant: string }>((_ctx, next) => next({ tenant: 'a' }))

  it('is in the state of the handler, of several layers together', async () => {
    const route = defineRoute({
      method: 'GET',
      path: '/x',
      middleware: [auth, tenant],
      handler: ({ state }) => ({ user: state.user.name, tenant: state.tenant, keys: Object.keys(state) }),
    })
    expect(await (await make([route]).ask('/x')).json()).toEqual({ user: 'Ann', tenant: 'a', keys: ['user', 'tenant'] })
  })

  it('is there before the inner layer runs, beside what it has set itself', async () => {
    const seen: unknown[] = []
    const inner: Middleware = (ctx, next) => {
      seen.push({ ...ctx.state })
      ctx.state['own'] = 1
      return next()
    }
    const route = defineRoute({
      method: 'GET',
      path: '/x',
      middleware: [auth, inner],
      handler: ({ state }) => ({ ...state }),
    })
    expect(await (await make([route]).ask('/x')).json()).toEqual({ user: { name: 'Ann' }, own: 1 })
    expect(seen).toEqual([{ user: { name: 'Ann' } }])
  })

  it('comes from the middleware of groups and of the server as well', async () => {
    const route = defineRoute({ method: 'GET', path: '/x', handler: ({ state }) => ({ ...state }) })
    const { server, ask } = make([untyped({ path: '/g', middleware: [tenant], children: [route] })])
    server.use(auth)
    expect(await (await ask('/g/x')).json()).toEqual({ user: { name: 'Ann' }, tenant: 'a' })
  })

  it('is for one request', async () => {
    let calls = 0
    const once: Middleware = (_ctx, next) => next(calls++ === 0 ? { first: true } : undefined)
    const route = defineRoute({
      method: 'GET',
      path: '/x',
      middleware: [once],
      handler: ({ state }) => Object.keys(state),
    })
    const { ask } = make([route])
    expect(await (await ask('/x')).json()).toEqual(['first'])
    expect(await (await ask('/x')).json()).toEqual([])
  })

  it('stands behind defineRoute.behind(), outside of the middleware of the route itself', async () => {
    const order: string[] = []
    const note =
      (name: string): Middleware =>
      (_ctx, next) => {
        order.push(name)
        return next()
      }
    const define = defineRoute.behind(note('first'), auth).behind(note('second'))
    const plain = define({ method: 'GET', path: '/x', handler: ({ state }) => state.user.name })
    const guarded = define({ method: 'GET', path: '/y', middleware: [note('own')], handler: () => 'y' })
    const { ask } = make([plain, guarded])
    expect(await (await ask('/x')).text()).toBe('Ann')
    expect(await (await ask('/y')).text()).toBe('y')
    expect(order).toEqual(['first', 'second', 'first', 'second', 'own'])
  })

  it('becomes properties of its own, whatever their names', async () => {
    const handed: unknown = JSON.parse('{"__proto__":{"isAdmin":true},"constructor":1,"user":"ann"}')
    let state: object = {}
    const route = defineRoute({
      method: 'GET',
      path: '/x',
      middleware: [(_ctx, next) => next(Object(handed))],
      handler: (ctx) => {
        state = ctx.state
        return 'x'
      },
    })
    await make([route]).ask('/x')
    expect(Object.keys(state)).toEqual(['__proto__', 'constructor', 'user'])
    expect(Object.getPrototypeOf(state)).toBe(Object.prototype)
    expect('isAdmin' in state).toBe(false)
    expect('isAdmin' in {}).toBe(false)
  })

  it.each([
    [new Error('as in express')],
    ['user'],
    [1],
    [null],
    [['a']],
    [Promise.resolve({})],
    [new Map()],
    [() => 1],
  ])('is no %o', async (handed) => {
    let calls = 0
    const route = defineRoute({
      method: 'GET',
      path: '/x',
      middleware: [(_ctx, next) => Reflect.apply(next, undefined, [handed])],
      handler: () => void (calls += 1),
    })
    const { ask, errors } = make([route])
    expect((await ask('/x')).status).toBe(500)
    expect(errors).toHaveLength(1)
    expect(String(errors[0])).toContain('next() takes an object of names and values')
    expect(calls).toBe(0)
  })

  it('of a second call is not added', async () => {
    const states: object[] = []
    const twice: Middleware = async (ctx, next) => {
      const response = await next({ a: 1 })
      await next({ b: 2 }).catch(() => {})
      states.push({ ...ctx.state })
      return response
    }
    const route = defineRoute({ method: 'GET', path: '/x', middleware: [twice], handler: () => 'x' })
    await make([route]).ask('/x')
    expect(states).toEqual([{ a: 1 }])
  })
})
