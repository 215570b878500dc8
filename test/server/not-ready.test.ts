// The times of `close`: not ready at first, then the ends of streams spread out, and all of it brought forward by a later call.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { health } from '../../src/observe/index.ts'
import type { Context } from '../../src/server/index.ts'
import { asking, make, Reading, turns, untyped } from '../support/server/asking.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** A server with a stream that notes when it is ended, in milliseconds from `from()` on. */
function makeTimed() {
  const ends: [name: string | undefined, ms: number][] = []
  let startedAt = 0
  const made = make([
    untyped({
      method: 'GET',
      path: '/live/:name',
      sse: true,
      handler: async function* ({ params, sleep }: Context) {
        try {
          yield 'first'
          await sleep(1e9)
        } finally {
          ends.push([params['name'], Math.round(performance.now() - startedAt)])
        }
      },
    }),
  ])
  made.server.use(health())
  const open = async (name: string): Promise<Reading> => {
    const reading = new Reading(await made.ask(`/live/${name}`, { headers: asking }))
    await reading.until('first')
    return reading
  }
  const openAll = async (count: number): Promise<void> => {
    for (let n = 0; n < count; n += 1) await open(String(n))
  }
  /** Notes when what closes has closed. */
  const watch = (closing: Promise<void>): void => void closing.then(() => ends.push(['closed', elapsed()]))
  const elapsed = (): number => Math.round(performance.now() - startedAt)
  return { ...made, ends, open, openAll, watch, from: () => (startedAt = performance.now()) }
}

/** Lets the clock go on by `ms`, and everything that is due happen. */
async function pass(ms: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms)
  await turns()
}

