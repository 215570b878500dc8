import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { StreamEndedError, type Context, type SseOptions } from '../../src/server/index.ts'
import { asking, eventSource, make, plain, Reading, turns, untyped } from '../support/server/asking.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

interface Watched {
  readonly route: ReturnType<typeof untyped>
  /** Why each of its streams ended, as its `finally` saw it. */
  readonly reasons: unknown[]
}

/** A stream that would go on for ever. */
function endless(sse: SseOptions | true): Watched {
  const reasons: unknown[] = []
  const handler = async function* (ctx: Context): AsyncGenerator {
    try {
      yield 'first'
      await ctx.sleep(1e9)
    } finally {
      reasons.push(ctx.signal.reason)
    }
  }
  return { route: untyped({ method: 'GET', path: '/x', sse, handler }), reasons }
}

const comesBack = /^data: first\n\nretry: \d+\n$/

describe('maxDurationMs', () => {
  it('ends a stream, and asks its reader to come back', async () => {
    const { route, reasons } = endless({ maxDurationMs: 60_000, heartbeatMs: false })
    const { ask, server } = make([route])
    const reading = new Reading(await ask('/x', { headers: eventSource }))
    await reading.until('first\n\n')
    await vi.advanceTimersByTimeAsync(59_999)
    await turns()
    expect(reading.isOver).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    expect(await reading.ended()).toMatch(comesBack)
    expect(reasons).toEqual([expect.objectContaining({ reason: 'duration', code: 'ERR_STREAM_ENDED' })])
    expect(server.openStreams).toBe(0)
  })

  it('counts from the start of the request, not from the last event', async () => {
    const route = untyped({
      method: 'GET',
      path: '/x',
      sse: { maxDurationMs: 1000 },
      handler: async function* (ctx: Context) {
        for (;;) {
          yield 'tick'
          await ctx.sleep(300)
        }
      },
    })
    const reading = new Reading(await make([route]).ask('/x'))
    await reading.until('tick')
    await vi.advanceTimersByTimeAsync(1000)
    expect((await reading.ended()).match(/tick/g)).toHaveLength(4)
  })

  it('ends a stream also before its first event: a 503, or what makes an EventSource come back', async () => {
    const route = untyped({
      method: 'GET',
      path: '/x',
      sse: { maxDurationMs: 50, openAfterMs: false },
      handler: () => new Promise(() => {}),
    })
    const { ask, server, errors } = make([route])
    const answers = [ask('/x', { headers: plain }), ask('/x', { headers: eventSource })] as const
    await vi.advanceTimersByTimeAsync(50)
    expect((await answers[0]).status).toBe(503)
    const response = await answers[1]
    expect(response.status).toBe(200)
    expect(await new Reading(response).ended()).toMatch(/^retry: \d+\n/)
    expect(server.openStreams).toBe(0)
    expect(errors).toEqual([])
  })
})

describe('expiresAt', () => {
  it('ends a stream at that time, and asks its reader to come back', async () => {
    const { route, reasons } = endless({ expiresAt: () => Date.now() + 5000, heartbeatMs: false })
    const reading = new Reading(await make([route]).ask('/x', { headers: asking }))
    await reading.until('first\n\n')
    await vi.advanceTimersByTimeAsync(5000)
    expect(await reading.ended()).toMatch(comesBack)
    expect(reasons).toMatchObject([{ reason: 'expired' }])
  })

  it('in the past is 401 for everybody, and the handler does not start', async () => {
    let starts = 0
    const route = untyped({
      method: 'GET',
      path: '/x',
      sse: { expiresAt: () => Date.now() },
      handler: async function* () {
        yield (starts += 1)
      },
    })
    const { ask, server } = make([route])
    for (const headers of [plain, asking, eventSource]) {
      const response = await ask('/x', { headers })
      expect(response.status).toBe(401)
      expect(await response.json()).toMatchObject({ code: 401 })
    }
    expect(starts).toBe(0)
    expect(server.openStreams).toBe(0)
  })

  it('is asked with the context, and nothing means no end', async () => {
    const tokens: unknown[] = []
    const expiresAt = (ctx: Context): undefined => void tokens.push(ctx.headers['authorization'])
    const { route } = endless({ expiresAt, heartbeatMs: false })
    const reading = new Reading(await make([route]).ask('/x', { headers: { authorization: 'Bearer t' } }))
    await reading.until('first')
    await vi.advanceTimersByTimeAsync(1e8)
    expect(reading.isOver).toBe(false)
    expect(tokens).toEqual(['Bearer t'])
    await reading.leave()
  })

  it('further away than a timer reaches does not end the stream early', async () => {
    const { route } = endless({ expiresAt: () => Date.now() + 60 * 24 * 3_600_000, heartbeatMs: false })
    const { ask, server } = make([
      {
        ...route,
        handler: async function* () {
          yield 'first'
          await new Promise(() => {})
        },
      } as typeof route,
    ])
    const reading = new Reading(await ask('/x'))
    await reading.until('first')
    await vi.advanceTimersByTimeAsync(30 * 24 * 3_600_000)
    expect(server.openStreams).toBe(1)
    await reading.leave()
  })

  it('that throws is an error before the head', async () => {
    const { route } = endless({
      expiresAt: () => {
        throw new Error('no token')
      },
    })
    expect((await make([route]).ask('/x')).status).toBe(500)
  })
})

describe('server.disconnect', () => {
  it('ends the streams that match, asks their readers to come back, and says how many', async () => {
    const { route, reasons } = endless({ heartbeatMs: false })
    const { ask, server } = make([route])
    const open = async (user: string): Promise<Reading> =>
      new Reading(await ask(`/x?user=${user}`, { headers: eventSource }))
    const readings = await Promise.all([open('ann'), open('bob'), open('ann')])
    await Promise.all(readings.map((reading) => reading.until('first')))
    expect(server.openStreams).toBe(3)
    expect(server.disconnect((ctx) => ctx.query['user'] === 'ann')).toBe(2)
    expect(await readings[0].ended()).toMatch(comesBack)
    expect(await readings[2].ended()).toMatch(comesBack)
    await turns()
    expect(readings[1].isOver).toBe(false)
    expect(server.openStreams).toBe(1)
    expect(reasons).toMatchObject([{ reason: 'disconnected' }, { reason: 'disconnected' }])
    expect(server.disconnect(() => true)).toBe(1)
    expect(server.disconnect(() => true)).toBe(0)
  })

  it('sends a plain reader nothing but the end of the body', async () => {
    const { route } = endless({ heartbeatMs: false })
    const { ask, server } = make([route])
    const reading = new Reading(await ask('/x', { headers: plain }))
    await reading.until('first\n\n')
    server.disconnect(() => true)
    expect(await reading.ended()).toBe('data: first\n\n')
  })

  it('aborts the signal with an error that says why', async () => {
    const { route, reasons } = endless(true)
    const { ask, server } = make([route])
    const reading = new Reading(await ask('/x'))
    await reading.until('first')
    server.disconnect(() => true)
    await reading.ended()
    await turns()
    expect(reasons[0]).toBeInstanceOf(StreamEndedError)
    expect(reasons[0]).toMatchObject({
      name: 'AbortError',
      reason: 'disconnected',
      message: 'The server disconnected the reader.',
    })
  })

  it('does not report what the handler throws because of it', async () => {
    const { route } = endless(true)
    const { ask, server, errors } = make([route])
    const reading = new Reading(await ask('/x'))
    await reading.until('first')
    server.disconnect(() => true)
    expect(await reading.ended()).not.toContain('error')
    await turns()
    expect(errors).toEqual([])
  })
})
