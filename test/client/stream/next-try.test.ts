// The next try of a stream(): what is sent then, when, and what its reader is told.
import { describe, expect, test, vi } from 'vitest'
import { stream, type NextRequest, type StateNotice } from '../../../src/client/index.ts'
import { answering, cut, status, theEnd, tidingsType, whole } from '../../support/client/answering-server.ts'
import { broken, events as streamOf, openScriptedServer } from '../../support/client/scripted-server.ts'
import { createGate } from '../../support/time/gate.ts'
import { all, dataOf, failure, soon } from '../../support/client/stream-outcome.ts'

describe('request', () => {
  test('lays url, method, headers and body over the options, for one try at a time', async () => {
    const bodies: string[] = []
    const server = await openScriptedServer(
      async (response, request) => {
        bodies.push(String(await request.setEncoding('utf8').toArray()))
        broken('id: 7\ndata: 1\n\n')(response, request)
      },
      streamOf(`data: 2\n\n${theEnd}`, { 'content-type': tidingsType }),
    )
    const asked: NextRequest[] = []
    const events = stream(`${server.url}/start`, {
      json: { question: 1 },
      headers: { 'x-a': 'option', 'x-b': 'option' },
      retry: soon,
      request: async (next) => {
        asked.push(next)
        if (next.lastEventId === '') return undefined
        return { url: `${server.url}/again?after=${next.lastEventId}`, method: 'GET', headers: { 'x-b': 'try' } }
      },
    })
    expect(dataOf(await all(events))).toEqual(['1', '2'])
    expect(asked).toEqual([
      { lastEventId: '', attempt: 0 },
      { lastEventId: '7', attempt: 1 },
    ])
    expect(bodies).toEqual(['{"question":1}'])
    expect(server.requests.map(({ method, url }) => [method, url])).toEqual([
      ['POST', '/start'],
      ['GET', '/again?after=7'],
    ])
    expect(server.requests[1]?.headers).toMatchObject({ 'x-a': 'option', 'x-b': 'try' })
  })

  test('has a body of its own, which takes the place of json', async () => {
    const server = await openScriptedServer(async (response, request) => {
      const text = String(await request.setEncoding('utf8').toArray())
      response.writeHead(200, { 'content-type': tidingsType }).end(`data: ${text}\n\n${theEnd}`)
    })
    const events = stream(server.url, { json: { a: 1 }, request: () => ({ body: 'own' }) })
    expect(dataOf(await all(events))).toEqual(['own'])
    expect(server.requests[0]?.method).toBe('POST')
    expect(server.requests[0]?.headers['content-type']).not.toBe('application/json')
  })

  test.each([undefined, null, {}])('is that of the options where there is nothing to change: %j', async (nothing) => {
    const server = await answering(whole(`data: 1\n\n${theEnd}`, tidingsType))
    const onRetry = vi.fn()
    expect(dataOf(await all(stream(server.url, { request: () => nothing, onRetry, retry: soon })))).toEqual(['1'])
    expect([server.requests.length, onRetry.mock.calls.length]).toEqual([1, 0])
  })

  test.each([
    ['text', 'x', 'The options of request() must be an object, not "x"'],
    ['a body that is a value', { body: { a: 1 } }, 'send a value as `json`'],
    ['headers that are text', { headers: 'x' }, 'headers must be an object of headers'],
    ['a url that is a number', { url: 5 }, 'url must be a string or a URL'],
  ])('is over at once where it is %s', async (_, changes, said) => {
    const onRetry = vi.fn()
    const error = await failure(
      stream('https://example.com/', { request: () => changes as object, onRetry, retry: soon }),
    )
    expect(error).toMatchObject({ code: 'ERR_OPTION', message: expect.stringContaining(said) })
    expect(onRetry).not.toHaveBeenCalled()
  })

  test('does not let a POST be repeated', async () => {
    const server = await answering(cut('data: 1\n\n'))
    const error = await failure(stream(server.url, { json: {}, retry: soon, request: () => ({}) }))
    expect(error).toMatchObject({ code: 'ERR_STREAM_INTERRUPTED' })
    expect(server.requests).toHaveLength(1)
  })

  test('fails as headers do', async () => {
    const server = await answering(whole('data: 1\n\n'))
    const request = vi
      .fn(() => ({}))
      .mockImplementationOnce(() => {
        throw new Error('offline')
      })
    expect(await all(stream(server.url, { retry: soon, request }))).toHaveLength(1)
    const wrong = stream(server.url, { retry: soon, request: () => ({ url: 'http://[' }) })
    expect(await failure(wrong)).toMatchObject({ code: 'ERR_OPTION' })
  })

  test('keeps what it leaves undefined', async () => {
    const server = await answering(whole('data: 1\n\n'))
    const changes = { url: undefined, method: undefined, headers: undefined, body: undefined }
    await all(stream(server.url, { method: 'PUT', body: 'x', request: () => changes }))
    expect(server.requests[0]?.method).toBe('PUT')
  })
})

test('reconnect() cuts a pause short, and does nothing else', async () => {
  const server = await answering(status(503), whole('data: 1\n\n'))
  const paused = createGate()
  const retry = { minMs: 1e9, maxMs: 1e9 }
  const events = stream(server.url, { retry, onState: ({ state }) => state === 'waiting' && paused.open() })
  events.reconnect()
  const reading = all(events)
  await paused.opened
  events.reconnect()
  events.reconnect()
  expect(dataOf(await reading)).toEqual(['1'])
  events.reconnect()
  expect(server.requests).toHaveLength(2)
})

const statesOf = (notices: readonly StateNotice[]): string[] => notices.map(({ state }) => state)

describe('onState', () => {
  test('tells of each state once, and why', async () => {
    const server = await answering(status(503), cut('data: 1\n\n'), whole(theEnd, tidingsType))
    const notices: StateNotice[] = []
    await all(stream(server.url, { retry: soon, onState: (notice) => notices.push(notice) }))
    const first = ['connecting', 'waiting', 'connecting', 'open', 'waiting', 'connecting', 'open', 'closed']
    expect(statesOf(notices)).toEqual(first)
    expect(notices[1]?.reason).toMatchObject({ status: 503 })
    expect(notices[4]?.reason).toMatchObject({ code: 'ERR_STREAM_INTERRUPTED' })
    expect(notices.at(-1)?.reason).toBeUndefined()
  })

  test('tells why it is over: by an error, a signal, or nothing', async () => {
    const notices: StateNotice[] = []
    const onState = (notice: StateNotice): unknown => notices.push(notice)
    const { url } = await answering(status(404))
    const error = await failure(stream(url, { onState }))
    expect(notices.at(-1)).toEqual({ state: 'closed', reason: error })
    await failure(stream(url, { onState, signal: AbortSignal.abort('enough') }))
    expect(notices.at(-1)).toEqual({ state: 'closed', reason: 'enough' })
    const events = stream(url, { onState })
    events.close()
    events.close()
    await all(events)
    expect(notices.at(-1)).toEqual({ state: 'closed', reason: undefined })
    expect(statesOf(notices)).toEqual(['connecting', 'closed', 'closed', 'closed'])
  })
})
