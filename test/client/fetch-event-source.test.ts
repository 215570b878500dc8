// One suite for fetchEventSource and for the package whose face it has, and where the two differ on purpose.
import * as microsoft from '@microsoft/fetch-event-source'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import * as tidings from '../../src/client/index.ts'
import type { EventSourceMessage, FetchEventSourceInit } from '../../src/client/index.ts'
import { createGate } from '../support/gate.ts'
import { broken, endless, events, openScriptedServer, refusal, status } from '../support/scripted-server.ts'

/** What both take, and hand in. */
type Init = Omit<FetchEventSourceInit, 'headers' | 'onopen'> & {
  headers?: Record<string, string>
  onopen?: (response: Response) => Promise<void>
}
type Subscribe = (input: string, init: Init) => Promise<void>

const implementations: Readonly<Record<'tidings' | 'microsoft', Subscribe>> = {
  tidings: tidings.fetchEventSource,
  // Its types are older than exactOptionalPropertyTypes.
  microsoft: (input, init) => microsoft.fetchEventSource(input, init as microsoft.FetchEventSourceInit),
}

/** A page that a test hides and shows. */
class FakePage extends EventTarget {
  hidden = false

  turn(hidden: boolean): void {
    this.hidden = hidden
    this.dispatchEvent(new Event('visibilitychange'))
  }
}

let page: FakePage
beforeEach(() => {
  page = new FakePage()
  vi.stubGlobal('document', page)
  vi.stubGlobal('window', globalThis)
})
afterEach(() => vi.unstubAllGlobals())

class Enough extends Error {}

/** Throws: ends the subscription. */
function enough(): never {
  throw new Enough('Enough')
}

/** Comes back at once, so often, then gives up. */
function again(times: number): () => number {
  let count = 0
  return () => (count++ < times ? 1 : enough())
}

async function turns(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}

