// stream(): what its readers get, and what it asks for, against real servers.
import { Type } from 'typebox'
import { describe, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { stream } from '../../../src/client/index.ts'
import { encode } from '../../../src/sse/index.ts'
import { answering, cut, sseType, status, theEnd, tidingsType, whole } from '../../support/client/answering-server.ts'
import { openScriptedServer } from '../../support/client/scripted-server.ts'
import { standstill } from '../../support/server/asking.ts'
import { createGate } from '../../support/time/gate.ts'
import { all, dataOf, failure, soon } from '../../support/client/stream-outcome.ts'

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
    const tokens = ['true story', ' 2024', '[]', '{}', ' { }', '[0]', '[ 0, 1 ]', '"', '{"', ' { "', '[{', '']
    const { url } = await answering(whole(tokens.map((token) => `data: ${token}\n\n`).join('')))
    expect(dataOf(await all(stream(url)))).toEqual(tokens)
  })

  test.each([
    ['{ "n": 1 }', { n: 1 }],
    [' \t{"n":1} ', { n: 1 }],
    ['[ { "n": 1 }, 2 ]', [{ n: 1 }, 2]],
    ['\n[\n  {\n    "n": 1\n  }\n]', [{ n: 1 }]],
    ['{\n  "n": 1\n}\n', { n: 1 }],
  ])('an object or a list of objects is parsed however it is spaced: %j', async (text, expected) => {
    const { url } = await answering(whole(encode({ data: text })))
    expect(dataOf(await all(stream(url)))).toEqual([expected])
  })

  test('data that is not JSON fails where JSON is asked for', async () => {
    const { url, requests } = await answering(whole('data: 1\n\ndata: prose\n\n'))
    expect(await failure(stream(url, { as: 'json' }))).toMatchObject({ code: 'ERR_EVENT_INVALID' })
    expect(requests).toHaveLength(1)
  })

  test.each([
    ['json', [{ n: 1 }, 'two', 3, '[DONE]', true]],
    ['auto', [{ n: 1 }, 'two', 3, '[DONE]', true]],
    ['text', ['{"n":1}', '"two"', '3', '"[DONE]"', 'true']],
  ] as const)('lines of JSON, as %s: each its value, or the line itself as text', async (as, expected) => {
    const { url } = await answering(whole('{"n":1}\r\n\n \n"two"\n 3\n"[DONE]"\ntrue\n', 'application/x-ndjson'))
    expect(dataOf(await all(stream(url, { as })))).toEqual(expected)
  })

  test('a line that is not JSON is an error, with its beginning', async () => {
    const { url } = await answering(whole('{"n":1}\nprose\n', 'application/x-ndjson'))
    const error = await failure(stream(url))
    expect(error).toMatchObject({ code: 'ERR_EVENT_INVALID', message: 'Data is not JSON: prose' })
  })

  test('a CR within a line of JSON is white space, and ends none', async () => {
    const { url } = await answering(whole('{"a":1,\r"b":2}\r\n\r\n[\r1]\n', 'application/x-ndjson'))
    expect(dataOf(await all(stream(url)))).toEqual([{ a: 1, b: 2 }, [1]])
  })

  test('envelopes, until their end', async () => {
    const lines = ['{"data":1}', '{"event":"x","id":"5","data":"42"}', '{"event":"tidings:end","id":"5~end","data":{}}']
    const { url } = await answering(whole(lines.join('\n'), 'application/x-ndjson; charset=utf-8; envelope=1'))
    const events = stream(url)
    expect(await all(events)).toEqual([
      { event: 'message', data: 1, id: '' },
      { event: 'x', data: '42', id: '5' },
    ])
    expect(events.lastEventId).toBe('5')
    expect(dataOf(await all(stream(url, { as: 'text' })))).toEqual(['1', '42'])
  })

  test('a line that is not an envelope is an error', async () => {
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

  test('asks for control events, and for the plain type in an element of its own', async () => {
    const { url, requests } = await answering(whole(''))
    await all(stream(url))
    expect(requests[0]?.method).toBe('GET')
    expect(requests[0]?.headers.get('accept')).toBe('text/event-stream, text/event-stream;tidings=1')
  })

  test('posts JSON, with headers of its own', async () => {
    const gate = createGate<string>()
    const { url, requests } = await openScriptedServer(async (response, request) => {
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
    expect(Buffer.from(String(requests[0]?.lastEventId), 'latin1').toString()).toBe('é你')
  })

  test('an invalid url is refused at once', () => {
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

test('a reader that does not go on holds the server back', async () => {
  const block = `data: ${'x'.repeat(64 * 1024)}\n\n`
  let written = 0
  const { url } = await openScriptedServer((response) => {
    response.writeHead(200, { 'content-type': sseType })
    const push = (): void => {
      for (let hasRoom = true; hasRoom && written < 400e6; written += block.length) hasRoom = response.write(block)
    }
    response.on('drain', push)
    push()
  })
  const events = stream(url, { as: 'text' })[Symbol.asyncIterator]()
  await events.next()
  expect(await standstill(() => written)).toBeLessThan(20e6)
  await events.return?.()
})

test('TypeBox is no Standard Schema, and does not compile as one', () => {
  // @ts-expect-error A TypeBox type has no `~standard`.
  expect(() => stream('http://localhost/', { schema: Type.String() })).toBeDefined()
})
