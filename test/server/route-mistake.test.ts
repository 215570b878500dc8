import { type } from 'arktype'
import { Type } from 'typebox'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { Server } from '../../src/adapters/server.ts'
import { defineRoute, type AnyRoute } from '../../src/server/index.ts'
import { TidingsError } from '../../src/base/index.ts'
import { untyped } from '../support/server/asking.ts'

function failureOf(routes: readonly AnyRoute[], options: object = {}): TidingsError {
  try {
    void new Server(routes, options)
  } catch (error) {
    if (error instanceof TidingsError) return error
    throw error
  }
  throw new Error('The server took the routes.')
}

const get = (path: string): AnyRoute => defineRoute({ method: 'GET', path, handler: () => 'x' })
const withParams = (path: string, params: unknown): AnyRoute =>
  untyped({ method: 'GET', path, schema: { params }, handler: () => 'x' })
const schemaOf = (names: readonly string[]): unknown =>
  Type.Object(Object.fromEntries(names.map((name) => [name, Type.Optional(Type.String())])))
const streaming = (sse: object): AnyRoute => untyped({ method: 'GET', path: '/x', sse, handler: async function* () {} })

describe('a route that cannot work is an error at start-up', () => {
  it('when it is declared twice', () => {
    const error = failureOf([get('/x'), get('/x')])
    expect(error.code).toBe('ERR_ROUTE')
    expect(error.message).toContain('GET /x')
  })

  it('when another one differs from it in the names of its parameters only', () => {
    expect(failureOf([get('/tasks/:id'), get('/tasks/:name')]).code).toBe('ERR_ROUTE')
  })

  it('when a group brings a path that is there already', () => {
    expect(failureOf([get('/a/b'), untyped({ path: '/a', children: [get('/b')] })]).code).toBe('ERR_ROUTE')
  })

  it('when it streams from a generator that is not async', () => {
    const route = untyped({ method: 'GET', path: '/x', sse: true, handler: function* () {} })
    const error = failureOf([route])
    expect(error.code).toBe('ERR_ROUTE')
    expect(error.message).toContain('async function*')
  })

  it('when it has a generator and does not stream', () => {
    for (const handler of [async function* () {}, function* () {}]) {
      const error = failureOf([untyped({ method: 'GET', path: '/x', handler })])
      expect(error.code).toBe('ERR_ROUTE')
      expect(error.message).toContain('sse: true')
    }
  })

  it('when it has no handler', () => {
    expect(failureOf([untyped({ method: 'GET', path: '/x' })]).code).toBe('ERR_ROUTE')
    expect(failureOf([untyped({ method: 'GET', path: '/x', handler: 'text' })]).code).toBe('ERR_ROUTE')
  })

  it('when its method is none that requests can have', () => {
    for (const method of ['get', 'FETCH', '', undefined]) {
      expect(failureOf([untyped({ method, path: '/x', handler: () => 'x' })]).code, String(method)).toBe('ERR_ROUTE')
    }
  })

  it('when its path does not begin with a slash', () => {
    expect(failureOf([get('x')]).code).toBe('ERR_ROUTE')
    expect(failureOf([untyped({ path: '/api', children: [get('users')] })]).code).toBe('ERR_ROUTE')
  })

  it('when its path is no string', () => {
    expect(failureOf([untyped({ method: 'GET', handler: () => 'x' })]).code).toBe('ERR_ROUTE')
  })

  it('when its schema is neither a TypeBox type nor a Standard Schema', () => {
    expect(
      failureOf([untyped({ method: 'GET', path: '/x', schema: { query: { type: 'object' } }, handler: () => 'x' })])
        .code,
    ).toBe('ERR_ROUTE')
  })
})

describe('an option that cannot work is an error at start-up', () => {
  it.each([
    ['heartbeatMs', 0],
    ['heartbeatMs', Number.NaN],
    ['openAfterMs', -1],
    ['retryMs', 1.5],
    ['maxDurationMs', 0],
    ['maxDurationMs', 2 ** 31],
    ['maxBufferedBytes', 0],
    ['heartbeatMs', '15000'],
  ])('sse.%s of %s', (name, value) => {
    const error = failureOf([streaming({ [name]: value })])
    expect(error.code).toBe('ERR_OPTION')
    expect(error.message).toContain(name)
    expect(error.message).toContain(String(value))
  })

  it.each([
    ['maxBodyBytes', -1],
    ['maxStreams', -1],
    ['maxStreams', 1.5],
    ['retryAfterSeconds', -1],
    ['retryAfterSeconds', Number.NaN],
  ])('%s of %s', (name, value) => {
    expect(failureOf([], { [name]: value }).code).toBe('ERR_OPTION')
  })

  it('a default of the server for streams, also before a route streams', () => {
    expect(failureOf([], { sse: { heartbeatMs: -5 } }).code).toBe('ERR_OPTION')
  })

  it('CORS credentials without named origins', () => {
    expect(failureOf([], { cors: { credentials: true } }).code).toBe('ERR_OPTION')
    expect(failureOf([], { cors: { origin: '*', credentials: true } }).code).toBe('ERR_OPTION')
  })

  it('takes false where an option can be switched off', () => {
    const sse = { heartbeatMs: false, openAfterMs: false, maxDurationMs: false } as const
    expect(() => new Server([streaming(sse)], { maxStreams: false, sse })).not.toThrow()
  })
})

