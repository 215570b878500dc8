// What fetchEventSource is held to by itself: its names and types, what it takes, and what it lets go of.
import * as microsoft from '@microsoft/fetch-event-source'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import * as tidings from '../../../src/client/index.ts'
import type { EventSourceMessage } from '../../../src/client/index.ts'
import { turns } from '../../support/server/asking.ts'
import { stubPage, type FakePage } from '../../support/client/fake-page.ts'
import { createGate } from '../../support/time/gate.ts'
import { endless, events, openScriptedServer, refusal } from '../../support/client/scripted-server.ts'
import { again, type Enough } from '../../support/client/subscriber.ts'

let page: FakePage
beforeEach(() => {
  page = stubPage()
})
afterEach(() => vi.unstubAllGlobals())

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
    await turns(50)
    controller.abort()
    await Promise.all([end, cancelled.opened])
  })

  it('tells onerror of an event that is too large', async () => {
    const server = await openScriptedServer(endless(`data: ${'x'.repeat(17 * 1024 * 1024)}`))
    await expect(tidings.fetchEventSource(server.url, {})).rejects.toMatchObject({ code: 'ERR_EVENT_TOO_LARGE' })
  })
})
