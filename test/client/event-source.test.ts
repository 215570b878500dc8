// WHATWG HTML 9.2.2: the interface.
/* oxlint-disable unicorn/prefer-add-event-listener -- the handler attributes are part of it */
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { EventSource, type EventSourceOptions } from '../../src/client/index.ts'
import { EventLog } from '../support/event-log.ts'
import { createGate } from '../support/gate.ts'
import { endless, events, openScriptedServer } from '../support/scripted-server.ts'

afterEach(() => vi.unstubAllGlobals())

/** A source whose requests are kept, and never answered. */
function openUnanswered(url: string | URL, options: EventSourceOptions = {}) {
  const requests: { init: RequestInit; headers: Headers }[] = []
  const source = new EventSource(url, {
    ...options,
    fetch: (_, init = {}) => {
      requests.push({ init, headers: new Headers(init.headers) })
      return new Promise(() => {})
    },
  })
  onTestFinished(() => source.close())
  return { source, requests }
}

const here = 'http://127.0.0.1:1/'

describe('the constructor', () => {
  it('takes a string or a URL, and gives the url back parsed', () => {
    expect(openUnanswered('HTTP://127.0.0.1:1/a/../b?c#d').source.url).toBe('http://127.0.0.1:1/b?c#d')
    expect(openUnanswered(new URL(here)).source.url).toBe(here)
  })

  it('takes a relative url where there is a location', () => {
    vi.stubGlobal('location', { href: 'https://example.com/app/page' })
    expect(openUnanswered('../feed').source.url).toBe('https://example.com/feed')
  })

  it.each(['/feed', '', 'http://', 'http://a:port/', 'http://%ff@host/'])(
    'throws a SyntaxError for %j where there is none',
    (url) => {
      expect(() => new EventSource(url)).toThrow(expect.objectContaining({ name: 'SyntaxError' }))
      expect(() => new EventSource(url)).toThrow(DOMException)
    },
  )

  it('starts at CONNECTING, and dispatches nothing before the script that made it has run', async () => {
    const server = await openScriptedServer(endless(''))
    const source = new EventSource(server.url)
    expect(source.readyState).toBe(EventSource.CONNECTING)
    const log = new EventLog(source)
    await log.until('open')
    expect(log.lines).toEqual(['open open'])
  })

  it('dispatches from a task, behind every promise, however soon the answer is there', async () => {
    const response = new Response('data: x\n\n', { headers: { 'content-type': 'text/event-stream' } })
    const source = new EventSource(here, { fetch: () => Promise.resolve(response) })
    for (let turn = 0; turn < 100; turn += 1) await Promise.resolve()
    const log = new EventLog(source)
    await log.until('error')
    expect(log.lines).toEqual(['open open', 'message: x', 'error connecting'])
  })

  it('needs a url, and takes null for no options', () => {
    expect(EventSource).toHaveLength(1)
    expect(() => Reflect.construct(EventSource, [])).toThrow(TypeError)
    const source = new EventSource(here, null)
    expect(source.withCredentials).toBe(false)
    source.close()
  })

  it.each([
    { fetch: 'no function' },
    { lastEventId: 'a\nb' },
    { lastEventId: 'a\0' },
    { lastEventId: 7 },
    { maxEventBytes: 0 },
  ])('refuses %o with ERR_OPTION', (options) => {
    expect(() => new EventSource(here, options as EventSourceOptions)).toThrow(
      expect.objectContaining({ code: 'ERR_OPTION' }),
    )
  })

  it('refuses headers that are none before anything is sent', () => {
    expect(() => new EventSource(here, { headers: { 'not a name': 'x' } })).toThrow(TypeError)
  })
})

