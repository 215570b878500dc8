import { describe, expect, it } from 'vitest'
import { err, json, type CorsOptions } from '../../src/server/index.ts'
import { eventSource, make, Reading, untyped } from '../support/server/asking.ts'

const page = 'https://page.example'

const routes = [
  untyped({ method: 'GET', path: '/x', handler: () => 'ok' }),
  untyped({ method: 'POST', path: '/x', handler: () => 'posted' }),
  untyped({
    method: 'GET',
    path: '/stream',
    sse: true,
    handler: async function* () {
      yield 1
    },
  }),
  untyped({ method: 'GET', path: '/failing', sse: true, handler: async () => Promise.reject(new Error('x')) }),
  untyped({
    method: 'GET',
    path: '/refused',
    handler: () => {
      throw err.forbidden()
    },
  }),
  untyped({ method: 'GET', path: '/native', handler: () => Response.redirect('http://test/there') }),
  untyped({
    method: 'GET',
    path: '/vary',
    handler: () => json({}, { headers: { vary: 'Accept-Language' } }),
  }),
]

const preflight = (cors: boolean | CorsOptions, headers: Record<string, string> = {}, path = '/x'): Promise<Response> =>
  make(routes, { cors }).ask(path, {
    method: 'OPTIONS',
    headers: { origin: page, 'access-control-request-method': 'POST', ...headers },
  })

describe('a preflight', () => {
  it('is 204 with the methods of the path and the headers that were asked for', async () => {
    const response = await preflight(true, { 'access-control-request-headers': 'authorization,last-event-id' })
    expect(response.status).toBe(204)
    expect(response.body).toBeNull()
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
    expect(response.headers.get('access-control-allow-methods')?.split(', ').toSorted()).toEqual([
      'GET',
      'HEAD',
      'POST',
    ])
    expect(response.headers.get('access-control-allow-headers')).toBe('authorization,last-event-id')
    expect(response.headers.get('access-control-max-age')).toBe('600')
  })

  it('says what the options say', async () => {
    const response = await preflight({
      origin: [page],
      methods: ['POST'],
      headers: ['authorization', 'x-own'],
      maxAgeSeconds: 5,
      credentials: true,
    })
    expect(response.headers.get('access-control-allow-origin')).toBe(page)
    expect(response.headers.get('access-control-allow-methods')).toBe('POST')
    expect(response.headers.get('access-control-allow-headers')).toBe('authorization, x-own')
    expect(response.headers.get('access-control-max-age')).toBe('5')
    expect(response.headers.get('access-control-allow-credentials')).toBe('true')
    expect(response.headers.get('vary')).toBe('Origin')
  })

  it('allows nothing to an origin that may not', async () => {
    for (const origin of [['https://other.example'], () => false] as const) {
      const response = await preflight({ origin })
      const names = [...response.headers.keys()].filter((name) => name.startsWith('access-control-'))
      expect(names).toEqual([])
      expect(response.headers.get('vary')).toBe('Origin')
    }
  })

  it('does not meet the guards: browsers send no credentials with it', async () => {
    const { server, ask } = make(routes, { cors: true })
    server.use(() => {
      throw err.unauthorized()
    })
    const response = await ask('/x', {
      method: 'OPTIONS',
      headers: { origin: page, 'access-control-request-method': 'GET' },
    })
    expect(response.status).toBe(204)
  })

  it('lets a reader of another origin come back with its position', async () => {
    const response = await preflight(
      true,
      { 'access-control-request-method': 'GET', 'access-control-request-headers': 'last-event-id,cache-control' },
      '/stream',
    )
    expect(response.headers.get('access-control-allow-headers')).toBe('last-event-id,cache-control')
  })

  it('is no preflight without Access-Control-Request-Method: OPTIONS is a method like others', async () => {
    const response = await make(routes, { cors: true }).ask('/x', { method: 'OPTIONS', headers: { origin: page } })
    expect(response.status).toBe(405)
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
  })

  it('is not answered where CORS is off', async () => {
    const response = await preflight(false)
    expect(response.status).toBe(405)
    expect(response.headers.has('access-control-allow-origin')).toBe(false)
  })
})

describe('CORS headers', () => {
  it.each(['/x', '/stream', '/refused', '/nowhere', '/native', '/failing'])('are on the answer of %s', async (path) => {
    const response = await make(routes, {
      cors: { origin: [page], credentials: true, exposedHeaders: ['x-a', 'x-b'] },
    }).ask(path, {
      headers: { origin: page },
    })
    expect(response.headers.get('access-control-allow-origin')).toBe(page)
    expect(response.headers.get('access-control-allow-credentials')).toBe('true')
    expect(response.headers.get('access-control-expose-headers')).toBe('x-a, x-b')
    expect(response.headers.get('vary')).toBe('Origin')
    await response.body?.cancel()
  })

  it('are on what makes an EventSource come back', async () => {
    const response = await make(routes, { cors: true }).ask('/failing', { headers: { ...eventSource, origin: page } })
    expect(response.status).toBe(200)
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
    await new Reading(response).ended()
  })

  it('are not on the answer to an origin that may not, and caches are told that it depends', async () => {
    for (const origin of [['https://other.example'], (name: string) => name !== page]) {
      const response = await make(routes, { cors: { origin } }).ask('/x', { headers: { origin: page } })
      expect(response.status).toBe(200)
      expect(response.headers.has('access-control-allow-origin')).toBe(false)
      expect(response.headers.get('vary')).toBe('Origin')
    }
  })

  it('need no Vary where every origin may', async () => {
    const response = await make(routes, { cors: true }).ask('/x', { headers: { origin: page } })
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
    expect(response.headers.has('vary')).toBe(false)
  })

  it('leave the Vary of the answer itself in place', async () => {
    const response = await make(routes, { cors: { origin: [page] } }).ask('/vary', { headers: { origin: page } })
    expect(response.headers.get('vary')?.split(', ').toSorted()).toEqual(['Accept-Language', 'Origin'])
  })

  it('are not sent without an Origin, but Vary is', async () => {
    const response = await make(routes, { cors: { origin: [page] } }).ask('/x')
    expect(response.headers.has('access-control-allow-origin')).toBe(false)
    expect(response.headers.get('vary')).toBe('Origin')
  })

  it('are nowhere where CORS is off', async () => {
    const response = await make(routes).ask('/x', { headers: { origin: page } })
    expect(
      [...response.headers.keys()].filter((name) => name.startsWith('access-control-') || name === 'vary'),
    ).toEqual([])
  })

  it('never reflect any origin with credentials', async () => {
    try {
      const { ask } = make(routes, { cors: { credentials: true } })
      const response = await ask('/x', { headers: { origin: 'https://evil.example' } })
      const reflects = response.headers.get('access-control-allow-origin') === 'https://evil.example'
      expect(reflects && response.headers.has('access-control-allow-credentials')).toBe(false)
    } catch (error) {
      expect(error).toMatchObject({ code: 'ERR_OPTION' })
    }
  })
})

