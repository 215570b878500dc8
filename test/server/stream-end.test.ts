import { Type } from 'typebox'
import { describe, expect, it } from 'vitest'
import { sse } from '../../src/sse/index.ts'
import { json } from '../../src/server/index.ts'
import { asking, eventSource, make, plain, post, Reading, untyped } from '../support/server/asking.ts'

const numbers = (options: object | true = true, extra: object = {}): ReturnType<typeof untyped> =>
  untyped({
    method: 'GET',
    path: '/x',
    sse: options,
    ...extra,
    handler: async function* () {
      yield sse({ id: '1' }, 'one')
      yield sse({ id: '2' }, 'two')
      yield 'no id'
    },
  })

const events = 'id: 1\ndata: one\n\nid: 2\ndata: two\n\ndata: no id\n\n'
const read = async (route: ReturnType<typeof untyped>, headers: Record<string, string>): Promise<string> =>
  new Reading(await make([route]).ask('/x', { headers })).ended()

describe('the end of a stream', () => {
  it('is tidings:end with the last id, for an EventSource and for readers that ask', async () => {
    for (const headers of [eventSource, asking]) {
      expect(await read(numbers(), headers)).toBe(`${events}id: 2~end\nevent: tidings:end\ndata: {}\n\n`)
    }
  })

  it('is not told to a plain fetch', async () => {
    expect(await read(numbers(), plain)).toBe(events)
    expect(await read(numbers(), {})).toBe(events)
    expect(await read(numbers(), { accept: '*/*' })).toBe(events)
    expect(await read(numbers(), { accept: 'text/event-stream', 'cache-control': 'max-age=0' })).toBe(events)
  })

  it('marks an id that marks an end already no second time, in any format', async () => {
    const empty = untyped({ method: 'POST', path: '/x', sse: true, handler: async function* () {} })
    for (const accept of [asking.accept, 'application/x-ndjson;envelope=1']) {
      const headers = { accept, 'last-event-id': 'a.1~end' }
      const text = await new Reading(await make([empty]).ask('/x', { method: 'POST', headers })).ended()
      expect(text).toContain('a.1~end')
      expect(text).not.toContain('~end~end')
    }
  })

  it('has the position that the reader came with where nothing was sent', async () => {
    const empty = untyped({ method: 'GET', path: '/x', sse: true, handler: async function* () {} })
    expect(await read(empty, { ...eventSource, 'last-event-id': '17' })).toContain('id: 17~end\n')
    expect(await read(empty, eventSource)).toContain('id: ~end\n')
  })

  it('cannot be forged by the position that the reader came with', async () => {
    const empty = untyped({ method: 'GET', path: '/x', sse: true, handler: async function* () {} })
    const { ask } = make([empty])
    const text = await new Reading(
      await ask('/x?lastEventId=1%0Aevent:%20forged%0A%0A', { headers: eventSource }),
    ).ended()
    expect(text).not.toMatch(/^event: forged/m)
  })

  it('follows an empty id too, which resets the reader', async () => {
    const route = untyped({
      method: 'GET',
      path: '/x',
      sse: true,
      handler: async function* () {
        yield sse({ id: '5' }, 1)
        yield sse({ id: '' }, 2)
      },
    })
    expect(await read(route, eventSource)).toContain('id: ~end\nevent: tidings:end\n')
  })

  it('is announced by the content type, for those that it is told to', async () => {
    const { ask } = make([numbers()])
    const typeFor = async (headers: Record<string, string>): Promise<string | null> => {
      const response = await ask('/x', { headers })
      await new Reading(response).ended()
      return response.headers.get('content-type')
    }
    expect(await typeFor(eventSource)).toBe('text/event-stream; charset=utf-8; tidings=1')
    expect(await typeFor(asking)).toBe('text/event-stream; charset=utf-8; tidings=1')
    expect(await typeFor(plain)).toBe('text/event-stream; charset=utf-8')
  })

  it('is told on a POST to a reader that asks, and not to one that looks like an EventSource', async () => {
    const route = untyped({
      method: 'POST',
      path: '/x',
      sse: true,
      handler: async function* () {
        yield 1
      },
    })
    const { ask } = make([route])
    expect(await new Reading(await ask('/x', post({}, asking))).ended()).toContain('tidings:end')
    expect(await new Reading(await ask('/x', post({}, eventSource))).ended()).toBe('data: 1\n\n')
  })
})