describe('the request', () => {
  it('is a GET for an event stream that no cache may answer', async () => {
    const server = await openScriptedServer(endless(''))
    const log = new EventLog(new EventSource(server.url))
    await log.until('open')
    const { method, headers } = await server.request(0)
    expect({ method, ...headers }).toMatchObject({
      method: 'GET',
      accept: 'text/event-stream',
      'cache-control': 'no-cache',
    })
    expect(headers).not.toHaveProperty('last-event-id')
    expect(openUnanswered(here).requests[0]?.init.cache).toBe('no-store')
  })

  it('leaves Cache-Control to the cache mode in a browser, where a header of its own would cost a preflight', async () => {
    vi.stubGlobal('location', { href: 'https://example.com/' })
    vi.resetModules()
    const { EventSource } = await import('../../src/client/index.ts')
    let headers: HeadersInit | undefined
    const source = new EventSource('/feed', { fetch: (_, init) => ((headers = init?.headers), new Promise(() => {})) })
    source.close()
    expect(new Headers(headers).has('cache-control')).toBe(false)
  })

  it('leaves the cache option out where the runtime does not have it', async () => {
    vi.stubGlobal('Request', { prototype: {} })
    vi.resetModules()
    const { EventSource } = await import('../../src/client/index.ts')
    let given: RequestInit | undefined
    const source = new EventSource(here, { fetch: (_, init) => ((given = init), new Promise(() => {})) })
    source.close()
    expect(given).not.toHaveProperty('cache')
  })

  it('sends credentials to other origins only when asked to', () => {
    const asked = openUnanswered(here, { withCredentials: true })
    expect([asked.source.withCredentials, asked.requests[0]?.init.credentials]).toEqual([true, 'include'])
    const plain = openUnanswered(here)
    expect([plain.source.withCredentials, plain.requests[0]?.init.credentials]).toEqual([false, 'same-origin'])
  })

  it('sends headers of one’s own, which may replace the usual ones', async () => {
    const server = await openScriptedServer(endless(''))
    const headers = { authorization: 'Bearer t', accept: 'text/event-stream;tidings=1' }
    await new EventLog(new EventSource(server.url, { headers })).until('open')
    expect((await server.request(0)).headers).toMatchObject(headers)
  })

  it('asks a headers’ function for each connection', async () => {
    const server = await openScriptedServer(events('retry: 1\n\n'), events(''), endless(''))
    let count = 0
    const headers = async (): Promise<[string, string][]> => [['authorization', `Bearer ${(count += 1)}`]]
    await new EventLog(new EventSource(server.url, { headers })).until('open', 3)
    const sent = server.requests.map((request) => request.headers.authorization)
    expect(sent).toEqual(['Bearer 1', 'Bearer 2', 'Bearer 3'])
  })

  it('starts from the lastEventId that it is given, sent as UTF-8', async () => {
    const server = await openScriptedServer(endless(''))
    const source = new EventSource(server.url, { lastEventId: 'é你' })
    expect(source.lastEventId).toBe('é你')
    await new EventLog(source).until('open')
    const { headers } = await server.request(0)
    expect(Buffer.from(String(headers['last-event-id']), 'latin1').toString()).toBe('é你')
  })

  it('sends the name and the password of the url as Authorization, and shows the url as it was', async () => {
    const server = await openScriptedServer(endless(''))
    const url = server.url.replace('//', '//user:p%C3%A9ss@')
    const source = new EventSource(url)
    await new EventLog(source).until('open')
    expect((await server.request(0)).headers.authorization).toBe(`Basic ${Buffer.from('user:péss').toString('base64')}`)
    expect(source.url).toBe(`${url}/`)
  })
})

describe('the object', () => {
  it('is an EventTarget of its own name', () => {
    const { source } = openUnanswered(here)
    expect(source).toBeInstanceOf(EventTarget)
    expect(Object.prototype.toString.call(source)).toBe('[object EventSource]')
    expect([EventSource.name, EventSource.length]).toEqual(['EventSource', 1])
  })

  it.each(Object.entries({ CONNECTING: 0, OPEN: 1, CLOSED: 2 }))(
    'has %s on the class and on its objects, for good',
    (name, value) => {
      for (const owner of [EventSource, EventSource.prototype]) {
        expect(Object.getOwnPropertyDescriptor(owner, name)).toEqual({
          value,
          enumerable: true,
          writable: false,
          configurable: false,
        })
      }
    },
  )

  it('lists its members as those of the platform are listed', () => {
    const standard = ['url', 'withCredentials', 'readyState', 'onopen', 'onmessage', 'onerror', 'close']
    expect(Object.keys(EventSource.prototype)).toEqual(expect.arrayContaining(standard))
  })

  it('can stand in for the global one', () => {
    const native: typeof globalThis.EventSource = EventSource
    vi.stubGlobal('EventSource', native)
    const source: globalThis.EventSource = new globalThis.EventSource(here)
    source.close()
    expect(source.readyState).toBe(globalThis.EventSource.CLOSED)
  })
})

