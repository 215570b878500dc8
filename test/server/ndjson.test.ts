import { afterEach, describe, expect, it, vi } from 'vitest'
import { err, type Context } from '../../src/server/index.ts'
import { sse } from '../../src/sse/index.ts'
import { make, Reading, turns, untyped } from '../support/server/asking.ts'

afterEach(() => void vi.useRealTimers())

const lines = { accept: 'application/x-ndjson' }
const envelope = { accept: 'application/x-ndjson;envelope=1' }

const stream = (values: readonly unknown[], sseOptions: object | true = true): ReturnType<typeof untyped> =>
  untyped({
    method: 'GET',
    path: '/x',
    sse: sseOptions,
    handler: async function* () {
      for (const value of values) {
        if (value instanceof Error) throw value
        yield value
      }
    },
  })

const read = async (values: readonly unknown[], headers: Record<string, string>): Promise<string> =>
  new Reading(await make([stream(values)]).ask('/x', { headers })).ended()

describe('a stream as JSON lines', () => {
  it('is one line of JSON for the data of each event', async () => {
    expect(await read([{ a: 1 }, 'text\nof two', 42, null, true, [1]], lines)).toBe(
      '{"a":1}\n"text\\nof two"\n42\nnull\ntrue\n[1]\n',
    )
  })

  it('leaves out names, ids, retries and the end, so that data never passes for metadata', async () => {
    expect(await read([sse({ event: 'e', id: '1', retry: 5 }, { x: 1 })], lines)).toBe('{"x":1}\n')
  })

  it('is the same as application/stream+json', async () => {
    const response = await make([stream([1, 2])]).ask('/x', { headers: { accept: 'application/stream+json' } })
    expect(response.headers.get('content-type')).toBe('application/stream+json; charset=utf-8')
    expect(response.headers.get('cache-control')).toBe('no-cache, no-transform')
    expect(response.headers.get('x-accel-buffering')).toBe('no')
    expect(await new Reading(response).ended()).toBe('1\n2\n')
  })

  it('is only lines of valid JSON after a failure too', async () => {
    const text = await read([1, new Error('broken')], lines)
    expect(text).toBe('1\n{"error":"broken"}\n')
  })

  it('refuses what it refuses as SSE', async () => {
    expect(await read([1, 1n], lines)).toMatch(/^1\n\{"error":"[^\n]+"\}\n$/)
  })

  it('fails before the first line by a status', async () => {
    expect((await make([stream([err.notFound()])]).ask('/x', { headers: lines })).status).toBe(404)
  })

  it('has white space for a heartbeat, which JSON does not see', async () => {
    vi.useFakeTimers()
    const route = untyped({
      method: 'GET',
      path: '/x',
      sse: { heartbeatMs: 100 },
      handler: async function* (ctx: Context) {
        yield { first: 1 }
        await ctx.sleep(350)
        yield { last: 1 }
      },
    })
    for (const headers of [lines, envelope]) {
      const reading = new Reading(await make([route]).ask('/x', { headers }))
      await reading.until('first')
      await turns()
      for (let beat = 0; beat < 4; beat += 1) {
        await vi.advanceTimersByTimeAsync(100)
        await turns()
      }
      const text = await reading.ended()
      const [first, second] = text.split('\n')
      expect(JSON.parse(first ?? '')).toBeDefined()
      expect(second).toMatch(/^ +\{/)
      expect(JSON.stringify(JSON.parse(second ?? ''))).toContain('"last":1')
    }
  })
})

describe('a stream as JSON lines with ;envelope=1', () => {
  it('sends the fields that were checked, whatever a getter says the second time', async () => {
    let reads = 0
    const fields = {
      get event() {
        reads += 1
        return reads === 1 ? 'mine' : 'tidings:end'
      },
    }
    expect(await read([sse(fields, 1)], envelope)).toMatch(/^\{"event":"mine","data":1\}\n/)
  })

  it('is { event?, id?, data } for each event, and the end is one too', async () => {
    expect(await read([{ a: 1 }, sse({ event: 'e', id: '1' }, 'x'), sse({ id: '2' }, null)], envelope)).toBe(
      [
        '{"data":{"a":1}}',
        '{"event":"e","id":"1","data":"x"}',
        '{"id":"2","data":null}',
        '{"event":"tidings:end","id":"2~end","data":{}}',
        '',
      ].join('\n'),
    )
  })

  it('tells of a failure by an error event, and of the end only where it is final', async () => {
    expect(await read([1, new Error('broken')], envelope)).toBe(
      '{"data":1}\n{"event":"error","data":{"error":"broken"}}\n',
    )
    expect(await read([1, err.gone('gone')], envelope)).toBe(
      '{"data":1}\n{"event":"error","data":{"error":"gone","code":410}}\n{"event":"tidings:end","id":"~end","data":{}}\n',
    )
  })

  it('keeps data in data, whatever its names', async () => {
    expect(await read([{ event: 'forged', id: '9', data: 1 }], envelope)).toContain(
      '{"data":{"event":"forged","id":"9","data":1}}\n',
    )
  })

  it('refuses the fields that SSE refuses', async () => {
    for (const bad of [sse({ event: 'tidings:end' }, 1), sse({ id: '7~end' }, 1), sse({ event: 'a\nb' }, 1)]) {
      expect(await read([1, bad], envelope)).toMatch(/^\{"data":1\}\n\{"event":"error",[^\n]+\}\n$/)
    }
  })

  it('refuses the data that SSE refuses', async () => {
    for (const bad of [1n, undefined, new Map(), sse({}, new Set())]) {
      expect(await read([1, bad], envelope)).toMatch(/^\{"data":1\}\n\{"event":"error",[^\n]+\}\n$/)
    }
  })

  it('ends with the server’s reason unsaid: no end, so that the reader comes back', async () => {
    const route = untyped({
      method: 'GET',
      path: '/x',
      sse: true,
      handler: async function* () {
        yield 1
        await new Promise(() => {})
      },
    })
    const { ask, server } = make([route])
    const reading = new Reading(await ask('/x', { headers: envelope }))
    await reading.until('{"data":1}\n')
    server.disconnect(() => true)
    expect(await reading.ended()).toBe('{"data":1}\n')
  })
})
