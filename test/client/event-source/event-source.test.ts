// WHATWG HTML 9.2.2: the interface. Its request and its close() are in files of their own.
/* oxlint-disable unicorn/prefer-add-event-listener -- the handler attributes are part of it */
import { afterEach, describe, expect, it, vi } from 'vitest'
import { EventSource, type EventSourceOptions } from '../../../src/client/index.ts'
import { EventLog } from '../../support/client/event-log.ts'
import { endless, openScriptedServer } from '../../support/client/scripted-server.ts'
import { here, openUnanswered } from '../../support/client/unanswered-source.ts'

afterEach(() => vi.unstubAllGlobals())

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
    const { EventSource } = await import('../../../src/client/index.ts')
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
    const { EventSource } = await import('../../../src/client/index.ts')
    let headers: unknown
    const fetch: typeof globalThis.fetch = (_, init) => ((headers = init?.headers), new Promise(() => {}))
    new EventSource('http://你:p@127.0.0.1:1/', { fetch, lastEventId: 'é你' }).close()
    expect(headers).toMatchObject({
      'last-event-id': 'é你',
      authorization: `Basic ${Buffer.from('你:p').toString('base64')}`,
    })
  })
})