describe('an event handler attribute', () => {
  it('is null at first, and gives back what it was set to', () => {
    const { source } = openUnanswered(here)
    const handler = vi.fn<() => void>()
    expect([source.onopen, source.onmessage, source.onerror]).toEqual([null, null, null])
    source.onopen = source.onmessage = source.onerror = handler
    expect([source.onopen, source.onmessage, source.onerror]).toEqual([handler, handler, handler])
  })

  it('keeps an object that cannot be called, and does not call it', () => {
    const { source } = openUnanswered(here)
    const object = {}
    Reflect.set(source, 'onmessage', object)
    expect(source.onmessage).toBe(object)
    source.dispatchEvent(new MessageEvent('message'))
  })

  it.each(['text', 7, undefined])('becomes null when it is set to %o', (value) => {
    const { source } = openUnanswered(here)
    source.onmessage = () => {}
    Reflect.set(source, 'onmessage', value)
    expect(source.onmessage).toBeNull()
    source.dispatchEvent(new MessageEvent('message'))
  })

  it('keeps its place among the listeners when it is replaced, and loses it when it is taken away', () => {
    const { source } = openUnanswered(here)
    const calls: string[] = []
    source.onmessage = () => calls.push('replaced')
    source.addEventListener('message', () => calls.push('listener'))
    source.onmessage = () => calls.push('handler')
    source.dispatchEvent(new MessageEvent('message'))
    source.onmessage = null
    source.dispatchEvent(new MessageEvent('message'))
    source.onmessage = () => calls.push('last')
    source.dispatchEvent(new MessageEvent('message'))
    expect(calls).toEqual(['handler', 'listener', 'listener', 'listener', 'last'])
  })

  it('is called once with the event, with the source as this', () => {
    const { source } = openUnanswered(here)
    const seen: unknown[] = []
    const event = new Event('error')
    source.onerror = function (this: unknown, given) {
      seen.push(this, given)
    }
    source.dispatchEvent(event)
    expect(seen).toEqual([source, event])
  })
})

describe('on workerd', () => {
  /** Calls `on<name>` by itself, before the listeners and without `this`. */
  class CallingTarget extends EventTarget {
    override dispatchEvent(event: Event): boolean {
      const handler: unknown = Reflect.get(this, `on${event.type}`)
      if (typeof handler === 'function') Reflect.apply(handler, undefined, [event])
      return super.dispatchEvent(event)
    }
  }

  it('a handler is called once all the same, in its place and with the source as this', async () => {
    vi.stubGlobal('EventTarget', CallingTarget)
    vi.resetModules()
    const { EventSource } = await import('../../src/client/index.ts')
    const source = new EventSource(here, { fetch: () => new Promise(() => {}) })
    const calls: unknown[] = []
    const handler = function (this: unknown): void {
      calls.push('handler', this, source.onmessage)
    }
    source.addEventListener('message', () => calls.push('listener'))
    source.onmessage = handler
    source.dispatchEvent(new MessageEvent('message'))
    source.dispatchEvent(new MessageEvent('other'))
    source.close()
    expect(calls).toEqual(['listener', 'handler', source, handler])
    expect(source.onmessage).toBe(handler)
  })

  it('the id is handed over as text, which the platform sends as UTF-8', async () => {
    vi.stubGlobal(
      'Headers',
      class extends Map<string, string> {
        constructor(values: Record<string, string>) {
          super(Object.entries(values))
        }
      },
    )
    vi.resetModules()
    const { EventSource } = await import('../../src/client/index.ts')
    let headers: unknown
    const fetch: typeof globalThis.fetch = (_, init) => ((headers = init?.headers), new Promise(() => {}))
    new EventSource('http://你:p@127.0.0.1:1/', { fetch, lastEventId: 'é你' }).close()
    const sent = headers instanceof Map ? headers : new Map<string, string>()
    expect(sent.get('last-event-id')).toBe('é你')
    expect(sent.get('authorization')).toBe(`Basic ${Buffer.from('你:p').toString('base64')}`)
  })
})

