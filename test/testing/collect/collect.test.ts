// collect(): a handler's stream without a socket, in real time and on three kinds of clock.
import { mock } from 'node:test'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { createChannels } from '../../../src/channel/index.ts'
import { defineRoute, Server } from '../../../src/server/index.ts'
import { sse } from '../../../src/sse/index.ts'
import { collect } from '../../../src/testing/index.ts'
import { cassetteResponse, createCassette } from '../../../src/testing/index.ts'

/** A server with a route that counts, a minute apart, and what it knows of its handlers. */
function countingServer(): { readonly server: Server; readonly ended: string[] } {
  const ended: string[] = []
  const route = defineRoute({
    method: 'GET',
    path: '/count/:to',
    sse: { heartbeatMs: 15_000 },
    handler: async function* ({ params, sleep, lastEventId }) {
      const to = Number(params.to)
      try {
        for (let n = Number(lastEventId ?? 0) + 1; n <= to; n += 1) {
          await sleep(60_000)
          yield sse({ id: String(n) }, { n })
        }
        ended.push('whole')
      } finally {
        ended.push('finally')
      }
    },
  })
  return { server: new Server([route]), ended }
}

const clocks = {
  'a clock of its own': () => 'own' as const,
  'the clock of vitest': () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
    onTestFinished(() => void vi.useRealTimers())
    return (ms: number) => vi.advanceTimersByTimeAsync(ms)
  },
  'the clock of node:test': () => {
    mock.timers.enable({ apis: ['setTimeout'] })
    onTestFinished(() => mock.timers.reset())
    return (ms: number) => mock.timers.tick(ms)
  },
} as const

describe.each(Object.entries(clocks))('on %s', (_, clockOf) => {
  test('minutes pass at once, and the stream ends', async () => {
    const { server, ended } = countingServer()
    const collected = await collect(server, '/count/3', { clock: clockOf() })
    expect(collected).toMatchObject({
      status: 200,
      values: [{ n: 1 }, { n: 2 }, { n: 3 }],
      events: [
        { id: '1', data: '{"n":1}' },
        { id: '2', data: '{"n":2}' },
        { id: '3', data: '{"n":3}' },
      ],
      ended: 'complete',
      error: undefined,
      handlerEnded: true,
    })
    expect(collected.headers.get('content-type')).toMatch(/^text\/event-stream\b/)
    expect(ended).toEqual(['whole', 'finally'])
  })

  test('a reader that leaves ends the handler', async () => {
    const { server, ended } = countingServer()
    const { values, ended: how, handlerEnded } = await collect(server, '/count/9', { clock: clockOf(), leaveAfter: 2 })
    expect([values, how, handlerEnded, ended]).toEqual([[{ n: 1 }, { n: 2 }], 'left', true, ['finally']])
  })

  test('it leaves when maxMs has passed', async () => {
    const { server, ended } = countingServer()
    const { values, ended: how } = await collect(server, '/count/9', { clock: clockOf(), maxMs: 150_000 })
    expect([values, how, ended]).toEqual([[{ n: 1 }, { n: 2 }], 'timeout', ['finally']])
  })
})

test('heartbeats come on a clock of its own, which is the time of everything', async () => {
  const { server } = countingServer()
  const { heartbeats } = await collect(server, '/count/1', { clock: 'own' })
  expect(heartbeats).toBeGreaterThanOrEqual(3)
})

test('a clock of its own is removed, also when the server fails', async () => {
  const timers = ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval']
  const globals = (): unknown[] => [
    ...timers.map((name): unknown => Reflect.get(globalThis, name)),
    Reflect.get(Date, 'now'),
    Reflect.get(performance, 'now'),
  ]
  const before = globals()
  const { server } = countingServer()
  await collect(server, '/count/1', { clock: 'own' })
  const broken = { fetch: () => Promise.reject(new Error('no')) }
  await expect(collect(broken, '/', { clock: 'own' })).rejects.toThrow('no')
  await expect(collect(broken, '/')).rejects.toThrow('no')
  expect(globals()).toEqual(before)
  expect(Object.hasOwn(performance, 'now')).toBe(false)
})

test('a clock of its own is had by one reader at a time', async () => {
  const { server } = countingServer()
  const first = collect(server, '/count/1', { clock: 'own' })
  await expect(collect(server, '/count/1', { clock: 'own' })).rejects.toThrow(
    /another collect\(\) has this process's clock/,
  )
  expect((await first).values).toEqual([{ n: 1 }])
})

test('a reader comes back with an id', async () => {
  const { server } = countingServer()
  const { values } = await collect(server, '/count/3', { clock: 'own', lastEventId: '2' })
  expect(values).toEqual([{ n: 3 }])
})

