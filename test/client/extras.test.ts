// What a page in production is sent in place of the long texts: the same names, and clients that do and refuse the same.
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import * as full from '../../src/client/extras/full.ts'
import * as lean from '../../src/client/extras/lean.ts'
import { answering, cut, status, theEnd, tidingsType, whole } from '../support/client/answering-server.ts'
import { all, dataOf, failure, soon } from '../support/client/stream-outcome.ts'

type Stream = typeof import('../../src/client/index.ts').stream

test('has the same names', () => {
  expect(Object.keys(lean).toSorted()).toEqual(Object.keys(full).toSorted())
})

const circle: Record<string, unknown> = {}
circle['self'] = circle

const jsonMistakes: readonly (readonly [name: string, json: unknown])[] = [
  ['a function', () => {}],
  ['a Map', new Map([[1, 2]])],
  ['a Set', new Set()],
  ['an Error', new Error('x')],
  ['a bigint', 1n],
  ['a bigint inside', { n: 1n }],
  ['a circle', circle],
  ['NaN', NaN],
  ['a date that is none', new Date(NaN)],
  ['a promise', Promise.resolve(1)],
  ['bytes', new Uint8Array(2)],
  ['a symbol', Symbol('x')],
]

const optionMistakes: readonly object[] = [
  { onRety: () => {} },
  { maxEventByte: 1 },
  { lastEventID: '1' },
  { timeout: undefined },
  { toString: 1 },
  { attempts: 3 },
  { retry: { attempt: 1 } },
  { retry: { retry: {} } },
  { idleTimeoutMs: -1 },
  { eventTimeoutMs: NaN },
  { idleTimeoutMs: 'soon' },
  { idleTimeoutMs: 2 ** 31 },
  { maxEventBytes: -1 },
  { retry: { attempts: NaN } },
  { retry: { minMs: -1 } },
  { retry: { maxMs: 2 ** 31 } },
  { lastEventId: 'a\nb' },
  { lastEventId: 'a\0b' },
]

const goodOptions: readonly object[] = [
  {},
  { json: null },
  { json: {} },
  { json: [] },
  { json: 'null' },
  { json: '{}' },
  { json: new Date(0) },
  { json: Object.create(null) },
  { retry: false },
  { retry: { attempts: Infinity, minMs: 0, maxMs: undefined, unsafe: true } },
  { retry: { attempts: Number.MAX_SAFE_INTEGER } },
  { maxEventBytes: false, idleTimeoutMs: false, eventTimeoutMs: 2 ** 31 - 1 },
  { maxEventBytes: Infinity },
  { method: 'GET', headers: {}, request: () => undefined, credentials: 'omit', lastEventId: 'é', as: 'json' },
  { onOpen: () => {}, onRetry: () => {}, onState: () => {}, until: () => true, schema: undefined, signal: undefined },
]

const refusals: readonly (readonly [name: string, url: string, options: Parameters<Stream>[1]])[] = [
  ['a body on a GET', 'http://127.0.0.1:9/', { method: 'GET', body: 'x' }],
  ['json on a HEAD', 'http://127.0.0.1:9/', { method: 'head', json: {} }],
  ['a name and a password in the url', 'http://user:secret@127.0.0.1/', {}],
  ['another scheme', 'ftp://127.0.0.1/', {}],
  ['a scheme that does not exist', 'foo:bar', {}],
  ['a method that is forbidden', 'http://127.0.0.1:9/', { method: 'TRACE' }],
  ['a method that is none', 'http://127.0.0.1:9/', { method: 'A B' }],
  ['a header name that is none', 'http://127.0.0.1:9/', { headers: { 'a b': 'c' } }],
  ['a header value that is none', 'http://127.0.0.1:9/', { headers: () => ({ a: 'b\nc' }) }],
  ['credentials that are none', 'http://127.0.0.1:9/', { credentials: JSON.parse('"some"') }],
  ['a url that request makes', 'http://127.0.0.1:9/', { request: () => ({ url: 'ftp://127.0.0.1/' }) }],
  ['a name that request does not know', 'http://127.0.0.1:9/', { request: () => JSON.parse('{"uri":"/"}') }],
  ['json that request returns', 'http://127.0.0.1:9/', { request: () => JSON.parse('{"json":{}}') }],
  ['a url of request that is none', 'http://127.0.0.1:9/', { request: () => ({ url: 'http://' }) }],
]

