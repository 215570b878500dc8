// WHATWG HTML 9.2.3: the processing model.
import { afterEach, describe, expect, it, vi } from 'vitest'
import { EventSource } from '../../../src/client/index.ts'
import { EventLog } from '../../support/client/event-log.ts'
import {
  broken,
  endless,
  events,
  openScriptedServer,
  refusal,
  status,
  type ScriptedServer,
} from '../../support/client/scripted-server.ts'

afterEach(() => vi.useRealTimers())

/** Turns of the event loop in which something unwanted would show. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}

const soon = 'retry: 1\n\n'
const eventStream = { 'content-type': 'text/event-stream' }
const streamed = (text: string): Response => new Response(text, { headers: eventStream })

/** A source on a clock of the test’s own, whose connections get those answers; a function makes one. */
function openOnFakeClock(...answers: readonly (() => Response)[]) {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const left = [...answers]
  const fetch = vi.fn<typeof globalThis.fetch>(async () => left.shift()?.() ?? new Promise(() => {}))
  const source = new EventSource('http://127.0.0.1:1/', { fetch })
  return { source, fetch, log: new EventLog(source) }
}

const networkError = (): never => {
  throw new TypeError('fetch failed')
}

const abortError = (): never => {
  throw new DOMException('Enough', 'AbortError')
}

/** What each request said of the position. */
function positions({ requests }: ScriptedServer): unknown[] {
  return requests.map(({ headers }) => headers['last-event-id'])
}

describe('an answer', () => {
  it('of 200 and text/event-stream opens the connection', async () => {
    const server = await openScriptedServer(endless(''))
    const log = new EventLog(new EventSource(server.url))
    await log.until('open')
    expect(log.lines).toEqual(['open open'])
  })

  it.each([201, 204, 205, 206, 304, 400, 401, 403, 404, 410, 429, 500, 503])(
    'of %i closes the source for good, after one error and one request',
    async (code) => {
      const server = await openScriptedServer(status(code))
      const log = new EventLog(new EventSource(server.url))
      await log.until('error')
      await turns()
      expect([log.lines, server.requests.length]).toEqual([['error closed'], 1])
    },
  )

  it.each([
    'text/plain',
    'text/event-streams',
    'text/event-stream-x; charset=utf-8',
    'text/event-stream, text/html',
    'text',
    '',
  ])('of type %j closes the source for good', async (type) => {
    const server = await openScriptedServer(events('data: x\n\n', { 'content-type': type }))
    const log = new EventLog(new EventSource(server.url))
    await log.until('error')
    await turns()
    expect([log.lines, server.requests.length]).toEqual([['error closed'], 1])
  })

  it('without a type closes the source for good', async () => {
    const server = await openScriptedServer(events('data: x\n\n', {}))
    const log = new EventLog(new EventSource(server.url))
    await log.until('error')
    expect(log.lines).toEqual(['error closed'])
  })

  it.each([
    'text/event-stream;charset=utf-8',
    'text/event-stream;charset=latin1',
    'TEXT/Event-Stream',
    'text/event-stream ; a="b, text/html;c"',
    'text/html, text/event-stream;tidings=1',
    'text/event-stream;',
  ])('of type %j is an event stream, in UTF-8', async (type) => {
    const server = await openScriptedServer(events('data: é\n\n', { 'content-type': type }))
    const log = new EventLog(new EventSource(server.url))
    await log.until('message')
    expect(log.lines).toEqual(['open open', 'message: é'])
  })

  it('that is not wanted is let go of: its body is not read on', async () => {
    const cancelled = new Promise((cancel) => {
      const body = new ReadableStream({ cancel })
      void new EventLog(new EventSource('http://127.0.0.1:1/', { fetch: async () => new Response(body) }))
    })
    await cancelled
  })
})

