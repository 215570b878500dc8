import { describe, expect, it } from 'vitest'
import { encodeData, type FrameSink, type FrameSource } from '../../src/sse/index.ts'
import type { Context } from '../../src/server/index.ts'
import { RawClient } from '../support/server/raw-client.ts'
import { run } from '../support/server/running.ts'
import { asking, eventSource, gate, make, plain, Reading, turns, until, untyped } from '../support/server/asking.ts'

const bytes = (value: unknown): Uint8Array => new TextEncoder().encode(encodeData(value))

/** A source of frames that the test drives, for one reader. */
class FakeSource implements FrameSource {
  readonly log: string[] = []
  sink: FrameSink | undefined
  onAttach: (sink: FrameSink) => void = () => {}

  attach(sink: FrameSink): { resume(): void; detach(): void } {
    this.log.push('attach')
    this.sink = sink
    this.onAttach(sink)
    return { resume: () => void this.log.push('resume'), detach: () => void this.log.push('detach') }
  }

  async *[Symbol.asyncIterator](): AsyncGenerator {
    this.log.push('iterate')
    yield 'one'
    yield 'two'
  }

  write(value: unknown): boolean {
    if (this.sink === undefined) throw new Error('Nobody has attached.')
    return this.sink.write(bytes(value), 1)
  }
}

function sourced(sse: object | true = true): { source: FakeSource; route: ReturnType<typeof untyped> } {
  const source = new FakeSource()
  return { source, route: untyped({ method: 'GET', path: '/x', sse, handler: () => source }) }
}