describe('close()', () => {
  it('closes at once, without an event, and ends the request', async () => {
    const server = await openScriptedServer(endless('data: x\n\n'))
    const source = new EventSource(server.url)
    const log = new EventLog(source)
    await log.until('message')
    const { socket } = await server.request(0)
    source.close()
    expect(source.readyState).toBe(EventSource.CLOSED)
    await new Promise((resolve) => socket.once('close', resolve))
    expect(log.lines).toEqual(['open open', 'message: x'])
  })

  it('within a handler ends the dispatch, even of what the same chunk still holds', async () => {
    const server = await openScriptedServer(events('id: 1\ndata: a\n\nid: 2\ndata: b\n\n'))
    const source = new EventSource(server.url)
    const log = new EventLog(source)
    source.addEventListener('message', () => source.close())
    await log.until('message')
    await new Promise((resolve) => setImmediate(resolve))
    expect(log.data).toEqual(['a'])
    expect(source.lastEventId).toBe('1')
  })

  it('within onopen leaves the stream unread', async () => {
    const server = await openScriptedServer(events('data: a\n\n'))
    const source = new EventSource(server.url)
    source.onopen = () => source.close()
    const log = new EventLog(source)
    await log.until('open')
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve))
    expect([log.lines, server.requests.length]).toEqual([['open closed'], 1])
  })

  it.each([
    ['a stream', () => new Response('data: a\n\n', { headers: { 'content-type': 'text/event-stream' } })],
    ['no stream', () => new Response(null, { status: 404 })],
    ['a failure', () => Promise.reject(new TypeError('fetch failed'))],
  ])('right behind an answer that is %s leaves nothing to be heard of it', async (_, answer) => {
    const source = new EventSource(here, { fetch: async () => answer() })
    const log = new EventLog(source)
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve()
    source.close()
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve))
    expect([log.lines, source.readyState]).toEqual([[], EventSource.CLOSED])
  })

  it('right behind a chunk keeps that from being heard', async () => {
    let send: ((text: string) => void) | undefined
    const stream = new ReadableStream<Uint8Array>({
      start: (controller) => void (send = (text) => controller.enqueue(new TextEncoder().encode(text))),
    })
    const source = EventSource.fromReadableStream(stream)
    const log = new EventLog(source)
    await log.until('open')
    send?.('data: a\n\n')
    await log.until('message')
    send?.('data: b\n\n')
    source.close()
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve))
    expect(log.data).toEqual(['a'])
  })

  it('aborts the request and lets go of the body', async () => {
    const cancelled = createGate<unknown>()
    const signals: (AbortSignal | null | undefined)[] = []
    const fetch: typeof globalThis.fetch = async (_, init) => {
      signals.push(init?.signal)
      return new Response(new ReadableStream({ cancel: cancelled.open }), {
        headers: { 'content-type': 'text/event-stream' },
      })
    }
    const source = new EventSource(here, { fetch })
    await new EventLog(source).until('open')
    expect(signals[0]?.aborted).toBe(false)
    source.close()
    await cancelled.opened
    expect(signals[0]?.aborted).toBe(true)
  })

  it('before the answer lets go of a body that comes all the same', async () => {
    let answer: ((response: Response) => void) | undefined
    const source = new EventSource(here, { fetch: () => new Promise((resolve) => (answer = resolve)) })
    const log = new EventLog(source)
    source.close()
    const cancelled = new Promise((cancel) => {
      const body = new ReadableStream({ cancel })
      answer?.(new Response(body, { headers: { 'content-type': 'text/event-stream' } }))
    })
    await cancelled
    expect(log.lines).toEqual([])
  })

  it('before the headers are there sends nothing', async () => {
    const fetch = vi.fn<typeof globalThis.fetch>()
    let give: ((headers: Record<string, string>) => void) | undefined
    const source = new EventSource(here, { fetch, headers: () => new Promise((resolve) => (give = resolve)) })
    source.close()
    give?.({})
    await new Promise((resolve) => setImmediate(resolve))
    expect(fetch).not.toHaveBeenCalled()
  })
})
