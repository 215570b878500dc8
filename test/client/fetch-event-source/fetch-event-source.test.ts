// One suite for fetchEventSource and for the package whose face it has.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { EventSourceMessage } from '../../../src/client/index.ts'
import { turns } from '../../support/server/asking.ts'
import { stubPage, type FakePage } from '../../support/client/fake-page.ts'
import { broken, endless, events, openScriptedServer, refusal } from '../../support/client/scripted-server.ts'
import { again, enough, Enough, implementations } from '../../support/client/subscriber.ts'

let page: FakePage
beforeEach(() => {
  page = stubPage()
})
afterEach(() => vi.unstubAllGlobals())

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
        await turns(50)
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
    await turns(50)
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
    const fetch = vi.fn<typeof globalThis.fetch>(globalThis.fetch)
    const onmessage = (): void => {
      page.turn(true)
      page.turn(false)
      void turns().then(() => controller.abort())
    }
    await subscribe(server.url, { fetch, openWhenHidden: true, onmessage, signal: controller.signal })
    expect(fetch).toHaveBeenCalledOnce()
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
    await turns(50)
    expect(server.requests.length).toBe(1)
    page.turn(false)
    await subscription
    expect([heard, onerror.mock.calls.length]).toEqual([['a', 'b'], 0])
    expect((await server.request(1)).headers['last-event-id']).toBe('1')
  })
})