describe.each(Object.entries(implementations))('fetchEventSource of %s', (_, subscribe) => {
  it('sends the method, the body and the headers, and accepts an event stream', async () => {
    const server = await openScriptedServer((response, request) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      request.on('data', (chunk: Buffer) => response.end(`data: ${chunk.toString()}\n\n`))
    })
    const heard: string[] = []
    await subscribe(server.url, {
      method: 'POST',
      body: 'question',
      headers: { authorization: 'Bearer t' },
      onmessage: ({ data }) => heard.push(data),
    })
    const { method, headers } = await server.request(0)
    expect({ method, heard, ...headers }).toMatchObject({
      method: 'POST',
      heard: ['question'],
      authorization: 'Bearer t',
      accept: 'text/event-stream',
    })
  })

  it('leaves an accept header as it was given', async () => {
    const server = await openScriptedServer(events(''))
    await subscribe(server.url, { headers: { accept: 'text/event-stream;v=2' } })
    expect((await server.request(0)).headers.accept).toBe('text/event-stream;v=2')
  })

  it('hands on the id, the name, the data and the retry of each event', async () => {
    const server = await openScriptedServer(
      events('id: 1\nevent: tick\nretry: 5\ndata: a\ndata: b\n\ndata: c\r\n\r\nid: 2\rdata: 你好\r\r'),
    )
    const messages: EventSourceMessage[] = []
    await subscribe(server.url, { onmessage: (message) => messages.push(message) })
    expect(messages).toEqual([
      { id: '1', event: 'tick', data: 'a\nb', retry: 5 },
      { id: '', event: '', data: 'c', retry: undefined },
      { id: '2', event: '', data: '你好', retry: undefined },
    ])
  })

  it('waits for onopen before it reads, calls onclose at the end, and resolves', async () => {
    const server = await openScriptedServer(events('data: a\n\n'))
    const calls: string[] = []
    await subscribe(server.url, {
      onopen: async (response) => {
        await turns()
        calls.push(`open ${response.status}`)
      },
      onmessage: ({ data }) => calls.push(data),
      onclose: () => calls.push('close'),
    })
    expect(calls).toEqual(['open 200', 'a', 'close'])
    expect(server.requests.length).toBe(1)
  })

  it('comes back with the last id after the milliseconds that onerror returns', async () => {
    const server = await openScriptedServer(broken('id: 1\ndata: a\n\n'), refusal, events('data: b\n\n'))
    const heard: string[] = []
    await subscribe(server.url, { onmessage: ({ data }) => heard.push(data), onerror: again(2) })
    expect(heard).toEqual(['a', 'b'])
    expect(server.requests.map(({ headers }) => headers['last-event-id'])).toEqual([undefined, '1', '1'])
  })

  it('comes back after the last retry when onerror returns nothing', async () => {
    const server = await openScriptedServer(broken('retry: 1\n\n'), events(''))
    const onerror = vi.fn<(error: unknown) => void>()
    await subscribe(server.url, { onerror })
    expect([onerror.mock.calls.length, server.requests.length]).toEqual([1, 2])
  })

  it('comes back without onerror after a failure of the network', async () => {
    const server = await openScriptedServer(broken('retry: 1\n\n'), refusal, events(''))
    await subscribe(server.url, {})
    expect(server.requests.length).toBe(3)
  })

  it('repeats a POST where onerror wants it to', async () => {
    const server = await openScriptedServer(refusal, events(''))
    await subscribe(server.url, { method: 'POST', body: 'x', onerror: again(1) })
    expect(server.requests.length).toBe(2)
  })

  it('rejects with what onerror throws, and asks no more', async () => {
    const server = await openScriptedServer(refusal)
    await expect(subscribe(server.url, { onerror: enough })).rejects.toThrow(Enough)
    await turns()
    expect(server.requests.length).toBe(1)
  })

  it.each(['onopen', 'onmessage', 'onclose'] as const)('hands onerror what %s throws', async (name) => {
    const server = await openScriptedServer(events('data: a\n\n'))
    const errors: unknown[] = []
    const onerror = (error: unknown): never => {
      errors.push(error)
      throw error
    }
    const callback = name === 'onopen' ? async () => enough() : enough
    await expect(subscribe(server.url, { onerror, [name]: callback })).rejects.toThrow(Enough)
    expect(errors).toEqual([expect.any(Enough)])
  })

  it('comes back when onclose throws and onerror wants it to', async () => {
    const server = await openScriptedServer(events('data: a\n\n'), events('data: b\n\n'))
    let closes = 0
    const onclose = (): void => {
      if (closes++ === 0) enough()
    }
    const heard: string[] = []
    await subscribe(server.url, { onclose, onerror: () => 1, onmessage: ({ data }) => heard.push(data) })
    expect(heard).toEqual(['a', 'b'])
  })

  it('refuses another content type, unless onopen takes it', async () => {
    const page = events('data: a\n\n', { 'content-type': 'text/html' })
    const server = await openScriptedServer(page, page)
    await expect(
      subscribe(server.url, {
        onerror: (error) => {
          throw error
        },
      }),
    ).rejects.toThrow('Expected content-type to be text/event-stream, Actual: text/html')
    const heard: string[] = []
    await subscribe(server.url, { onopen: async () => {}, onmessage: ({ data }) => heard.push(data) })
    expect(heard).toEqual(['a'])
  })

  it('resolves when it is aborted, and ends the request without another callback', async () => {
    const server = await openScriptedServer(endless('data: a\n\n'))
    const controller = new AbortController()
    const onerror = vi.fn<() => void>()
    const onclose = vi.fn<() => void>()
    await subscribe(server.url, { signal: controller.signal, onmessage: () => controller.abort(), onerror, onclose })
    const { socket } = await server.request(0)
    if (!socket.destroyed) await new Promise((resolve) => socket.once('close', resolve))
    expect([onerror.mock.calls.length, onclose.mock.calls.length]).toEqual([0, 0])
  })

  it('resolves when it is aborted while it waits to come back', async () => {
    const server = await openScriptedServer(refusal)
    const controller = new AbortController()
    const onerror = (): number => {
      setImmediate(() => controller.abort())
      return 60_000
    }
    await subscribe(server.url, { signal: controller.signal, onerror })
    expect(server.requests.length).toBe(1)
  })

  it('asks by the fetch that it is given, with the headers as they were written', async () => {
    const asked: Parameters<typeof globalThis.fetch>[] = []
    const fetch: typeof globalThis.fetch = async (...given) => {
      asked.push(given)
      return new Response('data: a\n\n', { headers: { 'content-type': 'text/event-stream' } })
    }
    await subscribe('/path', { fetch, headers: { 'X-Custom': 'y' }, credentials: 'include' })
    const [[input, init] = []] = asked
    expect(input).toBe('/path')
    expect(init).toEqual({
      headers: { 'X-Custom': 'y', accept: 'text/event-stream' },
      credentials: 'include',
      signal: expect.any(AbortSignal),
    })
  })

  it('sends no last id any more once the server has emptied it', async () => {
    const server = await openScriptedServer(broken('id: 1\ndata: a\n\nid:\ndata: b\n\n'), events(''))
    await subscribe(server.url, { onerror: again(1) })
    expect((await server.request(1)).headers).not.toHaveProperty('last-event-id')
  })

  it('stays open in a hidden page with openWhenHidden', async () => {
    const server = await openScriptedServer(endless('data: a\n\n'))
    const controller = new AbortController()
    const onmessage = (): void => {
      page.turn(true)
      page.turn(false)
      setTimeout(() => controller.abort(), 1)
    }
    await subscribe(server.url, { openWhenHidden: true, onmessage, signal: controller.signal })
    expect(server.requests.length).toBe(1)
  })

  it('ends the request with the page hidden, and goes on with the page shown, when openWhenHidden is false', async () => {
    const server = await openScriptedServer(endless('id: 1\ndata: a\n\n'), events('data: b\n\n'))
    const heard: string[] = []
    const onerror = vi.fn<() => void>()
    const onmessage = ({ data }: EventSourceMessage): void => {
      heard.push(data)
      if (data === 'a') setImmediate(() => page.turn(true))
    }
    const subscription = subscribe(server.url, { openWhenHidden: false, onmessage, onerror })
    const { socket } = await server.request(0)
    await new Promise((resolve) => socket.once('close', resolve))
    await turns()
    expect(server.requests.length).toBe(1)
    page.turn(false)
    await subscription
    expect([heard, onerror.mock.calls.length]).toEqual([['a', 'b'], 0])
    expect((await server.request(1)).headers['last-event-id']).toBe('1')
  })
})