describe('a handler that returns a source of frames', () => {
  it('is attached to for SSE: its frames pass as they are', async () => {
    const { source, route } = sourced()
    const { ask } = make([route])
    const reading = new Reading(await ask('/x', { headers: plain }))
    expect(source.log[0]).toBe('attach')
    expect(source.write('a')).toBe(true)
    expect(source.write({ b: 'ü' })).toBe(true)
    await reading.until('"ü"')
    source.sink?.end({ kind: 'complete', position: 'here' })
    expect(await reading.ended()).toBe(':\ndata: a\n\ndata: {"b":"ü"}\n\n')
  })

  it('is attached to from an async handler too', async () => {
    const source = new FakeSource()
    const { ask } = make([
      untyped({ method: 'GET', path: '/x', sse: true, handler: async () => Promise.resolve(source) }),
    ])
    const reading = new Reading(await ask('/x'))
    source.write('a')
    await reading.until('data: a\n\n')
    await reading.leave()
  })

  it('is attached to however late it comes', async () => {
    const source = new FakeSource()
    const ready = gate<FakeSource>()
    const { ask } = make([untyped({ method: 'GET', path: '/x', sse: { openAfterMs: 0 }, handler: () => ready.opened })])
    const answer = ask('/x')
    await turns()
    expect(source.log).toEqual([])
    ready.open(source)
    const reading = new Reading(await answer)
    expect(await reading.until(':\n')).toBe(':\n')
    await until(() => source.sink !== undefined)
    source.write('a')
    expect(await reading.until('data: a\n\n')).toBe(':\ndata: a\n\n')
    await reading.leave()
    expect(source.log).toEqual(['attach', 'detach'])
  })

  it('is never attached to for a reader that has left before it came', async () => {
    const source = new FakeSource()
    const ready = gate<FakeSource>()
    const { ask, server } = make([
      untyped({ method: 'GET', path: '/x', sse: { openAfterMs: 0 }, handler: () => ready.opened }),
    ])
    const reader = new AbortController()
    const answer = ask('/x', { signal: reader.signal })
    await turns()
    reader.abort()
    ready.open(source)
    expect((await answer).status).toBe(503)
    await turns()
    expect(source.log).toEqual([])
    expect(server.openStreams).toBe(0)
  })

  it('opens the head at once: a subscription may be silent for long', async () => {
    const { route } = sourced({ openAfterMs: false })
    const { ask } = make([route])
    const reading = new Reading(await ask('/x'))
    expect(await reading.until(':\n')).toBe(':\n')
    await reading.leave()
  })

  it('is iterated for JSON lines', async () => {
    const { source, route } = sourced()
    const { ask } = make([route])
    expect(await new Reading(await ask('/x', { headers: { accept: 'application/x-ndjson' } })).ended()).toBe(
      '"one"\n"two"\n',
    )
    expect(source.log).toEqual(['iterate'])
  })

  it('sends retryMs and what it has ready in this order', async () => {
    const { source, route } = sourced({ retryMs: 2000 })
    source.onAttach = (sink) => void sink.write(bytes('ready'), 1)
    const { ask } = make([route])
    const reading = new Reading(await ask('/x'))
    expect(await reading.until('ready\n\n')).toBe('retry: 2000\n:\ndata: ready\n\n')
    await reading.leave()
  })

  it('does not begin before there is a reader', async () => {
    const { source, route } = sourced()
    const { ask, server } = make([route])
    const response = await ask('/x', { method: 'HEAD' })
    expect(response.status).toBe(200)
    expect(source.log).toEqual([])
    expect(server.openStreams).toBe(0)
  })

  it('is detached from when the reader leaves, and its frames go nowhere afterwards', async () => {
    const { source, route } = sourced()
    const { port, server } = await run([route])
    const client = await RawClient.open(port)
    client.request('GET /x HTTP/1.1')
    await client.until(':\n')
    client.leave()
    await until(() => source.log.includes('detach'))
    expect(source.write('late')).toBe(false)
    source.sink?.end({ kind: 'complete', position: 'here' })
    await turns()
    expect(source.log).toEqual(['attach', 'detach'])
    expect(server.openStreams).toBe(0)
  })

  it('aborts ctx.signal when its reader leaves', async () => {
    const source = new FakeSource()
    let signal: AbortSignal | undefined
    const handler = (ctx: Context): FakeSource => {
      ;({ signal } = ctx)
      return source
    }
    const { ask } = make([untyped({ method: 'GET', path: '/x', sse: true, handler })])
    await new Reading(await ask('/x')).leave()
    expect(signal?.aborted).toBe(true)
  })

  it('is detached from when the server ends the stream, and the reader comes back', async () => {
    const { source, route } = sourced()
    const { ask, server } = make([route])
    const reading = new Reading(await ask('/x', { headers: eventSource }))
    source.write('a')
    await reading.until('data: a')
    server.disconnect(() => true)
    expect(await reading.ended()).toMatch(/^:\ndata: a\n\nretry: \d+\n$/)
    expect(source.log.filter((call) => call !== 'resume')).toEqual(['attach', 'detach'])
  })

  it('is asked for nothing more once it is detached from', async () => {
    const { source, route } = sourced()
    const { ask, server } = make([route])
    const reading = new Reading(await ask('/x'))
    source.write('a')
    await reading.until('data: a')
    server.disconnect(() => true)
    await reading.ended()
    await turns()
    expect(source.log.at(-1)).toBe('detach')
  })

  it('ends as a handler that returned when it ends', async () => {
    const { source, route } = sourced()
    const { ask, server } = make([route])
    const reading = new Reading(await ask('/x', { headers: asking }))
    source.write('a')
    source.sink?.end({ kind: 'complete', position: 'here' })
    expect(await reading.ended()).toBe(':\ndata: a\n\nid: here~end\nevent: tidings:end\ndata: {}\n\n')
    expect(server.openStreams).toBe(0)
  })

  it('ends as a handler that threw when it ends with an error', async () => {
    const { source, route } = sourced()
    const { ask, errors } = make([route])
    const reading = new Reading(await ask('/x', { headers: plain }))
    source.write('a')
    source.sink?.end({ kind: 'failed', error: new Error('the broker is away') })
    expect(await reading.ended()).toBe(':\ndata: a\n\nevent: error\ndata: {"error":"the broker is away"}\n\n')
    expect(errors).toMatchObject([{ message: 'the broker is away' }])
  })

  it('may end while it is being attached to', async () => {
    const { source, route } = sourced()
    source.onAttach = (sink) => {
      sink.write(bytes('all there was'), 1)
      sink.end({ kind: 'complete', position: 'here' })
    }
    const { ask, server } = make([route])
    expect(await new Reading(await ask('/x', { headers: plain })).ended()).toBe(':\ndata: all there was\n\n')
    expect(server.openStreams).toBe(0)
  })

  it('may end twice, and once more with an error', async () => {
    const { source, route } = sourced()
    const { ask, errors } = make([route])
    const reading = new Reading(await ask('/x', { headers: asking }))
    source.sink?.end({ kind: 'complete', position: 'here' })
    source.sink?.end({ kind: 'complete', position: 'here' })
    source.sink?.end({ kind: 'failed', error: new Error('late') })
    expect((await reading.ended()).match(/tidings:end/g)).toHaveLength(1)
    expect(errors).toEqual([])
  })

  it('whose attach throws is a failed stream, not the end of the process', async () => {
    const { source, route } = sourced()
    source.onAttach = () => {
      throw new Error('no such topic')
    }
    const { port, server } = await run([route])
    const client = await RawClient.open(port)
    client.request('GET /x HTTP/1.1', ['Connection: close'])
    expect(await client.ended()).toContain('event: error\ndata: {"error":"no such topic"}\n\n')
    expect(server.openStreams).toBe(0)
  })

  it('may write nothing without ending the response', async () => {
    const { source, route } = sourced()
    const { port } = await run([route])
    const client = await RawClient.open(port)
    client.request('GET /x HTTP/1.1')
    await client.until(':\n')
    source.sink?.write(new Uint8Array(0), 0)
    source.write('after')
    const text = await client.until('data: after\n\n')
    expect(text).not.toContain('\r\n0\r\n')
    client.leave()
  })

  it('counts the frames that it sent as events for onFinish', async () => {
    const { source, route } = sourced()
    const events: number[] = []
    const { ask } = make([route], { onFinish: (finish) => void events.push(finish.events) })
    const reading = new Reading(await ask('/x'))
    source.write('a')
    source.write('b')
    await reading.until('data: b')
    source.sink?.end({ kind: 'complete', position: 'here' })
    await reading.ended()
    expect(events).toEqual([2])
  })
})