describe('a redirect', () => {
  it.each([301, 302, 303, 307, 308])('of %i is followed, and changes the origin but not the url', async (code) => {
    const target = await openScriptedServer(endless('data: x\n\n'))
    const server = await openScriptedServer(status(code, { location: `${target.url}/stream` }))
    const source = new EventSource(`${server.url}/start`)
    const log = new EventLog(source)
    await log.until('message')
    expect(source.url).toBe(`${server.url}/start`)
    expect(log.messages[0]?.origin).toBe(target.url)
  })

  it('is followed anew on each connection, even a permanent one', async () => {
    const target = await openScriptedServer(events(soon), endless(''))
    const redirect = status(301, { location: target.url })
    const server = await openScriptedServer(redirect, redirect)
    await new EventLog(new EventSource(server.url)).until('open', 2)
    expect([server.requests.length, target.requests.length]).toEqual([2, 2])
  })
})

describe('the end of a connection', () => {
  it('brings the source back after its reconnection time', async () => {
    const server = await openScriptedServer(events(`${soon}data: a\n\n`), endless('data: b\n\n'))
    const log = new EventLog(new EventSource(server.url))
    await log.until('message', 2)
    expect(log.lines).toEqual(['open open', 'message: a', 'error connecting', 'open open', 'message: b'])
  })

  it('brings it back when the body breaks off', async () => {
    const server = await openScriptedServer(broken(`${soon}data: a\n\ndata: cut`), endless('data: b\n\n'))
    const log = new EventLog(new EventSource(server.url))
    await log.until('message', 2)
    expect(log.lines).toEqual(['open open', 'message: a', 'error connecting', 'open open', 'message: b'])
  })

  it('brings it back when the server closes without an answer', async () => {
    const server = await openScriptedServer(events(soon), refusal, refusal, endless(''))
    const log = new EventLog(new EventSource(server.url))
    await log.until('open', 2)
    expect(log.lines).toEqual(['open open', 'error connecting', 'error connecting', 'error connecting', 'open open'])
  })

  it('brings it back when redirects never end, which is a network error', async () => {
    const loop = Array.from({ length: 30 }, () => status(302, { location: '/' }))
    const server = await openScriptedServer(...loop)
    const log = new EventLog(new EventSource(server.url))
    await log.until('error')
    expect(log.lines).toEqual(['error connecting'])
  })

  it('brings it back when the answer has no body at all', async () => {
    const { log } = openOnFakeClock(() => new Response(null, { headers: eventStream }))
    await log.until('error')
    expect(log.lines).toEqual(['open open', 'error connecting'])
  })

  it('closes it for good when the request was aborted by somebody else', async () => {
    const { log, fetch } = openOnFakeClock(abortError)
    await log.until('error')
    await vi.advanceTimersByTimeAsync(10_000)
    expect([log.lines, fetch.mock.calls.length]).toEqual([['error closed'], 1])
  })

  it('ends in 204 once the server has said all: an EventSource stops there', async () => {
    const server = await openScriptedServer(events(`${soon}id: 4~end\ndata: x\n\n`), status(204))
    const log = new EventLog(new EventSource(server.url))
    await log.until('error', 2)
    expect(log.lines).toEqual(['open open', 'message: x', 'error connecting', 'error closed'])
    expect((await server.request(1)).headers['last-event-id']).toBe('4~end')
  })

  it('by a headers’ function that fails is one like the network’s', async () => {
    const server = await openScriptedServer(events(soon), endless(''))
    const tokens = [Promise.resolve('a'), Promise.reject(new Error('no token')), Promise.resolve('b')]
    tokens[1]?.catch(() => {})
    const headers = async (): Promise<Record<string, string>> => ({ authorization: (await tokens.shift()) ?? '' })
    const log = new EventLog(new EventSource(server.url, { headers }))
    await log.until('open', 2)
    expect(log.lines).toEqual(['open open', 'error connecting', 'error connecting', 'open open'])
    expect(server.requests.map((request) => request.headers.authorization)).toEqual(['a', 'b'])
  })
})

