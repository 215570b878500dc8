import { describe, expect, it } from 'vitest'
import { defineRoute, Server, type AnyRoute } from '../../src/server/index.ts'
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
