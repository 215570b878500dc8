import { describe, expect, it } from 'vitest'
import { defineRoute, defineRoutes, Server, type Middleware } from '../../src/server/index.ts'
import { make } from '../support/server/asking.ts'

/** Writes down when it is entered and left. */
const tracing =
  (name: string, log: string[]): Middleware =>
  async (_ctx, next) => {
    log.push(`${name} in`)
    const response = await next()
    log.push(`${name} out`)
    return response
  }

describe('groups of routes', () => {
  it('puts the path of each group before those of its children', async () => {
    const leaf = defineRoute({ method: 'GET', path: '/:id', handler: ({ params }) => params.id })
    const { ask } = make([{ path: '/api', children: [{ path: '/tasks', children: [leaf] }] }])
    expect(await (await ask('/api/tasks/9')).text()).toBe('9')
    expect((await ask('/9')).status).toBe(404)
  })

  it.each([
    ['/', '/tasks/9'],
    ['/api/', '/api/tasks/9'],
  ])('takes %s as the path of a group: its routes are found under %s', async (path, found) => {
    const leaf = defineRoute({ method: 'GET', path: '/:id', handler: ({ params }) => params.id })
    const group = { path, children: [{ path: '/tasks/', children: [leaf] }] }
    const { ask } = make([group])
    expect(await (await ask(found)).text()).toBe('9')
  })

  it('runs middleware from the outside in: server, groups, route', async () => {
    const log: string[] = []
    const route = defineRoute({
      method: 'GET',
      path: '/x',
      middleware: [tracing('route', log)],
      handler: () => {
        log.push('handler')
      },
    })
    const { server, ask } = make([
      {
        path: '/a',
        middleware: [tracing('a', log)],
        children: [{ path: '/b', middleware: [tracing('b', log)], children: [route] }],
      },
    ])
    server.use(tracing('first', log)).use(tracing('second', log))
    await ask('/a/b/x')
    const names = ['first', 'second', 'a', 'b', 'route']
    expect(log).toEqual([
      ...names.map((name) => `${name} in`),
      'handler',
      ...names.toReversed().map((name) => `${name} out`),
    ])
  })

  it('keeps the middleware of a group from its neighbours', async () => {
    const log: string[] = []
    const guarded = defineRoute({ method: 'GET', path: '/in', handler: () => 'in' })
    const free = defineRoute({ method: 'GET', path: '/free', handler: () => 'free' })
    const { ask } = make([{ path: '/g', middleware: [tracing('g', log)], children: [guarded] }, free])
    await ask('/free')
    expect(log).toEqual([])
    await ask('/g/in')
    expect(log).toEqual(['g in', 'g out'])
  })

  it('takes what defineRoutes collected', async () => {
    const server = new Server(defineRoutes([defineRoute({ method: 'GET', path: '/x', handler: () => 'x' })]))
    expect(await (await server.fetch(new Request('http://test/x'))).text()).toBe('x')
  })
})

describe('server.use', () => {
  it('runs around requests that match no route', async () => {
    const log: string[] = []
    const { server, ask } = make([])
    server.use(async (_ctx, next) => {
      const response = await next()
      log.push(String(response.status))
      return response
    })
    expect((await ask('/nowhere')).status).toBe(404)
    expect(log).toEqual(['404'])
  })

  it('runs around a method that the path does not have', async () => {
    const log: string[] = []
    const { server, ask } = make([defineRoute({ method: 'GET', path: '/x', handler: () => 'x' })])
    server.use(tracing('all', log))
    expect((await ask('/x', { method: 'POST' })).status).toBe(405)
    expect(log).toEqual(['all in', 'all out'])
  })

  it('runs around a path that cannot be decoded', async () => {
    const log: string[] = []
    const { server, ask } = make([defineRoute({ method: 'GET', path: '/:id', handler: () => 'x' })])
    server.use(tracing('all', log))
    expect((await ask('/%ff')).status).toBe(400)
    expect(log).toEqual(['all in', 'all out'])
  })
})
