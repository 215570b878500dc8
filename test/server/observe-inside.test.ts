import { describe, expect, it, onTestFinished } from 'vitest'
import { createChannels } from '../../src/channel/index.ts'
import type { ObservedStream, ServerObserver } from '../../src/server/index.ts'
import { serverObserverMethods } from '../../src/server/observe.ts'
import { RawClient } from '../support/server/raw-client.ts'
import { run } from '../support/server/running.ts'
import { asking, make, plain, Reading, turns, until, untyped } from '../support/server/asking.ts'

/** What is told of each stream, in order, and what of it was written. */
class Diary implements ServerObserver {
  readonly told = new Map<ObservedStream, string[]>()
  text = ''

  onOpen(stream: ObservedStream): void {
    this.#note(stream, 'open')
  }

  onWrite(stream: ObservedStream, frames: string | Uint8Array): void {
    this.#note(stream, 'write')
    this.text += typeof frames === 'string' ? frames : new TextDecoder().decode(frames)
  }

  onFull(stream: ObservedStream): void {
    this.#note(stream, 'full')
  }

  onRoom(stream: ObservedStream): void {
    this.#note(stream, 'room')
  }

  onEnd(stream: ObservedStream): void {
    this.#note(stream, `end ${stream.outcome}`)
  }

  get ends(): string[] {
    return [...this.told.values()].flat().filter((what) => what.startsWith('end'))
  }

  #note(stream: ObservedStream, what: string): void {
    const before = this.told.get(stream) ?? []
    this.told.set(stream, [...before, what])
  }
}

const channels = createChannels()
const topic = channels.topic<unknown>('t')

const routes = [
  { path: '/nothing', handler: async function* () {} },
  {
    path: '/short',
    handler: async function* () {
      yield 1
      yield 2
    },
  },
  {
    path: '/failing',
    handler: async function* () {
      yield 1
      throw new Error('late')
    },
  },
  {
    path: '/flood',
    handler: async function* () {
      for (let n = 1; n <= 2000; n += 1) yield `${n} ${'x'.repeat(8192)}`
    },
  },
  { path: '/topic', handler: () => topic.subscribe() },
].map((route) => untyped({ method: 'GET', sse: { stallTimeoutMs: 1000 }, ...route }))

describe('a stream that an observer ends', () => {
  for (const path of ['/nothing', '/short', '/failing', '/flood', '/topic'])
    it.each(serverObserverMethods.filter((method) => method !== 'onEnd'))(
      `ends once, as told, inside of %s, on ${path}`,
      async (method) => {
        const { server, port } = await run(routes)
        const diary = new Diary()
        let isCalled = false
        server.observe({
          [method]: () => {
            isCalled = true
            server.disconnect(() => true)
          },
        })
        server.observe(diary)
        const client = await RawClient.open(port)
        onTestFinished(() => client.leave())
        client.socket.pause()
        client.request(`GET ${path} HTTP/1.0`)
        if (path === '/topic') void turns(20).then(() => topic.publish('x'.repeat(100_000)))
        await until(() => isCalled || diary.ends.length > 0 || diary.text.includes('xxx'))
        client.socket.resume()
        if (path === '/topic') server.disconnect(() => true)
        const text = await client.ended()
        await turns(20)
        expect(text.slice(text.indexOf('\r\n\r\n') + 4)).toBe(diary.text)
        expect(diary.ends).toHaveLength(1)
        for (const told of diary.told.values()) expect(told.at(-1)).toBe(diary.ends[0])
      },
    )

  it('gives its place back once', async () => {
    const { server, ask } = make(routes, { maxStreamsPerKey: { key: () => 'one', max: 1 } })
    const stop = server.observe({ onOpen: () => void server.disconnect(() => true) })
    await (await ask('/nothing', { headers: plain })).text()
    stop()
    const held = await ask('/topic', { headers: asking })
    expect(held.status).toBe(200)
    expect((await ask('/topic', { headers: asking })).status).toBe(429)
    await held.body?.cancel()
  })

  it('ends once where it is ended while its error is reported', async () => {
    const { server, ask } = make(routes, { onError: () => void server.disconnect(() => true) })
    const diary = new Diary()
    server.observe(diary)
    const text = await (await ask('/failing', { headers: plain })).text()
    expect(diary.ends).toHaveLength(1)
    expect(text).toBe(diary.text)
  })

  it('is told of to nobody that has come too late for its opening', async () => {
    const { server, ask } = make(routes)
    const late: string[] = []
    server.observe({
      onWrite: (stream) => {
        if (stream.outcome === undefined || late.length > 0) return
        server.observe({ onOpen: () => void late.push('open'), onEnd: () => void late.push('end') })
      },
    })
    const reading = new Reading(await ask('/short', { headers: plain }))
    await reading.ended()
    expect(late).toEqual(['open', 'end'])
  })
})
