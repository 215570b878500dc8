import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { gate, make, plain, Reading, turns, untyped, type Gate } from '../support/server/asking.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** A stream that yields what the test gives it. */
function driven(sse: object | true): {
  route: ReturnType<typeof untyped>
  give: (value: unknown) => Promise<void>
  finish: () => void
} {
  let next: Gate<IteratorResult<unknown>> = gate()
  const iterator = {
    next: async () => {
      const result = await next.opened
      next = gate()
      return result
    },
    return: async () => ({ done: true, value: undefined }),
  }
  const route = untyped({ method: 'GET', path: '/x', sse, handler: () => ({ [Symbol.asyncIterator]: () => iterator }) })
  return {
    route,
    give: async (value) => {
      next.open({ done: false, value })
      await turns()
    },
    finish: () => next.open({ done: true, value: undefined }),
  }
}

describe('the heartbeat', () => {
  it('is a comment line after 15 s of silence, and again after 15 more', async () => {
    const { route, give } = driven(true)
    const answer = make([route]).ask('/x', { headers: plain })
    await give('first')
    const reading = new Reading(await answer)
    await reading.until('first')
    await turns()
    await vi.advanceTimersByTimeAsync(14_999)
    await turns()
    expect(reading.text).toBe('data: first\n\n')
    await vi.advanceTimersByTimeAsync(1)
    await turns()
    expect(reading.text).toBe('data: first\n\n:\n')
    await vi.advanceTimersByTimeAsync(15_000)
    await turns()
    expect(reading.text).toBe('data: first\n\n:\n:\n')
    await reading.leave()
  })

  it('is never a blank line and never data, whoever reads', async () => {
    const { route, give } = driven({ heartbeatMs: 10 })
    const answer = make([route]).ask('/x', { headers: { accept: 'text/event-stream', 'cache-control': 'no-cache' } })
    await give('first')
    const reading = new Reading(await answer)
    await reading.until('first\n\n')
    for (let beat = 0; beat < 5; beat += 1) {
      await vi.advanceTimersByTimeAsync(10)
      await turns()
    }
    expect(reading.text).toBe('data: first\n\n:\n:\n:\n:\n:\n')
    await reading.leave()
  })

  it('does not come while there are events', async () => {
    const { route, give } = driven({ heartbeatMs: 100 })
    const answer = make([route]).ask('/x')
    await give('0')
    const reading = new Reading(await answer)
    for (let event = 1; event <= 5; event += 1) {
      await vi.advanceTimersByTimeAsync(99)
      await give(String(event))
      await reading.until(`data: ${event}\n\n`)
      await turns()
    }
    expect(reading.text).not.toContain(':\n:')
    expect(reading.text).not.toMatch(/^:/m)
    await reading.leave()
  })

  it('also breaks the silence before the first event', async () => {
    const { route } = driven({ heartbeatMs: 1000, openAfterMs: 0 })
    const answer = make([route]).ask('/x')
    await vi.advanceTimersByTimeAsync(1)
    const reading = new Reading(await answer)
    await reading.until(':\n')
    await turns()
    await vi.advanceTimersByTimeAsync(1000)
    await turns()
    expect(reading.text).toBe(':\n:\n')
    await reading.leave()
  })

  it('has the length that the route gives, else the server', async () => {
    for (const [route, server, expected] of [
      [{ heartbeatMs: 200 }, { heartbeatMs: 9000 }, 200],
      [true, { heartbeatMs: 300 }, 300],
    ] as const) {
      const stream = driven(route)
      const answer = make([stream.route], { sse: server }).ask('/x')
      await stream.give('first')
      const reading = new Reading(await answer)
      await reading.until('first\n\n')
      await turns()
      await vi.advanceTimersByTimeAsync(expected - 1)
      await turns()
      expect(reading.text).not.toMatch(/^:/m)
      await vi.advanceTimersByTimeAsync(1)
      await turns()
      expect(reading.text).toMatch(/^:/m)
      await reading.leave()
    }
  })

  it('can be switched off', async () => {
    const { route, give } = driven({ heartbeatMs: false })
    const answer = make([route]).ask('/x')
    await give('first')
    const reading = new Reading(await answer)
    await reading.until('first\n\n')
    await vi.advanceTimersByTimeAsync(3_600_000)
    await turns()
    expect(reading.text).toBe('data: first\n\n')
    await reading.leave()
  })

  it('does not pile up for a reader that does not read', async () => {
    const { route, give } = driven({ heartbeatMs: 10 })
    const answer = make([route]).ask('/x')
    await give('x'.repeat(64 * 1024))
    const response = await answer
    // The first read makes room for what has gathered since; a beat a turn would be a thousand.
    await vi.advanceTimersByTimeAsync(10_000)
    const reading = new Reading(response)
    await reading.until('x\n\n')
    await turns()
    expect(reading.text.match(/^:$/gm)?.length ?? 0).toBeLessThan(3)
    await reading.leave()
  })

  it('stops with the stream, and leaves no timer behind', async () => {
    const { route, give, finish } = driven(true)
    const answer = make([route]).ask('/x')
    await give('first')
    const reading = new Reading(await answer)
    await reading.until('first')
    await vi.advanceTimersByTimeAsync(1000)
    expect(vi.getTimerCount()).toBe(1)
    finish()
    await reading.ended()
    expect(vi.getTimerCount()).toBe(0)
  })

  it('takes one timer for all streams of a route', async () => {
    const route = untyped({
      method: 'GET',
      path: '/x',
      sse: true,
      handler: async function* () {
        yield 'first'
        await new Promise(() => {})
      },
    })
    const { ask } = make([route])
    const readings = await Promise.all(Array.from({ length: 50 }, async () => new Reading(await ask('/x'))))
    await Promise.all(readings.map((reading) => reading.until('first')))
    await vi.advanceTimersByTimeAsync(1000)
    expect(vi.getTimerCount()).toBe(1)
    await Promise.all(readings.map((reading) => reading.leave()))
    expect(vi.getTimerCount()).toBe(0)
  })
})
