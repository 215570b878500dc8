import { describe, expect, it, onTestFinished } from 'vitest'
import { createChannels } from '../../src/channel/index.ts'
import type { Context, ObservedStream, ServerObserver } from '../../src/server/index.ts'
import { RawClient } from '../support/server/raw-client.ts'
import { run } from '../support/server/running.ts'
import { asking, gate, make, plain, Reading, turns, unhandledDuring, until, untyped } from '../support/server/asking.ts'

/** What an observer was told, in order: `[what, path, ...]`. */
class Notes implements ServerObserver {
  readonly all: unknown[][] = []
  readonly streams: ObservedStream[] = []
  readonly #decoder = new TextDecoder()

  onOpen(stream: ObservedStream): void {
    this.streams.push(stream)
    this.#note('open', stream)
  }

  onHead(stream: ObservedStream, head: { status: number; headers: Headers }): void {
    this.#note('head', stream, head.status, head.headers.get('content-type'))
  }

  onWrite(stream: ObservedStream, frames: string | Uint8Array): void {
    this.#note('write', stream, typeof frames === 'string' ? frames : this.#decoder.decode(frames))
  }

  onFull(stream: ObservedStream): void {
    this.#note('full', stream)
  }

  onRoom(stream: ObservedStream): void {
    this.#note('room', stream)
  }

  onEnd(stream: ObservedStream): void {
    this.#note('end', stream, stream.outcome, stream.events)
  }

  /** Everything that was written. */
  get text(): string {
    return this.all.map(([what, , text]) => (what === 'write' ? String(text) : '')).join('')
  }

  get kinds(): unknown[] {
    return this.all.map(([what]) => what)
  }

  #note(what: string, { ctx }: ObservedStream, ...details: unknown[]): void {
    this.all.push([what, ctx.path, ...details])
  }
}

const steps = { gate: gate() }

const routes = [
  untyped({
    method: 'GET',
    path: '/short',
    sse: true,
    handler: async function* () {
      yield 1
      yield 2
    },
  }),
  untyped({
    method: 'GET',
    path: '/stepwise',
    sse: { heartbeatMs: 20 },
    handler: async function* () {
      yield 'first'
      await steps.gate.opened
      yield 'last'
    },
  }),
  untyped({
    method: 'GET',
    path: '/endless',
    sse: true,
    handler: async function* (ctx: Context) {
      yield 'first'
      await ctx.sleep(1e9)
    },
  }),
  untyped({
    method: 'GET',
    path: '/failing',
    sse: true,
    handler: async function* () {
      yield 1
      throw new Error('late')
    },
  }),
  untyped({ method: 'GET', path: '/early', sse: true, handler: async () => Promise.reject(new Error('early')) }),
  untyped({ method: 'GET', path: '/once', sse: true, handler: async () => ({ answered: 'once' }) }),
  untyped({ method: 'GET', path: '/plain', handler: () => 'ok' }),
  untyped({
    method: 'GET',
    path: '/flood',
    sse: true,
    handler: async function* () {
      for (let n = 1; n <= 2000; n += 1) yield `${n} ${'x'.repeat(8192)}`
    },
  }),
]