describe('cors.origin', () => {
  const allowed = (cors: CorsOptions, origin = page): Promise<string | null> =>
    make(routes, { cors })
      .ask('/x', { headers: { origin } })
      .then(({ headers }) => headers.get('access-control-allow-origin'))

  it('is one origin where it is a string: no part of it is enough', async () => {
    const cors = { origin: 'https://app.example.com', credentials: true }
    expect(await allowed(cors, 'https://app.example.com')).toBe('https://app.example.com')
    for (const origin of ['https://a', 'https://app.example', 'https://app.example.com.evil.example', 'null'])
      expect(await allowed(cors, origin)).toBeNull()
  })

  it('may be a function that decides later', async () => {
    const origin = async (asked: string): Promise<boolean> => Promise.resolve(asked === page)
    expect(await allowed({ origin, credentials: true })).toBe(page)
    expect(await allowed({ origin, credentials: true }, 'https://evil.example')).toBeNull()
    expect((await preflight({ origin })).headers.get('access-control-allow-origin')).toBe(page)
    expect((await preflight({ origin, headers: [] }, { origin: 'https://evil.example' })).headers.get('vary')).toBe(
      'Origin',
    )
  })

  it.each([
    ['a string', () => page],
    ['undefined', () => undefined],
    ['an object', () => ({})],
    ['a promise of 1', async () => Promise.resolve(1)],
    ['a rejection', async () => Promise.reject(new Error('no'))],
  ])('that decides nothing (%s) lets nobody in', async (_, origin) => {
    const { ask, errors } = make(routes, { cors: { origin: origin as never } })
    const response = await ask('/x', { headers: { origin: page } })
    expect(response.status).toBe(500)
    expect(response.headers.has('access-control-allow-origin')).toBe(false)
    expect(errors).toHaveLength(1)
  })

  it.each([
    ['https://app.example.com/', 'https://app.example.com'],
    ['https://app.example.com:8443/', 'https://app.example.com:8443'],
    ['https://app.example.com/login', 'https://app.example.com'],
    ['https://app.example.com/?a', 'https://app.example.com'],
    ['https://ann:x@app.example.com', 'https://app.example.com'],
    ['https://app.example.com:443', 'https://app.example.com'],
    ['https://App.example', 'https://app.example'],
    ['https://bücher.example', 'https://xn--bcher-kva.example'],
    ['app.example.com', 'https://app.example.com'],
  ])('of %s is told to be %s', (origin, meant) => {
    const says = `cors.origin must be "${meant}", not "${origin}": an origin is a scheme, a host`
    const message = expect.stringContaining(says)
    const expected = expect.objectContaining({ code: 'ERR_OPTION', message })
    expect(() => make(routes, { cors: { origin } })).toThrow(expected)
    expect(() => make(routes, { cors: { origin: [page, origin] } })).toThrow(expected)
  })

  it.each(['https://app.example:8443', 'http://localhost:3000', 'http://[::1]:3000', 'chrome-extension://abc', 'null'])(
    'may be %s',
    (origin) => {
      expect(() => make(routes, { cors: { origin } })).not.toThrow()
    },
  )

  it.each<[string, unknown]>([
    ['a slash after the host', { origin: 'https://app.example.com/' }],
    ['a host without a scheme', { origin: 'app.example.com' }],
    ['a list in one string', { origin: 'https://a.example, https://b.example' }],
    ['a wildcard in a list', { origin: ['*'] }],
    ['a host with capitals', { origin: ['https://App.example'] }],
    ['an empty string', { origin: '' }],
    ['a number', { origin: 5 }],
    ['a RegExp', { origin: /x/ }],
    ['null', { origin: null }],
    ['a RegExp in a list', { origin: [/x/] }],
    ['methods as a string', { methods: 'GET' }],
    ['headers with a comma', { headers: ['a, b'] }],
    ['credentials as a string', { credentials: 'true', origin: page }],
    ['a negative age', { maxAgeSeconds: -1 }],
    ['an array', [page]],
    ['a string', page],
  ])('refuses %s when the server is made', (_, cors) => {
    expect(() => make(routes, { cors: cors as CorsOptions })).toThrow(expect.objectContaining({ code: 'ERR_OPTION' }))
  })
})
