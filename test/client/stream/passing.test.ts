// What stream() takes for a failure that passes, what for a mistake, and what it may send again.
import { afterEach, describe, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { stream, ResponseError, type RetryNotice } from '../../../src/client/index.ts'
import { answering, cut, sseType, status, theEnd, tidingsType, whole } from '../../support/client/answering-server.ts'
import { openScriptedServer } from '../../support/client/scripted-server.ts'
import { all, dataOf, failure, soon } from '../../support/client/stream-outcome.ts'

afterEach(() => void vi.useRealTimers())

const url = 'https://example.com/'

describe('a headers function that fails', () => {
  test('is asked again after the backoff, and counts as a failure', async () => {
    const server = await answering(whole('data: 1\n\n'))
    const notices: RetryNotice[] = []
    let count = 0
    const headers = async (): Promise<Record<string, string>> => {
      count += 1
      if (count < 3) throw new TypeError('offline')
      return { authorization: 'Bearer t' }
    }
    const events = stream(server.url, { headers, retry: soon, onRetry: (notice) => notices.push(notice) })
    expect(dataOf(await all(events))).toEqual(['1'])
    expect(notices).toMatchObject([
      { attempt: 1, error: { message: 'offline' } },
      { attempt: 2, error: { message: 'offline' } },
    ])
    expect(server.requests).toHaveLength(1)
  })

  test('is given up when the attempts are used up, with its own error', async () => {
    const headers = vi.fn((): never => {
      throw new Error('no token')
    })
    const error = await failure(stream(url, { headers, retry: { ...soon, attempts: 2 } }))
    expect(error).toMatchObject({ message: 'no token' })
    expect(headers).toHaveBeenCalledTimes(3)
  })

  test('may be asked again for a POST, of which nothing was sent', async () => {
    const server = await answering(whole('data: 1\n\n'))
    const headers = vi.fn(async () => ({})).mockRejectedValueOnce(new Error('offline'))
    expect(await all(stream(server.url, { json: {}, headers, retry: soon }))).toHaveLength(1)
    expect(server.requests).toHaveLength(1)
  })

  test('says by a ResponseError that it will not get better', async () => {
    const headers = vi.fn(async (): Promise<never> => {
      throw new ResponseError(new Response('', { status: 403 }), '')
    })
    expect(await failure(stream(url, { headers, retry: soon }))).toMatchObject({ status: 403 })
    expect(headers).toHaveBeenCalledTimes(1)
  })
})

describe('a mistake is an error at the call', () => {
  const circle: Record<string, unknown> = {}
  circle['self'] = circle

  test.each([
    ['a function', () => {}],
    ['a Map', new Map([[1, 2]])],
    ['a bigint', 1n],
    ['a bigint inside', { n: 1n }],
    ['a circle', circle],
    ['NaN', NaN],
    ['a promise', Promise.resolve(1)],
    ['bytes', new Uint8Array(2)],
    ['a symbol', Symbol('x')],
  ])('in json: %s', (_, json) => {
    expect(() => stream(url, { json })).toThrow(
      expect.objectContaining({ code: 'ERR_OPTION', message: expect.stringContaining('JSON cannot hold') }),
    )
  })

  test.each([null, {}, [], 'null', '{}', { a: undefined }, new Date(0)])('but not %j', (json) => {
    expect(() => stream(url, { json })).not.toThrow()
  })

  test.each(['a\nb', 'a\rb', 'a\0b'])('in lastEventId: %j', (lastEventId) => {
    expect(() => stream(url, { lastEventId })).toThrow(expect.objectContaining({ code: 'ERR_OPTION' }))
  })

  test.each([
    { idleTimeoutMs: -1 },
    { eventTimeoutMs: NaN },
    { idleTimeoutMs: 2 ** 31 },
    { maxEventBytes: -1 },
    { retry: { attempts: NaN } },
    { retry: { minMs: -1 } },
    { retry: { maxMs: 2 ** 31 } },
  ])('in a number: %o', (options) => {
    expect(() => stream(url, options)).toThrow(expect.objectContaining({ code: 'ERR_OPTION' }))
  })

  test('in a number that is text', () => {
    const options: object = { idleTimeoutMs: '5' }
    expect(() => stream(url, options)).toThrow(/idleTimeoutMs must be a number/)
  })
})

test('options that are undefined are as good as left out', async () => {
  const server = await answering(status(503), whole('data: {"n":1}\n\n'))
  const none = undefined
  const options = { method: none, headers: none, json: none, body: none, credentials: none, signal: none }
  const others = { lastEventId: none, idleTimeoutMs: none, eventTimeoutMs: none, maxEventBytes: none, schema: none }
  const rest = { as: none, until: none, fetch: none, onOpen: none, onRetry: none, onState: none, request: none }
  const retry = { attempts: none, minMs: 1, maxMs: none, unsafe: none }
  const events = await all(stream(server.url, { ...options, ...others, ...rest, retry }))
  expect(events).toEqual([{ event: 'message', data: { n: 1 }, id: '' }])
  expect(server.requests).toHaveLength(2)
})

describe('an answer that is no stream', () => {
  test.each([
    [{ error: { message: 'No quota left', type: 'x' } }, 'No quota left'],
    [{ error: 'invalid_token' }, 'invalid_token'],
    [{ message: 'No luck' }, 'No luck'],
    [{ detail: 'Not here' }, 'Not here'],
    [{ detail: [{ loc: ['body'], msg: 'Field required' }] }, 'Field required'],
    [
      { type: 'about:blank', title: 'Out of credit', detail: 'Your balance is 30' },
      'Out of credit: Your balance is 30',
    ],
  ])('says why: %j', async (body, reason) => {
    const type = 'title' in body ? 'application/problem+json; charset=utf-8' : 'application/json'
    const { url } = await answering(status(403, { 'content-type': type }, JSON.stringify(body)))
    expect(await failure(stream(url))).toMatchObject({ body, message: expect.stringContaining(`403: ${reason}`) })
  })

  test('says why, at no length', async () => {
    const body = JSON.stringify({ message: 'x'.repeat(10_000) })
    const { url } = await answering(status(400, { 'content-type': 'application/json' }, body))
    expect(String(await failure(stream(url))).length).toBeLessThan(700)
  })

  test('is read as JSON where it is JSON: a model that was not asked to stream', async () => {
    const { url } = await answering(whole('{"choices":[]}', 'application/json'))
    const error = await failure(stream(url))
    expect(error).toMatchObject({ status: 200, body: { choices: [] } })
    expect(String(error)).toMatch(/application\/json in place of text\/event-stream.*\(await fetch\(url\)\)\.json\(\)/)
  })

  test('is the 401 where the body was a stream, which a second request could not send', async () => {
    const server = await openScriptedServer(async (response, request) => {
      await request.resume().toArray()
      response.writeHead(401).end()
    })
    const body = new ReadableStream({
      start: (controller) => {
        controller.enqueue(new TextEncoder().encode('x'))
        controller.close()
      },
    })
    expect(await failure(stream(server.url, { body, headers: () => ({}) }))).toMatchObject({ status: 401 })
    expect(server.requests).toHaveLength(1)
  })
})

const opening = (data: string): string => `id: r.0\nevent: tidings:open\ndata: ${data}\n\n`

describe('a POST is repeated', () => {
  test('to follow a run', async () => {
    const server = await answering(cut(opening('{"run":"r"}')), whole(theEnd, tidingsType))
    expect(await all(stream(server.url, { json: {}, retry: soon }))).toEqual([])
    expect(server.requests.map(({ method, lastEventId }) => [method, lastEventId])).toEqual([
      ['POST', undefined],
      ['POST', 'r.0'],
    ])
  })

  test.each(['text', 'json', 'auto'] as const)('but not to join a topic, as %s', async (as) => {
    const server = await answering(cut(opening('{}')), whole(theEnd, tidingsType))
    expect(await failure(stream(server.url, { json: {}, as, retry: soon }))).toMatchObject({
      code: 'ERR_STREAM_INTERRUPTED',
    })
    expect(server.requests).toHaveLength(1)
  })
})

describe('a clean end', () => {
  test('with retry is no failure, from other servers too, and is its own first notice', async () => {
    const quiet = whole('retry: 1\n\n', sseType)
    const server = await answering(quiet, quiet, quiet, whole('data: last\n\n'))
    const attempts: number[] = []
    const events = stream(server.url, {
      until: ({ data }) => data === 'last',
      retry: { ...soon, attempts: 1 },
      onRetry: ({ attempt }) => attempts.push(attempt),
    })
    expect(dataOf(await all(events))).toEqual(['last'])
    expect(attempts).toEqual([1, 1, 1])
  })

  test('counts as a failure without it', async () => {
    const server = await answering(whole(''))
    const attempts: number[] = []
    const options = { until: () => false, retry: { ...soon, attempts: 2 } }
    await failure(stream(server.url, { ...options, onRetry: ({ attempt }) => attempts.push(attempt) }))
    expect(attempts).toEqual([1, 2])
  })
})

test('until is given what the schema makes of the data, with its type', async () => {
  const server = await answering(whole('data: {"n":"1"}\n\ndata: {"n":"2"}\n\ndata: {"n":"3"}\n\n'))
  const schema = z.object({ n: z.coerce.number() })
  const events = stream(server.url, { schema, until: ({ data }) => data.n.toFixed(1) === '2.0' })
  expect(dataOf(await all(events))).toEqual([{ n: 1 }, { n: 2 }])
})

test('until may take its time', async () => {
  const server = await answering(whole('data: 1\n\ndata: 2\n\ndata: 3\n\n'))
  const events = stream(server.url, { until: async ({ data }) => data === '2' })
  expect(dataOf(await all(events))).toEqual(['1', '2'])
})