describe('an observer of a server', () => {
  it('is told of a stream from its opening to its end, and of exactly what it sends', async () => {
    steps.gate = gate()
    const { server, ask } = make(routes)
    const notes = new Notes()
    server.observe(notes)
    const reading = new Reading(await ask('/stepwise', { headers: asking }))
    await reading.until('first')
    // A heartbeat is written, too.
    await reading.until(':\n')
    steps.gate.open()
    const text = await reading.ended()
    expect(notes.text).toBe(text)
    expect(notes.kinds.filter((kind) => kind !== 'write')).toEqual(['open', 'head', 'end'])
    expect(notes.all.at(1)).toEqual(['head', '/stepwise', 200, expect.stringContaining('text/event-stream')])
    expect(notes.all.at(-1)).toEqual(['end', '/stepwise', 'complete', 2])
    expect(notes.streams[0]?.route).toBe('/stepwise')
    expect(notes.streams[0]?.contentType).toContain('text/event-stream')
  })

  it('is told everything of a handler that ends before its head has gone out', async () => {
    const { server, ask } = make(routes)
    const notes = new Notes()
    server.observe(notes)
    const text = await (await ask('/short', { headers: asking })).text()
    expect(notes.text).toBe(text)
    expect(new Set(notes.kinds)).toEqual(new Set(['open', 'write', 'end', 'head']))
    expect(notes.kinds[0]).toBe('open')
    expect(notes.kinds.indexOf('write')).toBeLessThan(notes.kinds.indexOf('end'))
  })

  it('is told how streams end that fail, are left, or are ended', async () => {
    const { server, ask } = make(routes)
    const notes = new Notes()
    server.observe(notes)
    await (await ask('/failing', { headers: plain })).text()
    const left = new Reading(await ask('/endless', { headers: plain }))
    await left.until('first')
    await left.leave()
    const ended = new Reading(await ask('/endless', { headers: plain }))
    await ended.until('first')
    server.disconnect(() => true)
    await ended.ended()
    expect(notes.all.filter(([what]) => what === 'end')).toEqual([
      ['end', '/failing', 'failed', 1],
      ['end', '/endless', 'left', 1],
      ['end', '/endless', 'disconnected', 1],
    ])
    expect(notes.streams[0]?.error).toEqual(new Error('late'))
  })

  it('is told nothing of answers that are no streams', async () => {
    const { server, ask } = make(routes)
    const notes = new Notes()
    server.observe(notes)
    await (await ask('/plain')).text()
    await (await ask('/once')).text()
    await (await ask('/early')).text()
    await (await ask('/short', { method: 'HEAD' })).text()
    expect(notes.all).toEqual([])
  })

  it('is told of streams that middleware has answered in place of, as over', async () => {
    const { server, ask } = make(routes)
    const notes = new Notes()
    server.observe(notes)
    server.use(async (_, next) => {
      await next()
      return new Response('mine')
    })
    expect(await (await ask('/endless')).text()).toBe('mine')
    expect(notes.kinds.filter((kind) => kind !== 'write')).toEqual(['open', 'end'])
    expect(notes.all.at(-1)).toEqual(['end', '/endless', 'answered', 1])
  })

  it('is told of streams that were open when it came, and of none once it has gone', async () => {
    const { server, ask } = make(routes)
    const reading = new Reading(await ask('/endless'))
    await reading.until('first')
    const notes = new Notes()
    const stop = server.observe(notes)
    expect(notes.all).toEqual([['open', '/endless']])
    stop()
    stop()
    server.disconnect(() => true)
    await reading.ended()
    expect(notes.all).toEqual([['open', '/endless']])
  })

  it('is told when a reader takes nothing, and when it goes on', async () => {
    const { server, port } = await run(routes)
    const notes = new Notes()
    server.observe(notes)
    const client = await RawClient.open(port)
    client.socket.pause()
    client.request('GET /flood HTTP/1.1')
    await until(() => notes.kinds.includes('full'))
    client.socket.resume()
    await client.until('data: 2000 ')
    expect(notes.kinds.indexOf('room')).toBeGreaterThan(notes.kinds.indexOf('full'))
    client.leave()
  })

  it('is told of the frames of a topic, which its readers share', async () => {
    const channels = createChannels()
    onTestFinished(() => channels.close())
    const topic = channels.topic<unknown>('t')
    const { server, ask } = make([
      untyped({ method: 'GET', path: '/feed', sse: true, handler: () => topic.subscribe() }),
    ])
    const notes = new Notes()
    const chunks = new Set<unknown>()
    server.observe(notes)
    server.observe({ onWrite: (_, frames) => void chunks.add(frames) })
    const readings = await Promise.all([1, 2, 3].map(async () => new Reading(await ask('/feed', { headers: asking }))))
    await Promise.all(readings.map((reading) => reading.until('tidings:open')))
    chunks.clear()
    await topic.publish({ n: 1 })
    const texts = await Promise.all(readings.map((reading) => reading.until('"n":1')))
    expect(chunks.size).toBe(1)
    expect(notes.text.length).toBe(texts.reduce((sum, text) => sum + text.length, 0))
    await Promise.all(readings.map((reading) => reading.leave()))
  })

  it('may fail without harm: its error is reported, and the stream and other observers go on', async () => {
    const { server, ask, errors } = make(routes)
    const notes = new Notes()
    const broken = new Error('broken')
    const rejected = new Error('rejected')
    server.observe({
      onOpen: () => {
        throw broken
      },
      // As JavaScript may have it.
      onWrite: () => Promise.reject(rejected) as unknown as void,
    })
    server.observe(notes)
    const unhandled = await unhandledDuring(async () => {
      expect(await (await ask('/short')).text()).toBe('data: 1\n\ndata: 2\n\n')
      await turns()
    })
    expect(unhandled).toEqual([])
    expect(errors).toContain(broken)
    expect(errors).toContain(rejected)
    expect(notes.kinds).toContain('end')
  })

  it.each([
    [undefined, 'observe() needs an object of functions, not undefined.'],
    [() => {}, 'observe() needs an object of functions, not function (anonymous).'],
    [{}, 'observe() calls one of onOpen, onHead,'],
    [{ onOpne: () => {} }, 'observe() never calls "onOpne". Did you mean onOpen?'],
    [{ onOpen: 'yes' }, 'observe(): onOpen must be a function, not "yes".'],
  ])('is refused where it would never be called: %o', (observer, message) => {
    const { server } = make(routes)
    expect(() => server.observe(observer as ServerObserver)).toThrow(message)
  })
})