describe('the reconnection time', () => {
  it('is three seconds, also before the first connection', async () => {
    const { source, log, fetch } = openOnFakeClock(networkError)
    await log.until('error')
    expect(source.reconnectionTime).toBe(3000)
    await vi.advanceTimersByTimeAsync(2999)
    expect(fetch).toHaveBeenCalledTimes(1)
    await vi.advanceTimersByTimeAsync(1)
    expect(fetch).toHaveBeenCalledTimes(2)
  })

  it('is what the server asks for, as soon as the field is read', async () => {
    const { source, log, fetch } = openOnFakeClock(() => streamed('retry: 70\ndata: not ended'))
    await log.until('error')
    expect(source.reconnectionTime).toBe(70)
    await vi.advanceTimersByTimeAsync(69)
    expect(fetch).toHaveBeenCalledTimes(1)
    await vi.advanceTimersByTimeAsync(1)
    expect(fetch).toHaveBeenCalledTimes(2)
  })

  it('outlives the connection', async () => {
    const { log, fetch } = openOnFakeClock(() => streamed('retry: 70\n\n'), networkError)
    await log.until('error')
    await vi.advanceTimersByTimeAsync(70)
    await log.until('error', 2)
    await vi.advanceTimersByTimeAsync(70)
    expect(fetch).toHaveBeenCalledTimes(3)
  })

  it.each(['1000000000000', '9'.repeat(400)])('of %s is one hour, and no overflow', async (retry) => {
    const { source, log, fetch } = openOnFakeClock(() => streamed(`retry: ${retry}\n\n`))
    await log.until('error')
    expect(source.reconnectionTime).toBe(3_600_000)
    await vi.advanceTimersByTimeAsync(3_599_999)
    expect(fetch).toHaveBeenCalledTimes(1)
    await vi.advanceTimersByTimeAsync(1)
    expect(fetch).toHaveBeenCalledTimes(2)
  })

  it('of 0 comes back at once', async () => {
    const { log, fetch } = openOnFakeClock(() => streamed('retry: 0\n\n'))
    await log.until('error')
    await vi.advanceTimersByTimeAsync(1)
    expect(fetch).toHaveBeenCalledTimes(2)
  })

  it('is not waited for once the source is closed', async () => {
    const { source, log, fetch } = openOnFakeClock(networkError)
    await log.until('error')
    source.close()
    expect(vi.getTimerCount()).toBe(0)
    await vi.advanceTimersByTimeAsync(10_000)
    expect(fetch).toHaveBeenCalledTimes(1)
  })

  it('is not even begun when onerror closes the source', async () => {
    const { source, log } = openOnFakeClock(networkError)
    source.addEventListener('error', () => source.close())
    await log.until('error')
    await turns()
    expect([log.lines, source.readyState, vi.getTimerCount()]).toEqual([['error connecting'], EventSource.CLOSED, 0])
  })
})

describe('Last-Event-ID', () => {
  it('is the last id, and not sent before there is one', async () => {
    const server = await openScriptedServer(
      events(`${soon}id: 1\ndata: a\n\nid: 2\ndata: b\n\n`),
      events(''),
      endless(''),
    )
    await new EventLog(new EventSource(server.url)).until('open', 3)
    expect(positions(server)).toEqual([undefined, '2', '2'])
  })

  it('is sent in UTF-8', async () => {
    const server = await openScriptedServer(events(`${soon}id: é你\ndata: a\n\n`), endless(''))
    await new EventLog(new EventSource(server.url)).until('open', 2)
    expect(Buffer.from(String(positions(server)[1]), 'latin1').toString()).toBe('é你')
  })

  it('is the id of a block without data, too', async () => {
    const server = await openScriptedServer(events(`${soon}id: 1\ndata: a\n\nid: 2\n\n`), endless(''))
    await new EventLog(new EventSource(server.url)).until('open', 2)
    expect(positions(server)).toEqual([undefined, '2'])
  })

  it('is never that of a block that was cut', async () => {
    const server = await openScriptedServer(events(`${soon}id: 1\ndata: a\n\nid: 2\ndata: b\n`), endless(''))
    await new EventLog(new EventSource(server.url)).until('open', 2)
    expect(positions(server)).toEqual([undefined, '1'])
  })

  it('is not sent once the server has emptied it', async () => {
    const server = await openScriptedServer(events(`${soon}id: 1\ndata: a\n\nid\ndata: b\n\n`), endless(''))
    const log = new EventLog(new EventSource(server.url))
    await log.until('open', 2)
    expect(log.messages.map(({ lastEventId }) => lastEventId)).toEqual(['1', ''])
    expect(positions(server)).toEqual([undefined, undefined])
  })
})
