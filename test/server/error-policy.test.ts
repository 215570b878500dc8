import { describe, expect, it, vi } from 'vitest'
import { err, Server, TidingsError, type ServerOptions } from '../../src/server/index.ts'
import { eventSource, make, plain, Reading, untyped } from '../support/server/asking.ts'

const throwing = (error: unknown): ReturnType<typeof untyped> =>
  untyped({
    method: 'GET',
    path: '/x',
    handler: () => {
      throw error
    },
  })

const failing = (error: unknown): ReturnType<typeof untyped> =>
  untyped({
    method: 'GET',
    path: '/x',
    sse: true,
    handler: async function* () {
      yield 1
      throw error
    },
  })

async function bodyOf(error: unknown, options: ServerOptions = {}): Promise<unknown> {
  return (await make([throwing(error)], { exposeErrors: true, ...options }).ask('/x')).json()
}

/** What a plain reader gets after the first event of a stream that fails. */
async function eventOf(error: unknown, options: ServerOptions = {}): Promise<string> {
  const response = await make([failing(error)], options).ask('/x', { headers: plain })
  return (await new Reading(response).ended()).replace('data: 1\n\n', '')
}

describe('what a handler throws without meaning it for the client', () => {
  it('is a 500 that says nothing of it, and onError is told', async () => {
    const error = new Error('SELECT pw FROM users')
    const { ask, errors } = make([throwing(error)])
    const response = await ask('/x')
    expect(response.status).toBe(500)
    expect(await response.json()).toEqual({ code: 500, message: 'Internal Server Error' })
    expect(errors).toEqual([error])
  })

  it('is shown by an open stream, and with exposeErrors: true by every answer', async () => {
    expect(await eventOf(new Error('broken'))).toBe('event: error\ndata: {"error":"broken"}\n\n')
    expect(await bodyOf(new Error('broken'), { exposeErrors: true })).toEqual({ code: 500, message: 'broken' })
  })

  it('is masked by exposeErrors: false, before the head and after it', async () => {
    expect(await bodyOf(new Error('secret'), { exposeErrors: false })).toEqual({
      code: 500,
      message: 'Internal Server Error',
    })
    expect(await eventOf(new Error('secret'), { exposeErrors: false })).toBe(
      'event: error\ndata: {"error":"Internal Server Error"}\n\n',
    )
  })

  it('is not masked where it is an HttpError', async () => {
    expect(await bodyOf(err.conflict('taken'), { exposeErrors: false })).toEqual({ code: 409, message: 'taken' })
    expect(await eventOf(err.conflict('taken'), { exposeErrors: false })).toContain('"error":"taken"')
  })

  it.each([
    ['a string', 'just text', 'just text'],
    ['undefined', undefined, 'undefined'],
    ['null', null, 'null'],
    ['a symbol', Symbol('s'), 'Symbol(s)'],
    ['an error without a message', new RangeError(), 'RangeError'],
  ])('is answered when it is %s', async (_name, thrown, message) => {
    expect(await bodyOf(thrown)).toEqual({ code: 500, message })
    expect(await eventOf(thrown)).toBe(`event: error\ndata: ${JSON.stringify({ error: message })}\n\n`)
  })

  it('is answered when it cannot even be made a string', async () => {
    const thrown: unknown = Object.create(null)
    expect(await bodyOf(thrown)).toMatchObject({ code: 500 })
    expect(await eventOf(thrown)).toContain('event: error\n')
  })

  it('cannot forge events by its message', async () => {
    expect(await eventOf(new Error('a\n\nevent: forged\ndata: x'))).toBe(
      'event: error\ndata: {"error":"a\\n\\nevent: forged\\ndata: x"}\n\n',
    )
  })

  it.each(['ERR_JOURNAL_UNAVAILABLE', 'ERR_JOURNAL_FULL'] as const)(
    'is a 503 with Retry-After when it is %s, without the address that its message has',
    async (code) => {
      const error = new TidingsError(code, 'redis://10.0.0.7 has no room')
      const { ask, errors } = make([throwing(error)], { exposeErrors: true })
      const response = await ask('/x')
      expect(response.status).toBe(503)
      expect(response.headers.get('retry-after')).toBe('5')
      // Not every route streams.
      expect(await response.json()).toEqual({ code: 503, message: 'The service is unavailable at the moment.' })
      expect(errors).toEqual([error])
    },
  )

  it('asks to come back after retryAfterSeconds when a journal is away, a plain client and an EventSource alike', async () => {
    const route = { method: 'GET', path: '/x', sse: true, handler: () => Promise.reject(full) }
    const full = new TidingsError('ERR_JOURNAL_FULL', 'full')
    const { ask } = make([untyped(route)], { retryAfterSeconds: 40 })
    expect((await ask('/x', { headers: plain })).headers.get('retry-after')).toBe('40')
    const [, pause] = /retry: ?(\d+)/.exec(await (await ask('/x', { headers: eventSource })).text()) ?? []
    expect(Number(pause)).toBeGreaterThanOrEqual(20_000)
  })

  it('goes to console.error where there is no onError', async () => {
    const print = vi.spyOn(console, 'error').mockImplementation(() => {})
    const error = new Error('broken')
    await new Server([throwing(error)]).fetch(new Request('http://test/x'))
    expect(print).toHaveBeenCalledExactlyOnceWith(error)
    print.mockRestore()
  })
})

