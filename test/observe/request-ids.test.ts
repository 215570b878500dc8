import { describe, expect, it } from 'vitest'
import { requestIds, type RequestIdsOptions } from '../../src/observe/index.ts'
import { err, HttpError, type Context, type ServerOptions } from '../../src/server/index.ts'
import { FetchReader } from '../support/server/fetch-reader.ts'
import { RawClient } from '../support/server/raw-client.ts'
import { run, type Running } from '../support/server/running.ts'
import { eventSource, untyped } from '../support/server/asking.ts'

const made = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

async function* failing({ params }: Context): AsyncGenerator {
  if (params['when'] === 'late') yield 'first'
  throw params['what'] === 'http' ? new HttpError(409, 'Taken.') : new Error('broken')
}

const routes = [
  untyped({ method: 'GET', path: '/id', handler: ({ requestId }: Context) => requestId ?? 'none' }),
  untyped({ method: 'GET', path: '/refused', handler: () => Promise.reject(err.forbidden('Not you.')) }),
  untyped({ method: 'GET', path: '/fails/:when/:what', sse: true, handler: failing }),
]

async function serveWith(options?: RequestIdsOptions, serverOptions: ServerOptions = {}): Promise<Running> {
  const running = await run(routes, serverOptions)
  running.server.use(requestIds(options))
  return running
}

/** The id that a request with `headers` has, in its handler and in its answer. */
async function idOf({ url }: Running, headers: Record<string, string> = {}, header = 'x-request-id'): Promise<string> {
  const response = await fetch(`${url}/id`, { headers })
  const id = await response.text()
  expect(response.headers.get(header)).toBe(id)
  return id
}