test('control events are apart from those of the handler', async () => {
  const channels = createChannels()
  const topic = channels.topic<{ readonly n: number }>('numbers')
  const route = defineRoute({
    method: 'GET',
    path: '/numbers',
    sse: true,
    handler: ({ lastEventId }) => topic.subscribe({ after: lastEventId }),
  })
  const server = new Server([route])
  const { controls, events } = await collect(server, '/numbers', { maxMs: 10 })
  expect([controls.map(({ event }) => event), events]).toEqual([['tidings:open'], []])
  await topic.publish({ n: 1 })
  const again = await collect(server, '/numbers', { lastEventId: controls[0]?.id, leaveAfter: 1 })
  expect(again.values).toEqual([{ n: 1 }])
  await channels.close()
})

test('a reader that stalls holds the handler back, and is ended by the server', async () => {
  let yielded = 0
  const route = defineRoute({
    method: 'GET',
    path: '/flood',
    sse: { stallTimeoutMs: 20_000 },
    handler: async function* () {
      for (;;) {
        yielded += 1
        yield 'x'.repeat(10_000)
      }
    },
  })
  const { ended, handlerEnded, values } = await collect(new Server([route]), '/flood', {
    clock: 'own',
    stallAfter: 3,
  })
  expect(yielded).toBeLessThan(100)
  expect(values.length).toBeLessThan(100)
  expect([ended, handlerEnded]).toEqual(['complete', true])
})

test('a reader that stalls for a while reads on', async () => {
  const { server } = countingServer()
  const { values, ended } = await collect(server, '/count/3', { clock: 'own', stallAfter: 1, stallMs: 200_000 })
  expect([values, ended]).toEqual([[{ n: 1 }, { n: 2 }, { n: 3 }], 'complete'])
})

test('a handler that does not end is told', async () => {
  const route = defineRoute({
    method: 'GET',
    path: '/stuck',
    sse: true,
    handler: async function* () {
      yield 1
      await new Promise(() => {})
    },
  })
  const { ended, handlerEnded } = await collect(new Server([route]), '/stuck', { clock: 'own', leaveAfter: 1 })
  expect([ended, handlerEnded]).toEqual(['left', false])
})

test('in real time it leaves after maxMs', async () => {
  const { server, ended } = countingServer()
  const { ended: how, values } = await collect(server, '/count/3', { maxMs: 20 })
  expect([how, values]).toEqual(['timeout', []])
  await vi.waitFor(() => expect(ended).toEqual(['finally']))
})

test('what is no stream of events is read as text, and a refusal has its status', async () => {
  const { server } = countingServer()
  const { status, text, events, ended } = await collect(server, '/none')
  expect([status, events, ended]).toEqual([404, [], 'complete'])
  expect(text).toContain('404')
})

test('a Request keeps its headers: a stream of JSON lines', async () => {
  const { server } = countingServer()
  const request = new Request('http://localhost/count/2', { headers: { accept: 'application/x-ndjson' } })
  const { values, events, text } = await collect(server, request, { clock: 'own', lastEventId: '1' })
  expect([values, events]).toEqual([[{ n: 2 }], []])
  expect(text.trim()).toBe('{"n":2}')
})

test('servers of others are read as well', async () => {
  const cassette = createCassette(['data: {"n":1}\n\n', ': beat\n\n', 'data: text\n\n'], {
    everyMs: 60_000,
    end: 'cut',
  })
  const app = { fetch: () => cassetteResponse(cassette) }
  const { values, heartbeats, ended, error } = await collect(app, '/', { clock: 'own' })
  expect([values, heartbeats, ended]).toEqual([[{ n: 1 }, 'text'], 1, 'cut'])
  expect(String(error)).toMatch(/^TypeError: The connection was cut/)
})

test('what cannot work is refused at once', async () => {
  const { server } = countingServer()
  await expect(refused({}, '/')).rejects.toThrow(/needs a server with a `fetch`/)
  await expect(refused(server, '/', { clock: 'fake' })).rejects.toThrow(/clock must be 'own', or a function/)
  await expect(refused(server, '/', { leaveAfter: 0 })).rejects.toThrow(/leaveAfter must be a whole number from 1/)
  await expect(refused(server, '/', { leave: 1 })).rejects.toThrow(/has no option "leave". Did you mean leaveAfter\?/)
})

function refused(...given: readonly unknown[]): Promise<unknown> {
  return Reflect.apply(collect, undefined, given)
}

test.each([['text/plain'], ['text/event-stream']])(
  'a body of %s without an event and without an end is left',
  async (type) => {
    const server = {
      fetch: () => {
        const line = new TextEncoder().encode(`:${' '.repeat(65_534)}\n`)
        const body = new ReadableStream({ pull: (controller) => controller.enqueue(line) })
        return new Response(body, { headers: { 'content-type': type } })
      },
    }
    const { ended, text } = await collect(server, '/', { maxMs: 100_000 })
    expect(ended).toBe('left')
    expect(text.length).toBeLessThan(70 * 1024 * 1024)
  },
)

test('a body that is always there leaves the time its turn', async () => {
  const server = {
    fetch: () => new Response(new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array([10])) })),
  }
  expect((await collect(server, '/', { maxMs: 50 })).ended).toBe('timeout')
})