describe("onEnd: 'reconnect'", () => {
  it('sends a spread retry in place of the end', async () => {
    expect(await read(numbers({ onEnd: 'reconnect' }), eventSource)).toMatch(/^id: 1\n[^]*data: no id\n\nretry: \d+\n$/)
  })

  it('sends a plain reader its events and nothing else', async () => {
    expect(await read(numbers({ onEnd: 'reconnect' }), plain)).toBe(events)
  })

  it('can be the default of a server, and stop the exception', async () => {
    const { ask } = make([numbers()], { sse: { onEnd: 'reconnect' } })
    expect(await new Reading(await ask('/x', { headers: asking })).ended()).not.toContain('tidings:end')
    const other = make([numbers({ onEnd: 'stop' })], { sse: { onEnd: 'reconnect' } })
    expect(await new Reading(await other.ask('/x', { headers: asking })).ended()).toContain('tidings:end')
  })
})

describe('retryMs', () => {
  it('is sent before the first event, exactly as it is', async () => {
    for (const headers of [plain, eventSource])
      expect(await read(numbers({ retryMs: 4000 }), headers)).toMatch(/^retry: 4000\nid: 1\n/)
  })

  it('is what a reader that shall come back is spread around', async () => {
    const text = await read(numbers({ retryMs: 1000, onEnd: 'reconnect' }), asking)
    const last = Number(/retry: (\d+)\n$/.exec(text)?.[1])
    expect(last).toBeGreaterThanOrEqual(500)
    expect(last).toBeLessThanOrEqual(1500)
  })
})

describe('a reader that comes back to a stream that has ended', () => {
  it('gets 204 that nothing may store, without the handler', async () => {
    let starts = 0
    const route = untyped({
      method: 'GET',
      path: '/x',
      sse: true,
      handler: async function* () {
        yield (starts += 1)
      },
    })
    const { ask } = make([route])
    for (const init of [{ headers: { 'last-event-id': '2~end' } }, { headers: { 'last-event-id': '~end' } }]) {
      const response = await ask('/x', init)
      expect(response.status).toBe(204)
      expect(response.headers.get('cache-control')).toBe('no-store')
      expect(response.body).toBeNull()
    }
    expect((await ask('/x?lastEventId=2~end')).status).toBe(204)
    expect(starts).toBe(0)
  })

  it('gets it before validation', async () => {
    const route = numbers(true, { schema: { query: Type.Object({ required: Type.String() }) } })
    expect((await make([route]).ask('/x', { headers: { 'last-event-id': '2~end' } })).status).toBe(204)
  })

  it('meets the guards first', async () => {
    const route = numbers(true, { middleware: [() => json({}, { status: 401 })] })
    expect((await make([route]).ask('/x', { headers: { 'last-event-id': '2~end' } })).status).toBe(401)
  })

  it('gets CORS headers with it', async () => {
    const { ask } = make([numbers()], { cors: true })
    const response = await ask('/x', { headers: { 'last-event-id': '2~end', origin: 'http://page' } })
    expect(response.status).toBe(204)
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
  })

  it('is answered as ever on a POST and on routes that do not stream', async () => {
    const { ask } = make([
      untyped({
        method: 'POST',
        path: '/x',
        sse: true,
        handler: async function* () {
          yield 1
        },
      }),
      untyped({ method: 'GET', path: '/plain', handler: () => 'plain' }),
    ])
    const headers = { 'last-event-id': '2~end' }
    expect((await ask('/x', { method: 'POST', headers })).status).toBe(200)
    expect((await ask('/plain', { headers })).status).toBe(200)
  })
})