describe('the id of a request', () => {
  it('is made here, another for each request, and in its answer', async () => {
    const running = await serveWith()
    const ids = [await idOf(running), await idOf(running)]
    for (const id of ids) expect(id).toMatch(made)
    expect(ids[0]).not.toBe(ids[1])
  })

  it('of the header is not believed by default', async () => {
    expect(await idOf(await serveWith(), { 'x-request-id': 'mine' })).toMatch(made)
  })

  it('of the header is taken over where it is trusted', async () => {
    const running = await serveWith({ trustHeader: true })
    for (const id of [
      '7',
      '0af7651916cd43dd8448eb211c80319c',
      'Root=1-67891233-abcdef01',
      'a/b.c~d:e+f_g',
      'x'.repeat(128),
    ])
      expect(await idOf(running, { 'x-request-id': id })).toBe(id)
    expect(await idOf(running)).toMatch(made)
  })

  it('is trusted request by request where a function says so', async () => {
    const running = await serveWith({ trustHeader: ({ headers }) => headers['x-from'] === 'proxy' })
    expect(await idOf(running, { 'x-request-id': 'given', 'x-from': 'proxy' })).toBe('given')
    expect(await idOf(running, { 'x-request-id': 'given' })).toMatch(made)
  })

  it.each<[string, RequestIdsOptions]>([
    ['trustHeader', { trustHeader: async () => false } as object],
    ['trustHeader', { trustHeader: async () => Promise.reject(new Error('away')) } as object],
    ['makeId', { makeId: async () => Promise.reject(new Error('away')) } as object],
  ])('is refused where %s returns a promise, which would always be true', async (name, options) => {
    const errors: unknown[] = []
    const { url } = await serveWith(options, { onError: (error) => void errors.push(error) })
    const response = await fetch(`${url}/id`, { headers: { 'x-request-id': 'given' } })
    expect(response.status).toBe(500)
    expect(response.headers.get('x-request-id')).toBeNull()
    expect(String(errors)).toContain(`requestIds(): ${name} must return`)
  })

  it.each([
    ['empty', ''],
    ['too long', 'x'.repeat(129)],
    ['of two headers', 'one, two'],
    ['with a space', 'a b'],
    ['with a quote', 'a"b'],
    ['with markup', '<script>'],
    ['with a tab', 'a\tb'],
    ['with an escape sequence of terminals', '\u001b[2J'],
    ['of other bytes than ASCII', 'caf\u00e9'],
  ])('that is %s is replaced', async (_, given) => {
    const { port } = await serveWith({ trustHeader: true })
    const client = await RawClient.open(port)
    client.request('GET /id HTTP/1.1', ['Connection: close', `X-Request-Id: ${given}`])
    const text = await client.ended()
    // Node itself refuses some of them.
    if (!text.startsWith('HTTP/1.1 400')) expect(text).toMatch(new RegExp(made.source.slice(0, -1), 'm'))
    expect(text).not.toContain(given || '\u0000')
  })

  it('has the header and the form that options say', async () => {
    const running = await serveWith({ header: 'X-Correlation-Id', trustHeader: true, makeId: () => 'r-1' })
    expect(await idOf(running, {}, 'x-correlation-id')).toBe('r-1')
    expect(await idOf(running, { 'x-correlation-id': 'c' }, 'x-correlation-id')).toBe('c')
  })

  it('is in what is sent for an error: an answer, a stream that reconnects, an event', async () => {
    const { url } = await serveWith({ trustHeader: true })
    const ask = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
      fetch(url + path, { headers: { 'x-request-id': 'r-1', ...headers } })
    expect(await (await ask('/refused')).json()).toEqual({ code: 403, message: 'Not you.', requestId: 'r-1' })
    expect(await (await ask('/nowhere')).json()).toMatchObject({ code: 404, requestId: 'r-1' })
    expect(await (await ask('/fails/early/error', eventSource)).text()).toContain('"requestId":"r-1"}')
    const late = await FetchReader.open(`${url}/fails/late/http`, { headers: { 'x-request-id': 'r-1' } })
    expect(await late.ended()).toContain('data: {"error":"Taken.","code":409,"requestId":"r-1"}\n')
    expect(late.response.headers.get('x-request-id')).toBe('r-1')
  })

  it('is known to onError, onFinish and observers', async () => {
    const seen: unknown[] = []
    const note = (name: string, { requestId }: Context): void => void seen.push([name, requestId])
    const onFinish: ServerOptions['onFinish'] = ({ ctx }) => note('finish', ctx)
    const { url, server } = await serveWith(
      { makeId: () => 'r-1' },
      { onError: (_, ctx) => note('error', ctx), onFinish },
    )
    server.observe({ onEnd: ({ ctx }) => note('end', ctx) })
    await (await fetch(`${url}/fails/late/error`)).text()
    await expect
      .poll(() => seen)
      .toEqual([
        ['error', 'r-1'],
        ['end', 'r-1'],
        ['finish', 'r-1'],
      ])
  })
})

it('a server without it adds no id to anything', async () => {
  const { url } = await run(routes)
  const headers = { 'x-request-id': 'given' }
  const response = await fetch(`${url}/id`, { headers })
  expect([await response.text(), response.headers.get('x-request-id')]).toEqual(['none', null])
  expect(await (await fetch(`${url}/refused`, { headers })).json()).toEqual({ code: 403, message: 'Not you.' })
  expect(await (await fetch(`${url}/fails/late/error`, { headers })).text()).toContain('data: {"error":"broken"}\n')
})

it('options that cannot work are refused', async () => {
  expect(() => requestIds({ header: 'two words' })).toThrow(/header must be the name of a header/)
  expect(() => requestIds({ trustHeader: 'yes' } as object)).toThrow(/trustHeader must be true, false or a function/)
  expect(() => requestIds({ trust: true } as object)).toThrow(/no option "trust"/)
  const errors: unknown[] = []
  const { url } = await serveWith({ makeId: () => 'a b' }, { onError: (error) => void errors.push(error) })
  expect((await fetch(`${url}/id`)).status).toBe(500)
  expect(errors).toMatchObject([{ code: 'ERR_OPTION', message: expect.stringContaining('not "a b"') }])
})
