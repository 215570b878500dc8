// stream(): what its readers can rely on, against real servers.
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Type } from 'typebox'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { isGap, isReset, stream, type EventStream, type RetryNotice } from '../../src/client/index.ts'
import { createGate } from '../support/gate.ts'

type Answer = (response: ServerResponse, request: IncomingMessage) => unknown

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

/** Answers the first request with the first answer, and so on; the last one answers all further ones. */
async function answering(...answers: Answer[]): Promise<{ url: string; requests: IncomingMessage[] }> {
  const requests: IncomingMessage[] = []
  const server = createServer((request, response) => {
    requests.push(request)
    void answers[Math.min(requests.length, answers.length) - 1]?.(response, request)
  })
  servers.push(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}/`, requests }
}

const sseType = 'text/event-stream; charset=utf-8'
const tidingsType = `${sseType}; tidings=1`
const theEnd = 'event: tidings:end\nid: 9~end\ndata: {}\n\n'

const whole =
  (body: string, type = sseType): Answer =>
  (response) =>
    response.writeHead(200, { 'content-type': type }).end(body)
/** Sends the body and breaks off. */
const cut =
  (body: string, type = tidingsType): Answer =>
  (response) => {
    response.writeHead(200, { 'content-type': type })
    response.write(body, () => response.destroy())
  }
const held =
  (body: string, type = tidingsType): Answer =>
  (response) => {
    response.writeHead(200, { 'content-type': type })
    response.write(body)
  }
const status =
  (code: number, headers: Record<string, string> = {}, body = ''): Answer =>
  (response) =>
    response.writeHead(code, headers).end(body)

async function all<Event>(events: AsyncIterable<Event>): Promise<Event[]> {
  const got: Event[] = []
  for await (const event of events) got.push(event)
  return got
}
async function failure(events: AsyncIterable<unknown>): Promise<unknown> {
  try {
    return await all(events)
  } catch (error) {
    return error
  }
}
const dataOf = (events: { data: unknown }[]): unknown[] => events.map(({ data }) => data)
const soon = { minMs: 1, maxMs: 1 }

describe('what is read', () => {
  test('events with name, data and position', async () => {
    const { url } = await answering(whole('data: {"n":1}\n\nevent: x\nid: 7\ndata: text\n\ndata: 3\n\n'))
    expect(await all(stream(url))).toEqual([
      { event: 'message', data: { n: 1 }, id: '' },
      { event: 'x', data: 'text', id: '7' },
      { event: 'message', data: '3', id: '7' },
    ])
  })

  test.each([
    ['json', [{ n: 1 }, '2', 3]],
    ['text', ['{"n":1}', '"2"', '3']],
    ['auto', [{ n: 1 }, '"2"', '3']],
  ] as const)('as %s', async (as, expected) => {
    const { url } = await answering(whole('data: {"n":1}\n\ndata: "2"\n\ndata: 3\n\n'))
    expect(dataOf(await all(stream(url, { as })))).toEqual(expected)
  })

  test('prose stays text, also where it begins as JSON does', async () => {
    const tokens = ['true story', ' 2024', '[]', '{}', '[0]', '"', '{"', '[{', '']
    const { url } = await answering(whole(tokens.map((token) => `data: ${token}\n\n`).join('')))
    expect(dataOf(await all(stream(url)))).toEqual(tokens)
  })

  test('data that is not JSON fails where JSON is asked for', async () => {
    const { url, requests } = await answering(whole('data: 1\n\ndata: prose\n\n'))
    expect(await failure(stream(url, { as: 'json' }))).toMatchObject({ code: 'ERR_EVENT_INVALID' })
    expect(requests).toHaveLength(1)
  })

  test('lines of JSON, the last one without its LF', async () => {
    const { url } = await answering(whole('{"n":1}\r\n\n \n"two"\n3', 'application/x-ndjson'))
    expect(dataOf(await all(stream(url, { as: 'json' })))).toEqual([{ n: 1 }, 'two', 3])
  })

  test('envelopes, until their end', async () => {
    const lines = ['{"data":1}', '{"event":"x","id":"5","data":"42"}', '{"event":"tidings:end","id":"5~end","data":{}}']
    const { url } = await answering(whole(lines.join('\n'), 'application/x-ndjson; charset=utf-8; envelope=1'))
    const events = stream(url)
    expect(await all(events)).toEqual([
      { event: 'message', data: '1', id: '' },
      { event: 'x', data: '42', id: '5' },
    ])
    expect(events.lastEventId).toBe('5')
  })

  test('a line that is no envelope is an error', async () => {
    const { url } = await answering(whole('17\n', 'application/x-ndjson; envelope=1'))
    expect(await failure(stream(url))).toMatchObject({ code: 'ERR_EVENT_INVALID' })
  })

  test('an event above maxEventBytes is an error and not repeated', async () => {
    const { url, requests } = await answering(whole(`data: ${'x'.repeat(200)}\n\n`))
    expect(await failure(stream(url, { maxEventBytes: 100 }))).toMatchObject({ code: 'ERR_EVENT_TOO_LARGE' })
    expect(requests).toHaveLength(1)
  })

  test('a schema checks and types each event', async () => {
    const { url } = await answering(whole('data: {"n":"1"}\n\ndata: {"n":"x"}\n\n'))
    const events = stream(url, { schema: z.object({ n: z.coerce.number() }) })[Symbol.asyncIterator]()
    const first = await events.next()
    const n: number | undefined = first.done === true ? undefined : first.value.data.n
    expect(n).toBe(1)
    await expect(events.next()).rejects.toMatchObject({ code: 'ERR_EVENT_INVALID' })
    expect(await events.next()).toEqual({ done: true, value: undefined })
  })

  test('several calls of next at once are answered in order', async () => {
    const { url } = await answering(whole('data: 1\n\ndata: 2\n\n'))
    const events = stream(url)[Symbol.asyncIterator]()
    const results = await Promise.all([events.next(), events.next(), events.next()])
    expect(results.map(({ value }) => value?.data)).toEqual(['1', '2', undefined])
  })
})

describe('the request', () => {
  test('is not made before the first event is asked for', async () => {
    const { url, requests } = await answering(whole('data: 1\n\n'))
    const events = stream(url)
    expect(events.status).toBe(0)
    expect(requests).toEqual([])
    await all(events)
    expect(events.status).toBe(200)
  })

  test('asks for control events and takes lines as well', async () => {
    const { url, requests } = await answering(whole(''))
    await all(stream(url))
    expect(requests[0]?.method).toBe('GET')
    expect(requests[0]?.headers.accept).toMatch(/^text\/event-stream;tidings=1, text\/event-stream;q=0\.9/)
  })

  test('posts JSON, with headers of its own', async () => {
    const gate = createGate<string>()
    const { url, requests } = await answering(async (response, request) => {
      let body = ''
      for await (const chunk of request) body += chunk
      gate.open(body)
      response.writeHead(200, { 'content-type': sseType }).end()
    })
    await all(stream(url, { json: { q: 'é' }, headers: { authorization: 'Bearer t' } }))
    expect(requests[0]?.method).toBe('POST')
    expect(requests[0]?.headers).toMatchObject({ authorization: 'Bearer t', 'content-type': 'application/json' })
    expect(await gate.opened).toBe('{"q":"é"}')
  })

  test('sends a position beyond Latin-1 as UTF-8', async () => {
    const { url, requests } = await answering(status(204))
    await all(stream(url, { lastEventId: 'é你' }))
    expect(Buffer.from(String(requests[0]?.headers['last-event-id']), 'latin1').toString()).toBe('é你')
  })

  test('a url that is none is refused at once', () => {
    expect(() => stream('/relative')).toThrow(expect.objectContaining({ code: 'ERR_OPTION' }))
  })

  test('tells of each answer that streams', async () => {
    const { url } = await answering(status(503), cut('data: 1\n\n'), whole(theEnd, tidingsType))
    const opened: number[] = []
    await all(stream(url, { retry: soon, onOpen: ({ status }) => opened.push(status) }))
    expect(opened).toEqual([200, 200])
  })

  test('goes through the fetch that is given', async () => {
    const fetch = vi.fn(() => Promise.resolve(new Response('data: 1\n\n', { headers: { 'content-type': sseType } })))
    expect(dataOf(await all(stream('https://example.com/', { fetch })))).toEqual(['1'])
  })
})

describe('an answer that is no stream', () => {
  test.each([
    [400, { 'content-type': 'application/json' }, '{"code":400,"message":"No."}', { code: 400, message: 'No.' }],
    [404, { 'content-type': 'text/plain' }, 'nothing', 'nothing'],
    [200, { 'content-type': 'text/html' }, '<p>', '<p>'],
  ])('of status %i is thrown with what it says', async (code, headers, body, expected) => {
    const { url, requests } = await answering(status(code, headers, body))
    const events = stream(url, { retry: soon })
    expect(await failure(events)).toMatchObject({ code: 'ERR_RESPONSE', status: code, body: expected })
    expect(events.status).toBe(code)
    expect(requests).toHaveLength(1)
  })

  test('of 204 is the end', async () => {
    const { url, requests } = await answering(status(204))
    expect(await all(stream(url))).toEqual([])
    expect(requests).toHaveLength(1)
  })
})

describe('coming back', () => {
  test.each([408, 425, 429, 500, 503])('after %i', async (code) => {
    const { url, requests } = await answering(status(code), whole('data: 1\n\n'))
    expect(dataOf(await all(stream(url, { retry: soon })))).toEqual(['1'])
    expect(requests).toHaveLength(2)
  })

  test('with the position, after a cut inside an event', async () => {
    const { url, requests } = await answering(
      cut('id: 1\ndata: a\n\nid: 2\ndata: b'),
      whole(`id: 2\ndata: b\n\n${theEnd}`, tidingsType),
    )
    expect(dataOf(await all(stream(url, { retry: soon })))).toEqual(['a', 'b'])
    expect(requests.map(({ headers }) => headers['last-event-id'])).toEqual([undefined, '1'])
  })

  test('after a clean end that was not the end', async () => {
    const { url } = await answering(
      whole('id: 1\ndata: a\n\n', tidingsType),
      whole(`data: b\n\n${theEnd}`, tidingsType),
    )
    expect(dataOf(await all(stream(url, { retry: soon })))).toEqual(['a', 'b'])
  })

  test('not after the end, whose id is no position', async () => {
    const { url, requests } = await answering(whole(`id: 9\ndata: a\n\n${theEnd}`, tidingsType))
    const events = stream(url)
    expect(dataOf(await all(events))).toEqual(['a'])
    expect(events.lastEventId).toBe('9')
    expect(requests).toHaveLength(1)
  })

  test('as often as it is allowed to, then it is interrupted', async () => {
    const { url, requests } = await answering(cut(''))
    const notices: RetryNotice[] = []
    const error = await failure(
      stream(url, { retry: { ...soon, attempts: 3 }, onRetry: (notice) => notices.push(notice) }),
    )
    expect(error).toMatchObject({ code: 'ERR_STREAM_INTERRUPTED' })
    expect(requests).toHaveLength(4)
    expect(notices.map(({ attempt }) => attempt)).toEqual([1, 2, 3])
  })

  test('counts failures between events only, so that a stream that goes on never runs out', async () => {
    const { url, requests } = await answering(
      ...Array.from({ length: 5 }, () => cut('data: 1\n\n')),
      whole(theEnd, tidingsType),
    )
    expect(await all(stream(url, { retry: { ...soon, attempts: 1 } }))).toHaveLength(5)
    expect(requests).toHaveLength(6)
  })

  test('does not count an orderly end of a quiet stream', async () => {
    const quiet = whole('retry: 1\n\n', tidingsType)
    const { url } = await answering(quiet, quiet, quiet, quiet, whole(theEnd, tidingsType))
    expect(await all(stream(url, { retry: { ...soon, attempts: 1 } }))).toEqual([])
  })

  test('not at all with retry: false', async () => {
    const { url, requests } = await answering(status(503))
    expect(await failure(stream(url, { retry: false }))).toMatchObject({ status: 503 })
    expect(requests).toHaveLength(1)
  })

  test('not with a POST, unless that is asked for', async () => {
    const { url, requests } = await answering(cut('data: 1\n\n'))
    expect(await failure(stream(url, { json: {}, retry: soon }))).toMatchObject({ code: 'ERR_STREAM_INTERRUPTED' })
    expect(requests).toHaveLength(1)
    const other = await answering(cut('data: 1\n\n'), whole(theEnd, tidingsType))
    expect(await all(stream(other.url, { json: {}, retry: { ...soon, unsafe: true } }))).toHaveLength(1)
  })

  test('asks for headers anew each time, and once more after a 401', async () => {
    const { url } = await answering(status(401), cut('data: 1\n\n'), whole(theEnd, tidingsType))
    const headers = vi.fn(() => Promise.resolve({ authorization: 'Bearer t' }))
    await all(stream(url, { headers, retry: soon }))
    expect(headers.mock.calls).toEqual([
      [{ attempt: 0, isUnauthorized: false }],
      [{ attempt: 1, isUnauthorized: true }],
      [{ attempt: 2, isUnauthorized: false }],
    ])
    const other = await answering(status(401))
    expect(await failure(stream(other.url, { headers, retry: soon }))).toMatchObject({ status: 401 })
    expect(other.requests).toHaveLength(2)
  })

  test('what a headers function throws is not repeated', async () => {
    const { url } = await answering(status(204))
    const headers = vi.fn(() => Promise.reject(new Error('no token')))
    expect(await failure(stream(url, { headers, retry: soon }))).toMatchObject({ message: 'no token' })
    expect(headers).toHaveBeenCalledTimes(1)
  })

  test.each([
    ['retry: 1234\n\n', {}, 1234],
    ['retry: 1000000000000\n\n', {}, 3_600_000],
    ['', { 'retry-after': '2' }, 2000],
  ])('waits as long as the server asks: %j %o', async (body, headers, expected) => {
    const { url } = await answering(body === '' ? status(503, headers) : cut(`data: 1\n\n${body}`))
    const events: EventStream = stream(url, {
      retry: { minMs: 1 },
      onRetry: ({ delayMs }) => (delays.push(delayMs), events.close()),
    })
    const delays: number[] = []
    await all(events)
    expect(delays).toEqual([expected])
  })
})

describe('whole or not', () => {
  test('a clean end is the end of a stream that does not say when it is whole', async () => {
    const { url, requests } = await answering(whole('data: 1\n\n'))
    expect(await all(stream(url))).toHaveLength(1)
    expect(requests).toHaveLength(1)
  })

  test('until says what the last event looks like', async () => {
    const { url } = await answering(whole('data: 1\n\ndata: 2\n\ndata: 3\n\n'))
    expect(dataOf(await all(stream(url, { until: ({ data }) => data === '2' })))).toEqual(['1', '2'])
    const error = await failure(stream(url, { until: ({ data }) => data === 9, retry: false }))
    expect(error).toMatchObject({ code: 'ERR_STREAM_INTERRUPTED' })
  })

  test.each(['json', 'auto'] as const)('[DONE] is the end, not data, as %s', async (as) => {
    const { url } = await answering(held('data: {"n":1}\n\ndata: [DONE]\n\n', sseType))
    expect(dataOf(await all(stream(url, { as })))).toEqual([{ n: 1 }])
  })

  test('[DONE] is data as text, and from a server of ours', async () => {
    const { url } = await answering(whole('data: [DONE]\n\n'), whole(`data: [DONE]\n\n${theEnd}`, tidingsType))
    expect(dataOf(await all(stream(url, { as: 'text' })))).toEqual(['[DONE]'])
    expect(dataOf(await all(stream(url)))).toEqual(['[DONE]'])
  })

  test('an error event of ours is thrown', async () => {
    const { url, requests } = await answering(
      whole('data: 1\n\nevent: error\ndata: {"error":"No luck","code":403}\n\n', tidingsType),
    )
    const error = await failure(stream(url, { as: 'text' }))
    expect(error).toMatchObject({ name: 'StreamError', code: 'ERR_STREAM_FAILED', message: 'No luck', status: 403 })
    expect(requests).toHaveLength(1)
  })

  test('an error event of others is an event', async () => {
    const { url } = await answering(whole('event: error\ndata: oh\n\n'))
    expect(await all(stream(url))).toEqual([{ event: 'error', data: 'oh', id: '' }])
  })

  test('gap and reset are events that say what they are, past the schema', async () => {
    const gap = 'event: tidings:gap\nid: 4\ndata: {"from":"2","to":"4"}\n\n'
    const reset = 'event: tidings:reset\nid: 0\ndata: {"reason":"epoch"}\n\n'
    const open = 'event: tidings:open\nid: 1\ndata: {}\n\n'
    const { url } = await answering(whole(open + gap + reset + theEnd, tidingsType))
    const events = await all(stream(url, { as: 'text', schema: z.never() }))
    expect(events.map((event) => [isGap(event), isReset(event), event.data])).toEqual([
      [true, false, { from: '2', to: '4' }],
      [false, true, { reason: 'epoch' }],
    ])
  })
})

describe('ending it', () => {
  test('break closes the request', async () => {
    const left = createGate()
    const { url } = await answering((response) => {
      response.writeHead(200, { 'content-type': sseType }).write('data: 1\n\ndata: 2\n\n')
      response.on('close', () => left.open())
    })
    for await (const { data } of stream(url)) if (data === '1') break
    await left.opened
  })

  test('close ends an iteration that waits, and the request', async () => {
    const left = createGate()
    const { url } = await answering((response) => {
      response.writeHead(200, { 'content-type': sseType }).write('data: 1\n\n')
      response.on('close', () => left.open())
    })
    const events = stream(url)
    const got: unknown[] = []
    for await (const { data } of events) {
      got.push(data)
      queueMicrotask(() => events.close())
    }
    expect(got).toEqual(['1'])
    await left.opened
  })

  test('close ends a request without an answer, and a pause', async () => {
    const silent = await answering(() => {})
    const events = stream(silent.url)
    const waiting = all(events)
    await vi.waitFor(() => expect(silent.requests).toHaveLength(1))
    events.close()
    expect(await waiting).toEqual([])
    const failing = await answering(status(503))
    const paused = stream(failing.url, {
      retry: { minMs: 1e9, maxMs: 1e9 },
      onRetry: () => queueMicrotask(() => paused.close()),
    })
    expect(await all(paused)).toEqual([])
  })

  test('a signal ends it with its reason, while it waits and before it began', async () => {
    const { url, requests } = await answering(held('data: 1\n\n'))
    const controller = new AbortController()
    const got: unknown[] = []
    const reading = (async () => {
      for await (const { data } of stream(url, { signal: controller.signal })) {
        got.push(data)
        setTimeout(() => controller.abort(new Error('enough')), 1)
      }
    })()
    await expect(reading).rejects.toThrow('enough')
    expect(got).toEqual(['1'])
    await expect(all(stream(url, { signal: AbortSignal.abort(new Error('never')) }))).rejects.toThrow('never')
    expect(requests).toHaveLength(1)
  })

  test('a connection without a byte is given up after idleTimeoutMs', async () => {
    const { url, requests } = await answering(held('data: 1\n\n'), () => {}, whole(theEnd, tidingsType))
    const causes: unknown[] = []
    const options = { retry: soon, idleTimeoutMs: 30, onRetry: ({ error }: RetryNotice) => causes.push(error) }
    expect(await all(stream(url, options))).toHaveLength(1)
    expect(requests).toHaveLength(3)
    expect(causes).toMatchObject([{ code: 'ERR_STREAM_INTERRUPTED' }, { message: 'No answer within 30 ms' }])
  })

  test('heartbeats are no events to eventTimeoutMs', async () => {
    let beat: NodeJS.Timeout | undefined
    const { url, requests } = await answering(
      (response) => {
        response.writeHead(200, { 'content-type': tidingsType })
        beat = setInterval(() => response.write(':\n'), 5)
      },
      whole(theEnd, tidingsType),
    )
    expect(await all(stream(url, { retry: soon, idleTimeoutMs: 5000, eventTimeoutMs: 40 }))).toEqual([])
    clearInterval(beat)
    expect(requests).toHaveLength(2)
  })
})

test('eventTimeoutMs begins anew with each connection', async () => {
  const beats: NodeJS.Timeout[] = []
  const beat =
    (count: number): Answer =>
    (response) => {
      response.writeHead(200, { 'content-type': tidingsType })
      let left = count
      const timer = setInterval(() => response.write(left-- > 0 ? ':\n' : theEnd), 5)
      beats.push(timer)
      response.on('close', () => clearInterval(timer))
    }
  const { url, requests } = await answering(beat(Infinity), beat(4))
  expect(await all(stream(url, { retry: soon, eventTimeoutMs: 200 }))).toEqual([])
  for (const timer of beats) clearInterval(timer)
  expect(requests).toHaveLength(2)
})

test('an answer that comes after the end is let go', async () => {
  const answer = createGate<Response>()
  const letGo = createGate()
  const events = stream('https://example.com/', { fetch: () => answer.opened })
  const reading = all(events)
  events.close()
  const body = new ReadableStream({ cancel: () => letGo.open() })
  answer.open(new Response(body, { headers: { 'content-type': sseType } }))
  expect(await reading).toEqual([])
  await letGo.opened
})

test('a reader that does not go on holds the server back', async () => {
  const block = `data: ${'x'.repeat(64 * 1024)}\n\n`
  let written = 0
  const { url } = await answering((response) => {
    response.writeHead(200, { 'content-type': sseType })
    const push = (): void => {
      while (written < 400e6 && response.write(block)) written += block.length
    }
    response.on('drain', push)
    push()
  })
  const events = stream(url, { as: 'text' })[Symbol.asyncIterator]()
  await events.next()
  let before = -1
  await vi.waitFor(
    () => {
      const grown = written - before
      before = written
      expect(grown).toBe(0)
    },
    { interval: 100, timeout: 5000 },
  )
  expect(written).toBeLessThan(20e6)
  await events.return?.()
})

test('TypeBox is no Standard Schema, and does not compile as one', () => {
  // @ts-expect-error A TypeBox type has no `~standard`.
  expect(() => stream('http://localhost/', { schema: Type.String() })).toBeDefined()
})