interface Difference {
  readonly tidings: unknown
  readonly microsoft: unknown
  readonly try: (subscribe: Subscribe) => Promise<unknown>
}

/** What a stream of that text is handed on as. */
async function messagesOf(subscribe: Subscribe, text: string): Promise<Partial<EventSourceMessage>[]> {
  const server = await openScriptedServer(events(text))
  const messages: Partial<EventSourceMessage>[] = []
  await subscribe(server.url, { onmessage: ({ id, event, data }) => messages.push({ id, event, data }) })
  return messages
}

async function dataOf(subscribe: Subscribe, text: string): Promise<unknown[]> {
  return (await messagesOf(subscribe, text)).map(({ data }) => data)
}

/** The code that it rejects with, or whether it came back. */
async function outcomeOf(subscribe: Subscribe, url: string, init: Init): Promise<unknown> {
  const controller = new AbortController()
  const back = new Promise((resolve) => {
    const fetch: typeof globalThis.fetch = async (input, given) => {
      if (calls++ === 0) return globalThis.fetch(input, given)
      resolve('came back')
      return new Promise(() => {})
    }
    let calls = 0
    const end = subscribe(url, { ...init, fetch, signal: controller.signal })
    end.then(
      () => resolve('resolved'),
      (error: unknown) => resolve(error instanceof tidings.ResponseError ? error.status : codeOf(error)),
    )
  })
  const outcome = await back
  controller.abort()
  return outcome
}

