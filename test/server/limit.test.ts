import { describe, expect, it } from 'vitest'
import type { Context, ServerOptions } from '../../src/server/index.ts'
import { asking, eventSource, make, plain, Reading, turns, untyped } from '../support/server/asking.ts'

const routes = [
  untyped({
    method: 'GET',
    path: '/x',
    sse: true,
    handler: async function* (ctx: Context) {
      yield 'first'
      await ctx.sleep(1e9)
    },
  }),
  untyped({
    method: 'GET',
    path: '/short',
    sse: true,
    handler: async function* () {
      yield 'only'
    },
  }),
  untyped({ method: 'GET', path: '/failing', sse: true, handler: async () => Promise.reject(new Error('broken')) }),
  untyped({ method: 'GET', path: '/plain', handler: () => 'ok' }),
]

const byUser: ServerOptions = { maxStreamsPerKey: { max: 2, key: (ctx) => ctx.query['user'] } }

describe('maxStreams', () => {
  it('answers one stream too many 503 with Retry-After', async () => {
    const { ask, server } = make(routes, { maxStreams: 2, retryAfterSeconds: 7 })
    const readings = [new Reading(await ask('/x')), new Reading(await ask('/x'))]
    expect(server.openStreams).toBe(2)
    for (const headers of [plain, asking]) {
      const response = await ask('/x', { headers })
      expect(response.status).toBe(503)
      expect(response.headers.get('retry-after')).toBe('7')
      expect(await response.json()).toMatchObject({ code: 503 })
    }
    expect(server.openStreams).toBe(2)
    expect((await ask('/plain')).status).toBe(200)
    for (const reading of readings) await reading.leave()
  })

  it('sends an EventSource away so that it comes back, no sooner than Retry-After says', async () => {
    const { ask } = make(routes, { maxStreams: 0, retryAfterSeconds: 60 })
    const response = await ask('/x', { headers: eventSource })
    expect(response.status).toBe(200)
    const text = await new Reading(response).ended()
    expect(text).toMatch(/^retry: \d+\nevent: error\ndata: \{"error":"[^\n]+"\}\n\n$/)
    expect(Number(/\d+/.exec(text)?.[0])).toBeGreaterThanOrEqual(30_000)
  })

  it('says 5 s where nothing else is said', async () => {
    const response = await make(routes, { maxStreams: 0 }).ask('/x', { headers: plain })
    expect(response.headers.get('retry-after')).toBe('5')
  })

  it('has room again after a reader left, a stream ended, one failed and one was disconnected', async () => {
    const { ask, server } = make(routes, { maxStreams: 1 })
    const first = new Reading(await ask('/x'))
    await first.leave()
    await new Reading(await ask('/short')).ended()
    expect((await ask('/failing')).status).toBe(500)
    const last = new Reading(await ask('/x'))
    server.disconnect(() => true)
    await last.ended()
    await turns()
    const again = await ask('/x')
    expect(again.status).toBe(200)
    await new Reading(again).leave()
    expect(server.openStreams).toBe(0)
  })

  it('does not count HEAD and what was refused', async () => {
    const { ask, server } = make(routes, { maxStreams: 1 })
    await ask('/x', { method: 'HEAD' })
    await ask('/x', { headers: { 'last-event-id': '1~end' } })
    expect(server.openStreams).toBe(0)
    const response = await ask('/x')
    expect(response.status).toBe(200)
    await new Reading(response).leave()
  })
})

describe('maxStreamsPerKey', () => {
  it('answers one stream too many of a key 429 with Retry-After, and serves the others', async () => {
    const { ask } = make(routes, byUser)
    const readings = [new Reading(await ask('/x?user=ann')), new Reading(await ask('/x?user=ann'))]
    const refused = await ask('/x?user=ann', { headers: plain })
    expect(refused.status).toBe(429)
    expect(refused.headers.get('retry-after')).toBe('5')
    const other = await ask('/x?user=bob')
    expect(other.status).toBe(200)
    readings.push(new Reading(other))
    for (const reading of readings) await reading.leave()
  })

  it('does not hold for requests without a key', async () => {
    const { ask } = make(routes, byUser)
    const readings = await Promise.all([1, 2, 3, 4].map(async () => new Reading(await ask('/x'))))
    for (const reading of readings) expect(reading.response.status).toBe(200)
    for (const reading of readings) await reading.leave()
  })

  it('has room again after the end, and after a reader left', async () => {
    const { ask } = make(routes, byUser)
    for (let round = 0; round < 5; round += 1) {
      await new Reading(await ask('/short?user=ann')).ended()
      const reading = new Reading(await ask('/x?user=ann'))
      expect(reading.response.status).toBe(200)
      await reading.leave()
    }
  })

  it('whose key throws is an error before the head, and counts nothing', async () => {
    const { ask, server } = make(routes, {
      maxStreamsPerKey: {
        max: 1,
        key: () => {
          throw new Error('no session')
        },
      },
    })
    expect((await ask('/x')).status).toBe(500)
    expect(server.openStreams).toBe(0)
  })
})
