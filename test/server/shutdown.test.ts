import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Context } from '../../src/server/index.ts'
import { RawClient } from '../support/server/raw-client.ts'
import { run } from '../support/server/running.ts'
import {
  asking,
  eventSource,
  gate,
  make,
  plain,
  post,
  Reading,
  turns,
  until,
  untyped,
} from '../support/server/asking.ts'

afterEach(() => void vi.useRealTimers())

const endless = (log: string[] = [], wind: () => Promise<void> = async () => {}): ReturnType<typeof untyped> =>
  untyped({
    method: 'GET',
    path: '/x',
    sse: true,
    handler: async function* (ctx: Context) {
      try {
        yield 'first'
        await ctx.sleep(1e9)
      } finally {
        await wind()
        log.push(ctx.signal.reason?.reason)
      }
    },
  })

describe('server.close', () => {
  it('ends every stream with a spread retry and no end', async () => {
    const { ask, server } = make([endless()])
    const readings = await Promise.all(
      Array.from({ length: 20 }, async () => new Reading(await ask('/x', { headers: eventSource }))),
    )
    await Promise.all(readings.map((reading) => reading.until('first\n\n')))
    await server.close()
    const texts = await Promise.all(readings.map((reading) => reading.ended()))
    const times = texts.map((text) => Number(/^data: first\n\nretry: (\d+)\n$/.exec(text)?.[1]))
    for (const time of times) expect(time).toBeGreaterThan(0)
    expect(new Set(times).size).toBeGreaterThan(5)
    expect(server.openStreams).toBe(0)
  })

  it('sends plain readers nothing of its own', async () => {
    const { ask, server } = make([endless()])
    const reading = new Reading(await ask('/x', { headers: plain }))
    await reading.until('first\n\n')
    await server.close()
    expect(await reading.ended()).toBe('data: first\n\n')
  })

  it('aborts signals with reason shutdown, and waits until every finally has run', async () => {
    const log: string[] = []
    const wound = gate()
    const { ask, server } = make([endless(log, () => wound.opened)])
    const reading = new Reading(await ask('/x'))
    await reading.until('first')
    let isClosed = false
    const closing = server.close().finally(() => {
      isClosed = true
    })
    await turns()
    expect(isClosed).toBe(false)
    wound.open()
    await closing
    expect(log).toEqual(['shutdown'])
  })

  it('also waits for those whose readers left shortly before', async () => {
    const log: string[] = []
    const wound = gate()
    const { ask, server } = make([endless(log, () => wound.opened)])
    const reading = new Reading(await ask('/x'))
    await reading.until('first')
    await reading.leave()
    let isClosed = false
    const closing = server.close().finally(() => {
      isClosed = true
    })
    await turns()
    expect(isClosed).toBe(false)
    wound.open()
    await closing
    expect(log).toEqual(['left'])
  })

  it('does not wait longer than drainMs', async () => {
    vi.useFakeTimers()
    const { ask, server } = make([endless([], () => new Promise(() => {}))])
    const reading = new Reading(await ask('/x'))
    await reading.until('first')
    let isClosed = false
    const closing = server.close({ drainMs: 500 }).finally(() => {
      isClosed = true
    })
    await vi.advanceTimersByTimeAsync(499)
    expect(isClosed).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    await closing
    expect(vi.getTimerCount()).toBe(0)
  })

  it.each([
    ['answers once', async () => 'late'],
    ['throws', async () => Promise.reject(new Error('late'))],
    [
      'streams, and winds up',
      async (_ctx: Context, log: string[]) => ({
        [Symbol.asyncIterator]: () => ({
          next: () => new Promise(() => {}),
          return: async () => {
            await turns()
            log.push('returned')
            return { done: true }
          },
        }),
      }),
    ],
  ])('waits for a handler that has not said yet whether it streams, and then %s', async (name, settle) => {
    const log: string[] = []
    const work = gate()
    const handler = async (ctx: Context): Promise<unknown> => {
      await work.opened
      log.push(ctx.signal.reason?.reason)
      return settle(ctx, log)
    }
    const { ask, server } = make([untyped({ method: 'GET', path: '/x', sse: true, handler })])
    const answer = ask('/x', { headers: plain })
    await turns()
    const closing = server.close().finally(() => log.push('closed'))
    expect((await answer).status).toBe(503)
    await turns()
    expect(log).toEqual([])
    work.open()
    await closing
    expect(log).toEqual(['shutdown', ...(name.startsWith('streams') ? ['returned'] : []), 'closed'])
  })

  it('does not wait for a handler that has answered once already', async () => {
    vi.useFakeTimers()
    const { ask, server } = make([untyped({ method: 'GET', path: '/x', sse: true, handler: async () => 'once' })])
    expect(await (await ask('/x')).text()).toBe('once')
    await server.close()
    expect(vi.getTimerCount()).toBe(0)
  })

  it('does not wait longer than drainMs for a handler that never says it', async () => {
    vi.useFakeTimers()
    const { ask, server } = make([
      untyped({ method: 'GET', path: '/x', sse: true, handler: () => new Promise(() => {}) }),
    ])
    void ask('/x', { headers: plain })
    await vi.advanceTimersByTimeAsync(0)
    let isClosed = false
    void server.close({ drainMs: 500 }).finally(() => (isClosed = true))
    await vi.advanceTimersByTimeAsync(499)
    expect(isClosed).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    expect(isClosed).toBe(true)
  })

  it('waits 10 s by default', async () => {
    vi.useFakeTimers()
    const { ask, server } = make([endless([], () => new Promise(() => {}))])
    const reading = new Reading(await ask('/x'))
    await reading.until('first')
    let isClosed = false
    void server.close().finally(() => {
      isClosed = true
    })
    await vi.advanceTimersByTimeAsync(9_999)
    expect(isClosed).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    expect(isClosed).toBe(true)
  })

  it('refuses new streams with 503, which an EventSource can come back from, and answers plain routes', async () => {
    const { ask, server } = make([endless(), untyped({ method: 'GET', path: '/plain', handler: () => 'ok' })])
    await server.close()
    const refused = await ask('/x', { headers: asking })
    expect(refused.status).toBe(503)
    expect(await refused.json()).toMatchObject({ code: 503 })
    const retry = await ask('/x', { headers: eventSource })
    expect(retry.status).toBe(200)
    expect(await new Reading(retry).ended()).toMatch(/^retry: \d+\nevent: error\n/)
    expect((await ask('/plain')).status).toBe(200)
  })

  it('ends a stream that has not begun', async () => {
    const route = untyped({
      method: 'GET',
      path: '/x',
      sse: { openAfterMs: false },
      handler: () => new Promise(() => {}),
    })
    const { ask, server } = make([route])
    const answers = [ask('/x', { headers: eventSource }), ask('/x', { headers: plain })] as const
    await turns()
    await server.close({ drainMs: 0 })
    expect(await new Reading(await answers[0]).ended()).toMatch(/^retry: \d+\n/)
    expect((await answers[1]).status).toBe(503)
  })

  it('refuses a stream too whose request was under way', async () => {
    const checked = gate()
    const query = {
      '~standard': { version: 1, vendor: 'test', validate: (value: unknown) => checked.opened.then(() => ({ value })) },
    }
    let starts = 0
    const route = untyped({
      method: 'GET',
      path: '/x',
      sse: true,
      schema: { query },
      handler: async function* (ctx: Context) {
        starts += 1
        yield 'first'
        await ctx.sleep(1e9)
      },
    })
    const { ask, server } = make([route])
    const answer = ask('/x', { headers: asking })
    await turns()
    const closing = server.close()
    checked.open()
    const response = await answer
    await closing
    expect(response.status).toBe(503)
    expect(starts).toBe(0)
    expect(server.openStreams).toBe(0)
  })
})