function codeOf(error: unknown): unknown {
  return error instanceof Error ? (Reflect.get(error, 'code') ?? error.message) : error
}

const differences: Readonly<Record<string, Difference>> = {
  'a tab that is left for a moment has its request': {
    tidings: 'left alone',
    microsoft: 'made twice',
    async try(subscribe) {
      const server = await openScriptedServer(endless('data: a\n\n'), endless(''))
      const controller = new AbortController()
      const onmessage = (): void => {
        setImmediate(() => page.turn(true))
        setImmediate(() => page.turn(false))
        setImmediate(() => setImmediate(() => controller.abort()))
      }
      const fetch = vi.fn<typeof globalThis.fetch>((...given) => globalThis.fetch(...given))
      await subscribe(server.url, { method: 'POST', onmessage, fetch, signal: controller.signal })
      return fetch.mock.calls.length === 1 ? 'left alone' : 'made twice'
    },
  },
  'a page that is shown while it was not hidden has its request': {
    tidings: 'left alone',
    microsoft: 'made twice',
    async try(subscribe) {
      const server = await openScriptedServer(endless('data: a\n\n'), endless('data: b\n\n'))
      const controller = new AbortController()
      const fetch = vi.fn<typeof globalThis.fetch>((...given) => globalThis.fetch(...given))
      let isWhole: boolean | undefined
      const onmessage = (): void => {
        setImmediate(() => page.turn(false))
        setImmediate(() => {
          isWhole ??= fetch.mock.calls[0]?.[1]?.signal?.aborted === false
          setImmediate(() => controller.abort())
        })
      }
      await subscribe(server.url, { openWhenHidden: false, onmessage, fetch, signal: controller.signal })
      return isWhole && fetch.mock.calls.length === 1 ? 'left alone' : 'made twice'
    },
  },
  'comments are handed on as': {
    tidings: ['a'],
    microsoft: ['', 'a'],
    try: (subscribe) => dataOf(subscribe, ': heartbeat\n\ndata: a\n\n'),
  },
  'a block of an id alone is handed on as': {
    tidings: [],
    microsoft: [{ id: '1', event: '', data: '' }],
    try: (subscribe) => messagesOf(subscribe, 'id: 1\n\n'),
  },
  'a first line of data that is empty is': {
    tidings: ['\na'],
    microsoft: ['a'],
    try: (subscribe) => dataOf(subscribe, 'data:\ndata: a\n\n'),
  },
  'a field without a colon is': {
    tidings: ['a\n'],
    microsoft: ['a'],
    try: (subscribe) => dataOf(subscribe, 'data: a\ndata\n\n'),
  },
  'data that begins with a byte order mark of its own is': {
    tidings: ['\u{feff}a'],
    microsoft: ['a'],
    try: (subscribe) => dataOf(subscribe, 'data: \u{feff}a\n\n'),
  },
  'an id with a NUL is': {
    tidings: [{ id: '', event: '', data: 'a' }],
    microsoft: [{ id: 'x\0', event: '', data: 'a' }],
    try: (subscribe) => messagesOf(subscribe, 'id: x\0\ndata: a\n\n'),
  },
  'the id of a block that was cut is': {
    tidings: undefined,
    microsoft: '1',
    async try(subscribe) {
      const server = await openScriptedServer(broken('id: 1\ndata: a\n'), events(''))
      await subscribe(server.url, { onerror: again(1) })
      return (await server.request(1)).headers['last-event-id']
    },
  },
  'an id beyond Latin-1': {
    tidings: 'is sent',
    microsoft: 'cannot be sent',
    async try(subscribe) {
      const server = await openScriptedServer(broken('id: 你\ndata: a\n\n'), events(''))
      return subscribe(server.url, { onerror: again(1) }).then(
        () => 'is sent',
        () => 'cannot be sent',
      )
    },
  },
  'a retry that is no number is': {
    tidings: undefined,
    microsoft: 1,
    async try(subscribe) {
      const server = await openScriptedServer(events('retry: 1x\ndata: a\n\n'))
      const retries: unknown[] = []
      await subscribe(server.url, { onmessage: ({ retry }) => retries.push(retry) })
      return retries[0]
    },
  },
  'a retry in a block of its own is told with': {
    tidings: [[5, 'a']],
    microsoft: [
      [5, ''],
      [undefined, 'a'],
    ],
    async try(subscribe) {
      const server = await openScriptedServer(events('retry: 5\n\ndata: a\n\n'))
      const told: unknown[] = []
      await subscribe(server.url, { onmessage: ({ retry, data }) => told.push([retry, data]) })
      return told
    },
  },
  'a retry that setTimeout cannot hold is waited for': {
    tidings: 3_600_000,
    microsoft: 1_000_000_000_000,
    async try(subscribe) {
      const server = await openScriptedServer(broken('retry: 1000000000000\ndata: a\n\n'))
      const controller = new AbortController()
      const setTimeout = vi.spyOn(globalThis, 'setTimeout')
      const onerror = (): void => void setImmediate(() => controller.abort())
      await subscribe(server.url, { onerror, signal: controller.signal })
      const waits = setTimeout.mock.calls.map(([, ms]) => ms ?? 0)
      setTimeout.mockRestore()
      return Math.max(...waits)
    },
  },
  'an answer of 204': {
    tidings: 'resolved',
    microsoft: 'came back',
    async try(subscribe) {
      const server = await openScriptedServer(status(204, {}))
      return outcomeOf(subscribe, server.url, { onerror: () => 1 })
    },
  },
  'without onerror, an answer of another type': {
    tidings: 'ERR_MEDIA_TYPE',
    microsoft: 'came back',
    async try(subscribe) {
      const server = await openScriptedServer(events('', { 'content-type': 'text/html' }))
      return outcomeOf(subscribe, server.url, {})
    },
  },
  'without onerror, a status that will not change': {
    tidings: 404,
    microsoft: 'came back',
    async try(subscribe) {
      const server = await openScriptedServer(status(404, {}))
      return outcomeOf(subscribe, server.url, {})
    },
  },
  'a failure that has the type of an event stream': {
    tidings: 400,
    microsoft: 'resolved',
    async try(subscribe) {
      const server = await openScriptedServer(status(400))
      return outcomeOf(subscribe, server.url, {})
    },
  },
  'without onerror, a POST that was cut': {
    tidings: 'terminated',
    microsoft: 'came back',
    async try(subscribe) {
      const server = await openScriptedServer(broken('retry: 1\ndata: a\n\n'))
      return outcomeOf(subscribe, server.url, { method: 'POST' })
    },
  },
  'a signal that had aborted before lets through': {
    tidings: 0,
    microsoft: 1,
    async try(subscribe) {
      const server = await openScriptedServer(events(''))
      await subscribe(server.url, { signal: AbortSignal.abort() })
      return server.requests.length
    },
  },
  'behind an abort, what has come already is': {
    tidings: ['a'],
    microsoft: ['a', 'b'],
    async try(subscribe) {
      const server = await openScriptedServer(endless('data: a\n\ndata: b\n\n'))
      const controller = new AbortController()
      const heard: string[] = []
      const onmessage = ({ data }: EventSourceMessage): void => {
        heard.push(data)
        controller.abort()
      }
      await subscribe(server.url, { onmessage, signal: controller.signal })
      return heard
    },
  },
}

