import { describe, expect, it } from 'vitest'
import { sse } from '../../src/sse/index.ts'
import { err } from '../../src/server/index.ts'
import { asking, eventSource, make, plain, Reading, untyped } from '../support/server/asking.ts'

/** A stream that fails with `error` after `before` events. */
const failing = (error: unknown, before: readonly unknown[] = []): ReturnType<typeof untyped> =>
  untyped({
    method: 'GET',
    path: '/x',
    sse: true,
    handler: async function* () {
      for (const value of before) yield value
      throw error
    },
  })

const read = async (error: unknown, headers: Record<string, string>): Promise<string> =>
  new Reading(await make([failing(error, ['first'])]).ask('/x', { headers })).ended()

/** Fails at its first step. */
const fail = { [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error('broken')) }) }

describe('a handler that throws before its first event', () => {
  it('answers a real status', async () => {
    for (const headers of [plain, asking]) {
      const response = await make([failing(err.notFound('no such task'))]).ask('/x', { headers })
      expect(response.status).toBe(404)
      expect(response.headers.get('content-type')).toContain('application/json')
      expect(await response.json()).toEqual({ code: 404, message: 'no such task' })
    }
  })

  it('answers 500 for a plain error', async () => {
    expect((await make([failing(new Error('broken'))]).ask('/x', { headers: plain })).status).toBe(500)
  })

  it.each([400, 401, 403, 404, 409, 410])('answers %i to an EventSource too: that is final', async (status) => {
    const error = Object.assign(err.badRequest('no'), { status })
    const response = await make([failing(error)]).ask('/x', { headers: eventSource })
    expect(response.status).toBe(status)
  })

  it.each([
    ['a plain error', new Error('broken'), 'Internal Server Error'],
    ['a 500', err.internal('oops'), 'oops'],
    ['a 503', err.unavailable('later'), 'later'],
    ['a 429', err.tooManyRequests('slow down'), 'slow down'],
  ])(
    'answers an EventSource a 200 stream of retry and error for %s, so that it comes back',
    async (_name, error, message) => {
      const response = await make([failing(error)]).ask('/x', { headers: eventSource })
      expect(response.status).toBe(200)
      expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8; tidings=1')
      expect(response.headers.get('cache-control')).toBe('no-cache, no-transform')
      const text = await new Reading(response).ended()
      expect(text).toMatch(new RegExp(`^retry: \\d+\\nevent: error\\ndata: \\{"error":"${message}".*\\}\\n\\n$`))
      expect(text).not.toContain('tidings:end')
    },
  )

  it('spreads out when EventSources come back', async () => {
    const { ask } = make([failing(new Error('broken'))])
    const times = new Set<number>()
    for (let round = 0; round < 20; round += 1) {
      const text = await new Reading(await ask('/x', { headers: eventSource })).ended()
      times.add(Number(/^retry: (\d+)$/m.exec(text)?.[1]))
    }
    expect(times.size).toBeGreaterThan(5)
    for (const time of times) expect(time).toBeGreaterThanOrEqual(1500)
    for (const time of times) expect(time).toBeLessThanOrEqual(4500)
  })

  it('asks EventSources to come back no sooner than Retry-After says', async () => {
    const error = err.unavailable('later', { headers: { 'retry-after': '60' } })
    const text = await new Reading(await make([failing(error)]).ask('/x', { headers: eventSource })).ended()
    expect(Number(/^retry: (\d+)$/m.exec(text)?.[1])).toBeGreaterThanOrEqual(30_000)
  })

  it('answers a POST its status, also with the headers of an EventSource', async () => {
    const route = untyped({ method: 'POST', path: '/x', sse: true, handler: () => fail })
    expect((await make([route]).ask('/x', { method: 'POST', headers: eventSource })).status).toBe(500)
  })

  it('does the same where a guard throws', async () => {
    const { server, ask } = make([failing(0)])
    server.use(() => {
      throw new Error('the database of sessions is away')
    })
    expect((await ask('/x', { headers: eventSource })).status).toBe(200)
    expect((await ask('/x', { headers: plain })).status).toBe(500)
  })

  it('answers a plain route its status, whoever asks', async () => {
    const route = untyped({
      method: 'GET',
      path: '/x',
      handler: () => {
        throw new Error('broken')
      },
    })
    expect((await make([route]).ask('/x', { headers: eventSource })).status).toBe(500)
  })
})

describe('a handler that throws after its first event', () => {
  it('sends a plain reader the error event and ends', async () => {
    expect(await read(new Error('Something went wrong'), plain)).toBe(
      'data: first\n\nevent: error\ndata: {"error":"Something went wrong"}\n\n',
    )
  })

  it('names the status of an HttpError in the error event', async () => {
    expect(await read(err.gone('it was deleted'), plain)).toBe(
      'data: first\n\nevent: error\ndata: {"error":"it was deleted","code":410}\n\n',
    )
  })

  it.each([
    ['a plain error', new Error('broken')],
    ['a 5xx', err.unavailable()],
    ['a 429', err.tooManyRequests()],
  ])('asks a reader of control events to come back after %s, and sends no end', async (_name, error) => {
    for (const headers of [asking, eventSource]) {
      const text = await read(error, headers)
      expect(text).toMatch(/^data: first\n\nevent: error\ndata: [^\n]+\n\nretry: \d+\n$/)
    }
  })

  it('sends a reader of control events the end after a 4xx', async () => {
    for (const headers of [asking, eventSource]) {
      const text = await read(err.forbidden('no more'), headers)
      expect(text).toBe(
        'data: first\n\nevent: error\ndata: {"error":"no more","code":403}\n\nid: ~end\nevent: tidings:end\ndata: {}\n\n',
      )
    }
  })

  it('sends the end with the last id that was sent', async () => {
    const { ask } = make([failing(err.forbidden('x'), [sse({ id: '7' }, 1), 'no id'])])
    expect(await new Reading(await ask('/x', { headers: asking })).ended()).toContain('id: 7~end\nevent: tidings:end\n')
  })

  it('is told to onError once, but for what is meant for the client', async () => {
    const error = new Error('broken')
    const { ask, errors } = make([failing(error, [1])])
    await new Reading(await ask('/x')).ended()
    expect(errors).toEqual([error])
    const meant = make([failing(err.forbidden(), [1])])
    await new Reading(await meant.ask('/x')).ended()
    expect(meant.errors).toEqual([])
  })

  it('leaves nothing open', async () => {
    const { ask, server } = make([failing(new Error('x'), [1])])
    await new Reading(await ask('/x')).ended()
    expect(server.openStreams).toBe(0)
  })
})