describe('handle.close, on the wire', () => {
  it('ends every response properly, and closes every connection', async () => {
    const log: string[] = []
    const { handle, port } = await run([endless(log)])
    const clients = await Promise.all(
      Array.from({ length: 10 }, async () => {
        const client = await RawClient.open(port)
        client.request('GET /x HTTP/1.1', ['Accept: text/event-stream', 'Cache-Control: no-cache'])
        await client.until('data: first\n\n')
        return client
      }),
    )
    await handle.close()
    for (const client of clients) expect(await client.ended()).toMatch(/retry: \d+\n\r\n0\r\n\r\n$/)
    expect(log).toEqual(Array.from({ length: 10 }, () => 'shutdown'))
  })

  it('closes connections that nothing is under way on', async () => {
    const { handle, port } = await run([untyped({ method: 'GET', path: '/x', handler: () => 'ok' })])
    const client = await RawClient.open(port)
    client.request('GET /x HTTP/1.1')
    await client.until('ok')
    await handle.close()
    await client.ended()
  })

  it('lets a plain request finish that is under way', async () => {
    const ready = gate()
    const started = gate()
    const route = untyped({
      method: 'POST',
      path: '/x',
      handler: async () => {
        started.open()
        await ready.opened
        return 'finished'
      },
    })
    const { handle, url } = await run([route])
    const answer = fetch(`${url}/x`, post({}))
    await started.opened
    const closing = handle.close()
    ready.open()
    expect(await (await answer).text()).toBe('finished')
    await closing
  })

  it('cuts what is left after drainMs', async () => {
    const { handle, port } = await run([endless([], () => new Promise(() => {}))])
    const client = await RawClient.open(port)
    client.request('GET /x HTTP/1.1')
    await client.until('first')
    await handle.close({ drainMs: 20 })
    await client.ended()
  })

  it('can be called twice', async () => {
    const { handle } = await run([])
    await Promise.all([handle.close(), handle.close()])
  })

  it('does not wait for a reader that never reads', async () => {
    const route = untyped({
      method: 'GET',
      path: '/x',
      sse: true,
      handler: async function* () {
        for (;;) yield 'x'.repeat(16 * 1024)
      },
    })
    const { handle, port, server } = await run([route])
    const client = await RawClient.open(port)
    client.socket.pause()
    client.request('GET /x HTTP/1.1')
    await until(() => server.openStreams > 0)
    await turns(20)
    await handle.close({ drainMs: 50 })
    client.leave()
  })
})