describe('a deliberate difference:', () => {
  for (const [title, difference] of Object.entries(differences)) {
    it.each(['tidings', 'microsoft'] as const)(`${title} (%s)`, async (name) => {
      expect(await difference.try(implementations[name])).toEqual(difference[name])
    })
  }
})

describe('fetchEventSource', () => {
  it('exports the names that the package has', () => {
    for (const name of Object.keys(microsoft)) expect(tidings).toHaveProperty(name)
    expect(tidings.EventStreamContentType).toBe(microsoft.EventStreamContentType)
  })

  it('takes what the package takes', () => {
    const theirs: typeof microsoft.fetchEventSource = tidings.fetchEventSource
    const init: microsoft.FetchEventSourceInit = { onerror: (error: Enough) => error.message.length }
    expect(() => theirs('http://[', init)).not.toThrow()
  })

  it('works where there is no page', async () => {
    vi.unstubAllGlobals()
    const server = await openScriptedServer(events('data: a\n\n'))
    const heard: string[] = []
    await tidings.fetchEventSource(server.url, { openWhenHidden: false, onmessage: ({ data }) => heard.push(data) })
    expect(heard).toEqual(['a'])
  })

  it('takes a Request, a URL and Headers as well, and repeats a Request with its body', async () => {
    const server = await openScriptedServer(refusal, events('data: a\n\n'), events('data: b\n\n'))
    const heard: string[] = []
    const onmessage = ({ data }: EventSourceMessage): void => void heard.push(data)
    const request = new Request(server.url, { method: 'POST', body: 'x' })
    await tidings.fetchEventSource(request, { onmessage, onerror: again(1) })
    await tidings.fetchEventSource(new URL(server.url), { onmessage, headers: new Headers({ 'x-a': 'b' }) })
    expect(heard).toEqual(['a', 'b'])
    expect((await server.request(2)).headers).toMatchObject({ 'x-a': 'b', accept: 'text/event-stream' })
  })

  it('leaves no listener behind on a signal and a page that go on', async () => {
    const server = await openScriptedServer(events('data: a\n\n'))
    const { signal } = new AbortController()
    const added = [vi.spyOn(signal, 'addEventListener'), vi.spyOn(page, 'addEventListener')]
    const removed = [vi.spyOn(signal, 'removeEventListener'), vi.spyOn(page, 'removeEventListener')]
    await tidings.fetchEventSource(server.url, { signal, openWhenHidden: false })
    for (const [index, spy] of added.entries()) {
      expect(spy).toHaveBeenCalledTimes(1)
      expect(removed[index]?.mock.calls[0]?.slice(0, 2)).toEqual(spy.mock.calls[0]?.slice(0, 2))
    }
  })

  it.each(['onopen', 'onmessage'] as const)(
    'lets go of the body when it is aborted in %s, from a fetch that has no ear for its signal',
    async (name) => {
      const cancelled = createGate<unknown>()
      const body = new ReadableStream<Uint8Array>({
        start: (source) => void (name === 'onmessage' && source.enqueue(new TextEncoder().encode('data: a\n\n'))),
        cancel: cancelled.open,
      })
      const controller = new AbortController()
      await tidings.fetchEventSource('/', {
        fetch: async () => new Response(body, { headers: { 'content-type': 'text/event-stream' } }),
        signal: controller.signal,
        [name]: () => controller.abort(),
      })
      await cancelled.opened
    },
  )

  it('lets go of the body when it is aborted while it reads, from such a fetch', async () => {
    const cancelled = createGate<unknown>()
    const read = createGate()
    const body = new ReadableStream<Uint8Array>({ pull: () => read.open(), cancel: cancelled.open })
    const controller = new AbortController()
    const end = tidings.fetchEventSource('/', {
      fetch: async () => new Response(body, { headers: { 'content-type': 'text/event-stream' } }),
      signal: controller.signal,
    })
    await read.opened
    await turns()
    controller.abort()
    await Promise.all([end, cancelled.opened])
  })

  it('tells onerror of an event that is too large', async () => {
    const server = await openScriptedServer(endless(`data: ${'x'.repeat(17 * 1024 * 1024)}`))
    await expect(tidings.fetchEventSource(server.url, {})).rejects.toMatchObject({ code: 'ERR_EVENT_TOO_LARGE' })
  })
})