describe('a source that is faster than its reader', () => {
  it('is told to stop by false, and to go on by resume()', async () => {
    const { source, route } = sourced()
    const { port } = await run([route])
    const client = await RawClient.open(port)
    client.request('GET /x HTTP/1.1')
    await client.until(':\n')
    client.socket.pause()
    const frame = 'x'.repeat(64 * 1024)
    let written = 0
    while (source.write(`${written} ${frame}`) && written < 1000) {
      written += 1
      await turns(1)
    }
    expect(written).toBeLessThan(500)
    expect(source.log).toEqual(['attach'])
    client.socket.resume()
    await until(() => source.log.includes('resume'))
    source.write('after the pause')
    const text = await client.until('data: after the pause\n\n')
    for (let index = 0; index <= written; index += 1) expect(text).toContain(`data: ${index} x`)
    client.leave()
  })

  it('is sent away with its reader once more than maxBufferedBytes wait: retry, end and reason overflow', async () => {
    const source = new FakeSource()
    let signal: AbortSignal | undefined
    const handler = (ctx: Context): FakeSource => {
      ;({ signal } = ctx)
      return source
    }
    const route = untyped({ method: 'GET', path: '/x', sse: { maxBufferedBytes: 100_000 }, handler })
    const { port, server } = await run([route])
    const client = await RawClient.open(port)
    client.request('GET /x HTTP/1.1', ['Accept: text/event-stream', 'Cache-Control: no-cache'])
    await client.until(':\n')
    client.socket.pause()
    const frame = 'x'.repeat(16 * 1024)
    for (let count = 0; count < 10_000 && !source.log.includes('detach'); count += 1) {
      source.write(`${count} ${frame}`)
      if (count % 8 === 0) await turns(1)
    }
    expect(source.log).toContain('detach')
    expect(signal?.reason).toMatchObject({ reason: 'overflow' })
    expect(server.openStreams).toBe(0)
    expect(source.write('late')).toBe(false)
    client.socket.resume()
    expect(await client.until('0\r\n\r\n')).toMatch(
      /\n\nretry: \d+\n\r\n0\r\n\r\n$|\n\n\r\n[0-9a-f]+\r\nretry: \d+\n\r\n0\r\n\r\n$/,
    )
    client.leave()
  })

  it('may write one event that is larger than the bound', async () => {
    const { source, route } = sourced({ maxBufferedBytes: 1000 })
    const { port } = await run([route])
    const client = await RawClient.open(port)
    client.request('GET /x HTTP/1.1')
    await client.until(':\n')
    if (!source.write('x'.repeat(2_000_000))) await until(() => source.log.includes('resume'))
    source.write('still here')
    await client.until('still here')
    expect(source.log).not.toContain('detach')
    client.leave()
  })

  it('is detached from, although it wrote too much while it was being attached to', async () => {
    const { source, route } = sourced({ maxBufferedBytes: 1000 })
    source.onAttach = (sink) => {
      for (let count = 0; count < 2000; count += 1) sink.write(bytes('x'.repeat(16 * 1024)), 1)
    }
    const { port } = await run([route])
    const client = await RawClient.open(port)
    client.socket.pause()
    client.request('GET /x HTTP/1.1')
    await until(() => source.log.includes('detach'))
    client.leave()
  })

  it('keeps the order of its frames and those of the framework', async () => {
    const { source, route } = sourced({ heartbeatMs: 20 })
    const { port } = await run([route])
    const client = await RawClient.open(port)
    client.request('GET /x HTTP/1.1', ['Connection: close'])
    for (let beat = 1; beat <= 3; beat += 1) {
      await client.until('x')
      client.text = ''
      source.write(`frame x${beat}`)
      await client.until(`frame x${beat}`)
      await client.until(':\n')
    }
    source.sink?.end({ kind: 'complete', position: 'here' })
    expect(await client.ended()).toMatch(/0\r\n\r\n$/)
  })

  it('fails alone where it ends at a position that no frame can hold', async () => {
    const { source, route } = sourced()
    const { ask, server, errors } = make([route])
    const reading = new Reading(await ask('/x', { headers: eventSource }))
    await reading.until(':\n')
    source.sink?.end({ kind: 'complete', position: 'a\nb' })
    expect(await reading.ended()).toMatch(/^:\nevent: error\ndata: /)
    expect(errors).toEqual([expect.objectContaining({ code: 'ERR_EVENT_FIELD' })])
    expect(source.write('late')).toBe(false)
    expect(server.openStreams).toBe(0)
  })

  it.each(['attach', 'resume', 'detach'] as const)(
    'that throws in %s fails its own stream, and nothing else',
    async (call) => {
      const source = new FakeSource()
      const throwing: FrameSource = {
        attach: (sink) => {
          if (call === 'attach') throw new Error('attach failed')
          source.attach(sink)
          const fail = (): never => {
            throw new Error(`${call} failed`)
          }
          return { resume: call === 'resume' ? fail : () => {}, detach: call === 'detach' ? fail : () => {} }
        },
        [Symbol.asyncIterator]: () => source[Symbol.asyncIterator](),
      }
      const outcomes: unknown[] = []
      const { port, server } = await run([untyped({ method: 'GET', path: '/x', sse: true, handler: () => throwing })], {
        onFinish: ({ outcome, error }) => void outcomes.push([outcome, error]),
        onError: () => {},
      })
      const client = await RawClient.open(port)
      client.request('GET /x HTTP/1.1')
      await client.until(':\n')
      if (call === 'resume') {
        while (source.write('x'.repeat(64 * 1024)));
      } else if (call === 'detach') server.disconnect(() => true)
      await client.until('0\r\n\r\n')
      await until(() => outcomes.length > 0)
      const outcome = call === 'detach' ? 'disconnected' : 'failed'
      expect(outcomes).toEqual([[outcome, expect.objectContaining({ message: `${call} failed` })]])
      expect(server.openStreams).toBe(0)
      client.leave()
    },
  )
})