describe.each([
  ['in full', () => import('../../src/client/extras/full.ts')],
  ['as a page is sent it', () => import('../../src/client/extras/lean.ts')],
])('stream(), %s,', (_, load) => {
  let stream: Stream
  beforeAll(async () => {
    vi.resetModules()
    vi.doMock('#extras', load)
    stream = (await import('../../src/client/index.ts')).stream
  })
  afterAll(() => {
    vi.doUnmock('#extras')
    vi.resetModules()
  })

  const mistake = expect.objectContaining({ code: 'ERR_OPTION' })

  test.each(jsonMistakes)('refuses json that is %s', (_, json) => {
    expect(() => stream('https://example.com/', { json })).toThrow(mistake)
  })

  test.each(optionMistakes)('refuses the option %o', (options) => {
    expect(() => stream('https://example.com/', options)).toThrow(mistake)
  })

  test.each(goodOptions)('takes the options %o', (options) => {
    expect(() => stream('https://example.com/', options)).not.toThrow()
  })

  test.each(refusals)('is over at once with what fetch refuses: %s', async (_, url, options) => {
    const onRetry = vi.fn()
    const error = await failure(stream(url, { ...options, onRetry, retry: { attempts: 2, minMs: 1, maxMs: 1 } }))
    expect(error).toMatchObject({ name: 'TidingsError', code: 'ERR_OPTION' })
    expect(String(error)).not.toContain('secret')
    expect(onRetry).not.toHaveBeenCalled()
  })

  test('is over at once with redirects in a circle', async () => {
    const { url, requests } = await answering(status(302, { location: '/' }))
    const onRetry = vi.fn()
    expect(await failure(stream(url, { onRetry, retry: soon }))).toMatchObject({ code: 'ERR_STREAM_INTERRUPTED' })
    expect(onRetry).not.toHaveBeenCalled()
    expect(requests.length).toBeLessThan(50)
  })

  test('comes back where a connection is lost', async () => {
    const fetch = vi.fn(async () => Promise.reject(new TypeError('fetch failed')))
    const error = await failure(stream('https://example.com/', { fetch, retry: { ...soon, attempts: 2 } }))
    expect(error).toMatchObject({ code: 'ERR_STREAM_INTERRUPTED', cause: { message: 'fetch failed' } })
    expect(fetch).toHaveBeenCalledTimes(3)
  })

  test('reads, reconnects and resumes', async () => {
    const { url, requests } = await answering(cut('id: é你\ndata: 1\n\n'), whole(`data: 2\n\n${theEnd}`, tidingsType))
    expect(dataOf(await all(stream(url, { retry: soon })))).toEqual(['1', '2'])
    expect(Buffer.from(String(requests[1]?.lastEventId), 'latin1').toString()).toBe('é你')
  })

  test('says why a response is refused', async () => {
    const json = { 'content-type': 'application/json' }
    const refused = await answering(status(403, json, '{"message":"No."}'))
    const error = await failure(stream(refused.url))
    expect(error).toMatchObject({ status: 403, message: expect.stringMatching(/^The answer .*is 403: No\.$/) })
    const other = await answering(status(200, json, '{}'))
    expect(await failure(stream(other.url))).toMatchObject({
      code: 'ERR_RESPONSE',
      message: expect.stringMatching(/event-stream|readable stream/),
    })
  })

  test('does not read a body that cannot be read', async () => {
    const response = Object.defineProperty(new Response(null, { headers: { 'content-type': tidingsType } }), 'body', {
      value: undefined,
    })
    const fetch = vi.fn(async () => response)
    const error = await failure(stream('https://example.com/', { fetch }))
    expect(error).toMatchObject({ code: 'ERR_RESPONSE', message: expect.stringMatching(/(cannot be read|readable)/) })
    expect(fetch).toHaveBeenCalledTimes(1)
  })
})