describe('what onError returns', () => {
  it('replaces the error by an Error of its own', async () => {
    const options = { onError: () => new Error('sorry') }
    expect(await bodyOf(new Error('secret'), options)).toEqual({ code: 500, message: 'sorry' })
    expect(await eventOf(new Error('secret'), options)).toBe('event: error\ndata: {"error":"sorry"}\n\n')
  })

  it('replaces it by an HttpError with its status, headers and details', async () => {
    const replacement = err.unavailable('back soon', { headers: { 'retry-after': '9' }, details: { ref: 'r1' } })
    const response = await make([throwing(new Error('secret'))], { onError: () => replacement }).ask('/x')
    expect(response.status).toBe(503)
    expect(response.headers.get('retry-after')).toBe('9')
    expect(await response.json()).toEqual({ code: 503, message: 'back soon', ref: 'r1' })
  })

  it('replaces it by a message', async () => {
    const options = { onError: () => 'ref 17' }
    expect(await bodyOf(new Error('secret'), options)).toEqual({ code: 500, message: 'ref 17' })
    expect(await eventOf(new Error('secret'), options)).toBe('event: error\ndata: {"error":"ref 17"}\n\n')
  })

  it('goes before exposeErrors: false', async () => {
    expect(await bodyOf(new Error('secret'), { exposeErrors: false, onError: () => 'ref 17' })).toEqual({
      code: 500,
      message: 'ref 17',
    })
  })

  it('names a status in the error event when it is an HttpError', async () => {
    expect(await eventOf(new Error('secret'), { onError: () => err.forbidden('not you') })).toBe(
      'event: error\ndata: {"error":"not you","code":403}\n\n',
    )
  })

  it('decides whether coming back may help: a 4xx is the end, after the head too', async () => {
    const { ask } = make([failing(new Error('x'))], { onError: () => err.forbidden('not you') })
    const response = await ask('/x', { headers: { accept: 'text/event-stream', 'cache-control': 'no-cache' } })
    const text = await new Reading(response).ended()
    expect(text).toContain('event: tidings:end\n')
    expect(text).not.toContain('retry:')
  })

  it('gets the context of the request', async () => {
    const paths: string[] = []
    await make([throwing(new Error('x'))], { onError: (_error, ctx) => void paths.push(ctx.path) }).ask('/x')
    expect(paths).toEqual(['/x'])
  })
})

describe('an onError that throws', () => {
  it('changes nothing for the client, and its own error is printed', async () => {
    const print = vi.spyOn(console, 'error').mockImplementation(() => {})
    const own = new Error('onError is broken')
    const onError = (): never => {
      throw own
    }
    expect(await bodyOf(new Error('broken'), { onError })).toEqual({ code: 500, message: 'broken' })
    expect(await eventOf(new Error('broken'), { onError })).toBe('event: error\ndata: {"error":"broken"}\n\n')
    expect(print).toHaveBeenCalledWith(own)
    print.mockRestore()
  })
})