describe('a name that does not exist is an error at start-up, which names the nearest that does', () => {
  it.each([
    ['maxStream', 'maxStreams'],
    ['heartbeatMs', 'sse.heartbeatMs'],
    ['origin', 'cors.origin'],
  ])('option %s of a server', (name, meant) => {
    const error = failureOf([], { [name]: 1 })
    expect(error.code).toBe('ERR_OPTION')
    expect(error.message).toContain(`"${name}"`)
    expect(error.message).toContain(`Did you mean ${meant}?`)
  })

  it.each([
    [{ sse: { heartbeat: 5 } }, 'heartbeatMs'],
    [{ cors: { origins: ['https://a.example'] } }, 'origin'],
    [{ maxStreamsPerKey: { max: 1, keys: () => 'a' } }, 'key'],
  ])('in the options %o', (options, meant) => {
    const error = failureOf([], options)
    expect(error.code).toBe('ERR_OPTION')
    expect(error.message).toContain(`Did you mean ${meant}?`)
  })

  it('in the sse of a route', () => {
    const error = failureOf([streaming({ heartbeat: 5 })])
    expect(error.code).toBe('ERR_OPTION')
    expect(error.message).toContain('Did you mean heartbeatMs?')
  })

  it.each([
    [{ middlewares: [] }, 'GET /x has no option "middlewares". Did you mean middleware?'],
    [{ query: Type.Object({}) }, 'GET /x has no option "query". Did you mean schema.query?'],
    [{ heartbeatMs: 5 }, 'GET /x has no option "heartbeatMs". Did you mean sse.heartbeatMs?'],
    [{ schema: { querry: Type.Object({}) } }, 'GET /x: schema has no option "querry". Did you mean query?'],
  ])('in the route %o', (more, message) => {
    const error = failureOf([untyped({ method: 'GET', path: '/x', handler: () => 'x', ...more })])
    expect(error.code).toBe('ERR_ROUTE')
    expect(error.message).toBe(message)
  })

  it('in a group, whose routes would be unguarded', () => {
    const error = failureOf([untyped({ path: '/api', middlewares: [], children: [get('/x')] })])
    expect(error.code).toBe('ERR_ROUTE')
    expect(error.message).toBe('The group /api has no option "middlewares". Did you mean middleware?')
  })

  it('and middleware is a list of functions', () => {
    for (const middleware of [() => new Response(), ['auth'], [undefined], {}]) {
      expect(failureOf([untyped({ method: 'GET', path: '/x', middleware, handler: () => 'x' })]).code).toBe('ERR_ROUTE')
      expect(failureOf([untyped({ path: '/x', middleware, children: [] })]).code).toBe('ERR_ROUTE')
    }
  })
})

describe('a schema that no request can fit is an error at start-up', () => {
  const kinds = {
    TypeBox: Type.Object({ idd: Type.Optional(Type.String()) }),
    'an intersection of TypeBox': Type.Intersect([
      Type.Object({ id: Type.String() }),
      Type.Object({ idd: Type.String() }),
    ]),
    'a codec of TypeBox': Type.Codec(Type.Object({ idd: Type.String() }))
      .Decode((value) => value)
      .Encode((value) => value),
    zod: z.object({ id: z.coerce.number(), idd: z.date() }),
    valibot: v.pipe(
      v.object({ idd: v.string() }),
      v.check(() => true),
    ),
    arktype: type({ id: 'string', 'idd?': 'string' }),
  }

  it.each(Object.entries(kinds))('when the path has no parameter of that name (%s)', (_, params) => {
    const error = failureOf([withParams('/tasks/:id', params)])
    expect(error.code).toBe('ERR_ROUTE')
    expect(error.message).toBe('GET /tasks/:id: schema.params has "idd", but the path has :id.')
    expect(failureOf([withParams('/tasks', params)]).message).toContain('the path has no parameters')
  })

  it('unless a group brings the parameter', () => {
    const children = [withParams('/tasks/:id', Type.Object({ team: Type.String(), id: Type.Number() }))]
    expect(() => new Server([untyped({ path: '/teams/:team', children })])).not.toThrow()
    expect(failureOf([untyped({ path: '/teams/:tem', children })]).message).toContain(
      'GET /teams/:tem/tasks/:id: schema.params has "team", but the path has :tem, :id.',
    )
  })

  it.each([
    ['/a/:b?', ['b']],
    ['/a/:b+', ['b']],
    ['/a/:b*', ['b']],
    ['/a/:b(\\d+)/:c.:d', ['b', 'c', 'd']],
    ['/a/*', ['0']],
    ['/a/**', ['0']],
    ['/a/**:rest', ['rest']],
    ['/a/(\\d+)/:_b', ['0', '_b']],
    ['/a{/:b}?', ['b']],
    ['/a/:_0', ['_0']],
  ])('but every parameter of %s can have one', (path, names) => {
    expect(() => new Server([withParams(path, schemaOf(names))])).not.toThrow()
    expect(failureOf([withParams(path, schemaOf([...names, 'z']))]).code).toBe('ERR_ROUTE')
  })

  it('but one whose names nobody tells passes', () => {
    for (const params of [
      Type.Unknown(),
      Type.Record(Type.String(), Type.String()),
      z.record(z.string(), z.string()),
      z.any(),
      z.object({ id: z.string() }).transform((value) => value),
    ])
      expect(() => new Server([withParams('/tasks/:id', params)])).not.toThrow()
  })

  it.each(['GET', 'HEAD'])('when it is for the body of a %s', (method) => {
    const route = untyped({ method, path: '/x', schema: { body: Type.Object({}) }, handler: () => 'x' })
    const error = failureOf([route])
    expect(error.code).toBe('ERR_ROUTE')
    expect(error.message).toContain(`${method} /x has schema.body`)
  })
})
