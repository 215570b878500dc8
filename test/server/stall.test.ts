// `stallTimeoutMs`: what becomes of a reader that takes nothing.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { StreamEndedError, type Context, type Finish, type SseOptions } from '../../src/server/index.ts'
import { encodeData, type FrameSink, type FrameSource } from '../../src/sse/index.ts'
import { make, standstill, until, untyped } from '../support/server/asking.ts'
import { RawClient } from '../support/server/raw-client.ts'
import { run } from '../support/server/running.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }))
afterEach(() => void vi.useRealTimers())

/** A stream that yields as fast as its reader takes it. */
function endless(sse: SseOptions): { route: ReturnType<typeof untyped>; pulled: () => number; reasons: unknown[] } {
  const reasons: unknown[] = []
  let count = 0
  const handler = async function* ({ signal }: Context): AsyncGenerator {
    try {
      for (;;) {
        count += 1
        yield 'x'.repeat(16 * 1024)
      }
    } finally {
      reasons.push(signal.reason)
    }
  }
  return { route: untyped({ method: 'GET', path: '/x', sse, handler }), pulled: () => count, reasons }
}

describe('a reader that takes nothing', () => {
  it('is cut after stallTimeoutMs, with a reason of its own', async () => {
    const { route, pulled, reasons } = endless({ stallTimeoutMs: 60_000 })
    const finished: Finish[] = []
    const { port, server } = await run([route], { onFinish: (finish) => void finished.push(finish) })
    const client = await RawClient.open(port)
    client.socket.pause()
    client.request('GET /x HTTP/1.1')
    await until(() => pulled() > 0)
    await standstill(pulled)
    vi.advanceTimersByTime(59_999)
    expect(server.openStreams).toBe(1)
    vi.advanceTimersByTime(1)
    expect(server.openStreams).toBe(0)
    await until(() => reasons.length > 0)
    expect(reasons).toEqual([new StreamEndedError('stalled')])
    // The rest of the response is cut like that of any stream that was ended.
    vi.advanceTimersByTime(10_000)
    client.socket.resume()
    expect((await client.ended()).endsWith('0\r\n\r\n')).toBe(false)
    await until(() => finished.length > 0)
    expect(finished[0]?.outcome).toBe('stalled')
  })

  it('is left alone by default', async () => {
    const { route, pulled } = endless({})
    const { port, server } = await run([route])
    const client = await RawClient.open(port)
    client.socket.pause()
    client.request('GET /x HTTP/1.1')
    await until(() => pulled() > 0)
    await standstill(pulled)
    vi.advanceTimersByTime(86_400_000)
    expect(server.openStreams).toBe(1)
    client.leave()
  })

  it('gets the time again whenever it has taken a part', async () => {
    const { route, pulled } = endless({ stallTimeoutMs: 60_000 })
    const { port, server } = await run([route])
    const client = await RawClient.open(port)
    client.socket.pause()
    client.request('GET /x HTTP/1.1')
    await until(() => pulled() > 0)
    for (let round = 0; round < 3; round += 1) {
      const stopped = await standstill(pulled)
      vi.advanceTimersByTime(59_999)
      client.socket.resume()
      await until(() => pulled() > stopped + 10)
      client.socket.pause()
    }
    await standstill(pulled)
    expect(server.openStreams).toBe(1)
    client.leave()
  })

  it('is cut as a reader of a Response, too', async () => {
    const { route, pulled, reasons } = endless({ stallTimeoutMs: 1000 })
    const { ask, server } = make([route])
    const response = await ask('/x')
    await standstill(pulled)
    vi.advanceTimersByTime(1000)
    expect(server.openStreams).toBe(0)
    await until(() => reasons.length > 0)
    expect(reasons).toEqual([new StreamEndedError('stalled')])
    await response.body?.cancel()
  })
})

it('a reader that has taken a part of what waited for it gets the time once more', async () => {
  const source = new QuietSource()
  const { ask, server } = make([
    untyped({ method: 'GET', path: '/x', sse: { stallTimeoutMs: 1000, heartbeatMs: false }, handler: () => source }),
  ])
  const reader = (await ask('/x')).body?.getReader()
  expect(source.write('x'.repeat(10_000))).toBe(true)
  expect(source.write('x'.repeat(30_000))).toBe(false)
  vi.advanceTimersByTime(999)
  await reader?.read()
  await reader?.read()
  vi.advanceTimersByTime(1000)
  expect(source.resumes).toBe(0)
  expect(server.openStreams).toBe(1)
  vi.advanceTimersByTime(1000)
  expect(server.openStreams).toBe(0)
  await reader?.cancel()
})

it('a reader that waits for its next event is not stalled', async () => {
  const source = new QuietSource()
  const route = untyped({
    method: 'GET',
    path: '/x',
    sse: { stallTimeoutMs: 1000, heartbeatMs: false },
    handler: () => source,
  })
  const { port, server } = await run([route])
  const client = await RawClient.open(port)
  client.request('GET /x HTTP/1.1')
  await client.until(':\n')
  if (!source.write('x'.repeat(1_000_000))) await until(() => source.resumes > 0)
  vi.advanceTimersByTime(3_600_000)
  expect(server.openStreams).toBe(1)
  client.leave()
})

/** A source of frames that says nothing by itself. */
class QuietSource implements FrameSource {
  resumes = 0
  #sink: FrameSink | undefined

  attach(sink: FrameSink): { resume(): void; detach(): void } {
    this.#sink = sink
    return { resume: () => void (this.resumes += 1), detach: () => {} }
  }

  async *[Symbol.asyncIterator](): AsyncGenerator {
    yield* []
  }

  write(text: string): boolean {
    return this.#sink?.write(new TextEncoder().encode(encodeData(text)), 1) ?? false
  }
}

it.each([0, -1, 1.5, Number.NaN, true])('stallTimeoutMs: %s is refused at start', (stallTimeoutMs) => {
  expect(() => make([untyped({ method: 'GET', path: '/x', sse: { stallTimeoutMs }, handler: () => [] })])).toThrow(
    /stallTimeoutMs/,
  )
})
