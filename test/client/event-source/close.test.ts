// WHATWG HTML 9.2.2: close(), whenever it is called.
/* oxlint-disable unicorn/prefer-add-event-listener -- the handler attributes are part of it */
import { describe, expect, it, vi } from 'vitest'
import { EventSource } from '../../../src/client/index.ts'
import { EventLog } from '../../support/client/event-log.ts'
import { createGate } from '../../support/time/gate.ts'
import { endless, events, openScriptedServer } from '../../support/client/scripted-server.ts'
import { here } from '../../support/client/unanswered-source.ts'

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