describe('notReadyMs', () => {
  it('serves streams for that long while the readiness probe says that nobody else should come', async () => {
    const { ask, server, ends, open, watch, from } = makeTimed()
    await open('before')
    from()
    watch(server.close({ drainMs: 10_000, notReadyMs: 4000 }))
    const ready = await ask('/readyz')
    expect([ready.status, await ready.json()]).toEqual([503, { state: 'shutting down' }])
    expect((await ask('/healthz')).status).toBe(200)
    await pass(3999)
    await open('meanwhile')
    expect(ends).toEqual([])
    await pass(1)
    expect((await ask('/live/after', { headers: asking })).status).toBe(503)
    expect((await ask('/readyz')).status).toBe(503)
    expect(ends).toEqual([
      ['before', 4000],
      ['meanwhile', 4000],
      ['closed', 4000],
    ])
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe('spreadMs', () => {
  it('ends streams at even distances, those first that came first', async () => {
    const { server, ends, openAll, watch, from } = makeTimed()
    await openAll(5)
    from()
    watch(server.close({ notReadyMs: 1000, spreadMs: 500 }))
    await pass(10_000)
    expect(ends).toEqual([
      ['0', 1000],
      ['1', 1100],
      ['2', 1200],
      ['3', 1300],
      ['4', 1400],
      ['closed', 1400],
    ])
    expect(vi.getTimerCount()).toBe(0)
  })

  it('ends several at a time where there are more streams than steps, all of them in time', async () => {
    const { server, ends, openAll, from } = makeTimed()
    await openAll(500)
    from()
    void server.close({ spreadMs: 200 })
    await pass(100)
    expect(ends.length).toBeGreaterThanOrEqual(250)
    expect(ends.length).toBeLessThan(300)
    await pass(100)
    expect(ends).toHaveLength(500)
  })

  it('asks each reader to come back at a time of its own', async () => {
    const { server, open } = makeTimed()
    const readings = await Promise.all(Array.from({ length: 20 }, (_, n) => open(String(n))))
    void server.close({ spreadMs: 200 })
    await pass(200)
    const texts = await Promise.all(readings.map((reading) => reading.ended()))
    const times = texts.map((text) => /\nretry: (\d+)\n$/.exec(text)?.[1])
    expect(times).not.toContain(undefined)
    expect(new Set(times).size).toBeGreaterThan(5)
  })
})

describe('a later call', () => {
  const times = { drainMs: 9000, notReadyMs: 4000, spreadMs: 2000 }

  it.each([
    ['without options waits for the first', {}, 4000, 5000],
    ['with longer times changes nothing', { drainMs: 99_000, notReadyMs: 50_000, spreadMs: 40_000 }, 4000, 5000],
    ['with drainMs: 0 ends everything at once', { drainMs: 0 }, 1000, 1000],
    ['with a drainMs that is over sooner ends everything by then', { drainMs: 2000 }, 3000, 3000],
    ['with notReadyMs: 0 begins to end streams, spread as before', { notReadyMs: 0 }, 1000, 2000],
    ['with a shorter spreadMs ends them faster, when it is time', { spreadMs: 400 }, 4000, 4200],
  ])('%s', async (_, later, firstEnd, lastEnd) => {
    const { server, ends, openAll, watch, from } = makeTimed()
    await openAll(2)
    from()
    watch(server.close(times))
    await pass(1000)
    watch(server.close(later))
    await pass(9000)
    expect(ends).toEqual([
      ['0', firstEnd],
      ['1', lastEnd],
      ['closed', lastEnd],
      ['closed', lastEnd],
    ])
    expect(vi.getTimerCount()).toBe(0)
  })

  it('ends what is left while ends are spread', async () => {
    const { server, ends, openAll, watch, from } = makeTimed()
    await openAll(4)
    from()
    watch(server.close({ spreadMs: 8000 }))
    await pass(3000)
    watch(server.close({ drainMs: 500 }))
    await pass(9000)
    expect(ends).toEqual([
      ['0', 0],
      ['1', 2000],
      ['2', 3500],
      ['3', 3500],
      ['closed', 3500],
      ['closed', 3500],
    ])
  })

  it('waits no longer for a handler than the sooner of both times', async () => {
    const { server, ask } = make([
      untyped({ method: 'GET', path: '/x', sse: true, handler: () => new Promise(() => {}) }),
    ])
    void ask('/x', { headers: asking })
    await turns()
    let isClosed = false
    void server.close({ drainMs: 60_000 }).then(() => (isClosed = true))
    await pass(1000)
    void server.close({ drainMs: 500 })
    await pass(499)
    expect(isClosed).toBe(false)
    await pass(1)
    expect(isClosed).toBe(true)
  })

  it('need not fit into the drainMs that a first call has by default', async () => {
    const { server, ends, openAll, from } = makeTimed()
    await openAll(1)
    from()
    void server.close({ drainMs: 60_000, notReadyMs: 40_000 })
    void server.close({ notReadyMs: 15_000 })
    await pass(15_000)
    expect(ends).toEqual([['0', 15_000]])
  })

  it('once all is closed leaves no timer, which would keep the process', async () => {
    const { server } = makeTimed()
    await server.close({ drainMs: 10_000 })
    await server.close({ drainMs: 5000, notReadyMs: 1000, spreadMs: 1000 })
    expect(vi.getTimerCount()).toBe(0)
  })

  it('sets no timer in the past, of which runtimes warn, where the clock goes on meanwhile', async () => {
    let now = 0
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => now++)
    const set = vi.spyOn(globalThis, 'setTimeout')
    const { server } = makeTimed()
    const closing = server.close({ drainMs: 0 })
    clock.mockRestore()
    await pass(10)
    await closing
    expect(set.mock.calls.filter(([, ms = 0]) => ms < 0)).toEqual([])
    set.mockRestore()
  })

  it('with options that cannot work is refused, and changes nothing', async () => {
    const { server, ends, openAll, from } = makeTimed()
    await openAll(1)
    from()
    void server.close({ notReadyMs: 4000 })
    await expect(server.close({ drainMs: -1 })).rejects.toMatchObject({ code: 'ERR_OPTION' })
    await pass(9000)
    expect(ends).toEqual([['0', 4000]])
  })
})

it.each([
  [{ drainMs: 1000, notReadyMs: 1001 }, '1001 + 0, must fit into drainMs, which is 1000.'],
  [{ drainMs: 1000, notReadyMs: 600, spreadMs: 500 }, '600 + 500, must fit into drainMs, which is 1000.'],
  [{ notReadyMs: 15_000 }, '15000 + 0, must fit into drainMs, which is 10000.'],
  [{ spreadMs: 1.5 }, 'spreadMs must be a whole number'],
])('times that cannot work are refused, and nothing is closed: %j', async (options, message) => {
  const { server, ask } = makeTimed()
  await expect(server.close(options)).rejects.toThrow(message)
  expect((await ask('/readyz')).status).toBe(200)
})
