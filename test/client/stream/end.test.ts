// How a stream() ends: by what the server says, by its reader, by its limits of time.
import { afterEach, describe, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { isGap, isReset, stream, type RetryNotice } from '../../../src/client/index.ts'
import {
  answering,
  cut,
  held,
  sseType,
  status,
  theEnd,
  tidingsType,
  whole,
} from '../../support/client/answering-server.ts'
import { openScriptedServer } from '../../support/client/scripted-server.ts'
import { HeldBody } from '../../support/client/held-body.ts'
import { until } from '../../support/server/asking.ts'
import { createGate } from '../../support/time/gate.ts'
import { holdTime, pass } from '../../support/time/held-time.ts'
import { all, dataOf, failure, soon } from '../../support/client/stream-outcome.ts'

afterEach(() => void vi.useRealTimers())

type Fetch = typeof globalThis.fetch

/** A `fetch` that has these answers, in their order, and says how often it was asked. */
function answeredBy(answers: readonly Fetch[]): { readonly asked: () => number; readonly fetch: Fetch } {
  let count = 0
  const fetch: Fetch = async (...given) => {
    const answer = answers[count]
    count += 1
    if (answer === undefined) throw new Error('There is no such answer.')
    return answer(...given)
  }
  return { asked: () => count, fetch }
}

/** No answer before whoever asks gives up. */
const silence: Fetch = (_, init) =>
  new Promise((_, reject) => init?.signal?.addEventListener('abort', () => reject(new Error('given up'))))

const ended = (): Response => new Response(theEnd, { headers: { 'content-type': tidingsType } })

describe('whole or not', () => {
  test('a clean end is the end of a stream that does not say when it is whole', async () => {
    const { url, requests } = await answering(whole('data: 1\n\n'))
    expect(await all(stream(url))).toHaveLength(1)
    expect(requests).toHaveLength(1)
  })

  test('until says what the last event looks like', async () => {
    const { url } = await answering(whole('data: 1\n\ndata: 2\n\ndata: 3\n\n'))
    expect(dataOf(await all(stream(url, { until: ({ data }) => data === '2' })))).toEqual(['1', '2'])
    const error = await failure(stream(url, { until: ({ data }) => data === 9, retry: false }))
    expect(error).toMatchObject({ code: 'ERR_STREAM_INTERRUPTED' })
  })

  test.each(['json', 'auto'] as const)('[DONE] is the end, not data, as %s', async (as) => {
    const { url } = await answering(held('data: {"n":1}\n\ndata: [DONE]\n\n', sseType))
    expect(dataOf(await all(stream(url, { as })))).toEqual([{ n: 1 }])
  })

  test('[DONE] is data as text, and from a server of ours', async () => {
    const { url } = await answering(whole('data: [DONE]\n\n'), whole(`data: [DONE]\n\n${theEnd}`, tidingsType))
    expect(dataOf(await all(stream(url, { as: 'text' })))).toEqual(['[DONE]'])
    expect(dataOf(await all(stream(url)))).toEqual(['[DONE]'])
  })

  test('the JSON string "[DONE]" is an event', async () => {
    const { url } = await answering(whole('data: "[DONE]"\n\ndata: 2\n\ndata: [DONE]\n\ndata: 3\n\n'))
    expect(dataOf(await all(stream(url, { as: 'json' })))).toEqual(['[DONE]', 2])
    expect(dataOf(await all(stream(url)))).toEqual(['"[DONE]"', '2'])
  })

  test.each(['{"n":2}', '[2]', '"two"', 'true', 'null', ' {"n":2} \r'])(
    'a last line of JSON without its line break is an event if it is whole: %j',
    async (last) => {
      const { url, requests } = await answering(whole(`{"n":1}\n${last}`, 'application/x-ndjson'))
      expect(dataOf(await all(stream(url, { retry: false })))).toEqual([{ n: 1 }, JSON.parse(last)])
      expect(requests).toHaveLength(1)
    },
  )

  test.each(['{"n":', '[2', '"two', 'tru', '2', ' -2.5 ', '1e5', 'prose'])(
    'and an interruption if more of it could have come: %j',
    async (last) => {
      for (const as of ['auto', 'text'] as const) {
        const { url } = await answering(
          whole(`{"n":1}\n${last}`, 'application/x-ndjson'),
          whole('3\n', 'application/x-ndjson'),
        )
        const events: unknown[] = []
        const retries: RetryNotice[] = []
        for await (const { data } of stream(url, { as, retry: soon, onRetry: (notice) => retries.push(notice) }))
          events.push(data)
        expect(events).toEqual(as === 'text' ? ['{"n":1}', '3'] : [{ n: 1 }, 3])
        expect(retries.map(({ error }) => error)).toMatchObject([
          { code: 'ERR_STREAM_INTERRUPTED', message: 'The stream ended within a line' },
        ])
      }
    },
  )

  test.each(['2', '{"n":'])(
    'such a response that can be resumed nowhere is not asked for for ever: %s',
    async (last) => {
      const { url, requests } = await answering(whole(`{"n":1}\n${last}`, 'application/x-ndjson'))
      const events: unknown[] = []
      const attempts: number[] = []
      const reading = (async () => {
        const retry = { ...soon, attempts: 3 }
        for await (const { data } of stream(url, { retry, onRetry: ({ attempt }) => attempts.push(attempt) }))
          events.push(data)
      })()
      await expect(reading).rejects.toMatchObject({
        code: 'ERR_STREAM_INTERRUPTED',
        message: 'The stream ended within a line',
      })
      expect([requests.length, attempts, events.length]).toEqual([4, [1, 2, 3], 4])
    },
  )

  test('one that is resumed at a position has made progress', async () => {
    const envelopes = 'application/x-ndjson;envelope=1'
    const cuts = [1, 2, 3, 4, 5].map((n) => whole(`{"id":"${n}","data":${n}}\n{"id":`, envelopes))
    const { url, requests } = await answering(...cuts, whole('{"event":"tidings:end","data":null}\n', envelopes))
    const attempts: number[] = []
    const retry = { ...soon, attempts: 1 }
    const events = await all(stream(url, { retry, onRetry: ({ attempt }) => attempts.push(attempt) }))
    expect([dataOf(events), attempts]).toEqual([
      [1, 2, 3, 4, 5],
      [1, 1, 1, 1, 1],
    ])
    expect(requests[5]?.lastEventId).toBe('5')
  })

  test('a connection that is lost after an event has made progress, position or none', async () => {
    const { url, requests } = await answering(
      ...[1, 2, 3].map(() => cut('{"n":1}\n{"n":', 'application/x-ndjson')),
      status(204),
    )
    expect(await all(stream(url, { retry: { ...soon, attempts: 1 } }))).toHaveLength(3)
    expect(requests).toHaveLength(4)
  })

  test('a whole last line is none if the connection was lost behind it', async () => {
    const { url } = await answering(cut('{"n":1}\n{"n":2}', 'application/x-ndjson'))
    const events: unknown[] = []
    const reading = (async () => {
      for await (const { data } of stream(url, { retry: false })) events.push(data)
    })()
    await expect(reading).rejects.toMatchObject({ code: 'ERR_STREAM_INTERRUPTED' })
    expect(events).toEqual([{ n: 1 }])
  })

  test('an error event of ours is thrown', async () => {
    const { url, requests } = await answering(
      whole('data: 1\n\nevent: error\ndata: {"error":"No luck","code":403}\n\n', tidingsType),
    )
    const error = await failure(stream(url, { as: 'text' }))
    expect(error).toMatchObject({ name: 'StreamError', code: 'ERR_STREAM_FAILED', message: 'No luck', status: 403 })
    expect(requests).toHaveLength(1)
  })

  test('an error event of others is an event', async () => {
    const { url } = await answering(whole('event: error\ndata: oh\n\n'))
    expect(await all(stream(url))).toEqual([{ event: 'error', data: 'oh', id: '' }])
  })

  test('gap and reset are events that say what they are, past the schema', async () => {
    const gap = 'event: tidings:gap\nid: 4\ndata: {"from":"2","to":"4"}\n\n'
    const reset = 'event: tidings:reset\nid: 0\ndata: {"reason":"epoch"}\n\n'
    const open = 'event: tidings:open\nid: 1\ndata: {}\n\n'
    const { url } = await answering(whole(open + gap + reset + theEnd, tidingsType))
    const events = await all(stream(url, { as: 'text', schema: z.never() }))
    expect(events.map((event) => [isGap(event), isReset(event), event.data])).toEqual([
      [true, false, { from: '2', to: '4' }],
      [false, true, { reason: 'epoch' }],
    ])
  })
})

describe('ending it', () => {
  test('break closes the request', async () => {
    const left = createGate()
    const { url } = await openScriptedServer((response) => {
      response.writeHead(200, { 'content-type': sseType }).write('data: 1\n\ndata: 2\n\n')
      response.on('close', () => left.open())
    })
    for await (const { data } of stream(url)) if (data === '1') break
    await left.opened
  })

  test('close ends an iteration that waits, and the request', async () => {
    const left = createGate()
    const { url } = await openScriptedServer((response) => {
      response.writeHead(200, { 'content-type': sseType }).write('data: 1\n\n')
      response.on('close', () => left.open())
    })
    const events = stream(url)
    const got: unknown[] = []
    for await (const { data } of events) {
      got.push(data)
      queueMicrotask(() => events.close())
    }
    expect(got).toEqual(['1'])
    await left.opened
  })

  test('close ends a request without an answer, and a pause', async () => {
    const silent = await openScriptedServer(() => {})
    const events = stream(silent.url)
    const waiting = all(events)
    await until(() => silent.requests.length === 1)
    events.close()
    expect(await waiting).toEqual([])
    const failing = await answering(status(503))
    const paused = stream(failing.url, {
      retry: { minMs: 1e9, maxMs: 1e9 },
      onRetry: () => queueMicrotask(() => paused.close()),
    })
    expect(await all(paused)).toEqual([])
  })

  test('a signal ends it with its reason, while it waits and before it began', async () => {
    const { url, requests } = await answering(held('data: 1\n\n'))
    const controller = new AbortController()
    const got: unknown[] = []
    const reading = (async () => {
      for await (const { data } of stream(url, { signal: controller.signal })) {
        got.push(data)
        // By then the loop waits for the next one.
        setImmediate(() => controller.abort(new Error('enough')))
      }
    })()
    await expect(reading).rejects.toThrow('enough')
    expect(got).toEqual(['1'])
    await expect(all(stream(url, { signal: AbortSignal.abort(new Error('never')) }))).rejects.toThrow('never')
    expect(requests).toHaveLength(1)
  })

  test('a connection without a byte is given up after idleTimeoutMs', async () => {
    holdTime()
    const body = new HeldBody(tidingsType)
    const { asked, fetch } = answeredBy([async () => body.response, silence, async () => ended()])
    const causes: unknown[] = []
    const options = { retry: soon, idleTimeoutMs: 30, onRetry: ({ error }: RetryNotice) => causes.push(error) }
    const reading = all(stream('https://example.com/', { fetch, ...options }))
    await body.write('data: 1\n\n')
    for (const connection of [1, 2]) {
      await pass(29)
      expect([asked(), causes.length]).toEqual([connection, connection - 1])
      // Its end, and the pause behind it.
      await pass(1 + soon.maxMs)
    }
    expect(await reading).toHaveLength(1)
    expect(asked()).toBe(3)
    expect(causes).toMatchObject([{ code: 'ERR_STREAM_INTERRUPTED' }, { message: 'No answer in time' }])
  })

  test('heartbeats are no events to eventTimeoutMs', async () => {
    holdTime()
    const body = new HeldBody(tidingsType)
    const { asked, fetch } = answeredBy([async () => body.response, async () => ended()])
    const options = { retry: soon, idleTimeoutMs: 5000, eventTimeoutMs: 40 }
    const reading = all(stream('https://example.com/', { fetch, ...options }))
    await body.awaited()
    for (let beat = 1; beat <= 3; beat += 1) {
      await pass(13)
      await body.write(':\n')
    }
    expect(asked()).toBe(1)
    await pass(1 + soon.maxMs)
    expect(asked()).toBe(2)
    expect(await reading).toEqual([])
  })

  test('eventTimeoutMs begins anew with each connection', async () => {
    holdTime()
    const bodies = [new HeldBody(tidingsType), new HeldBody(tidingsType)] as const
    const { asked, fetch } = answeredBy(bodies.map((body) => async () => body.response))
    const reading = all(stream('https://example.com/', { fetch, retry: soon, eventTimeoutMs: 200 }))
    await bodies[0].awaited()
    await pass(200 + soon.maxMs)
    await bodies[1].awaited()
    await pass(199)
    await bodies[1].write(theEnd, { isLast: true })
    expect(await reading).toEqual([])
    expect(asked()).toBe(2)
  })
})

test.each(['until', 'schema', 'headers', 'request'] as const)('close() within %s ends the stream', async (name) => {
  const fetch = vi.fn<Fetch>(
    async () => new Response('data: 1\n\ndata: 2\n\n', { headers: { 'content-type': sseType } }),
  )
  const validate = (value: unknown): { value: unknown } => {
    events.close()
    return { value }
  }
  const close = (): Record<string, string> => {
    events.close()
    return {}
  }
  const until = (): boolean => {
    events.close()
    return false
  }
  const options = {
    until: { until },
    schema: { schema: { '~standard': { validate } } },
    headers: { headers: close },
    request: { request: close },
  }
  const events = stream('https://example.com/', { fetch, ...options[name] })
  expect(await all(events)).toEqual([])
  expect(fetch).toHaveBeenCalledTimes(name === 'until' || name === 'schema' ? 1 : 0)
})

test('a line that idleTimeoutMs cut is no event', async () => {
  holdTime()
  const body = new HeldBody('application/x-ndjson')
  const { asked, fetch } = answeredBy([async () => body.response, async () => new Response(null, { status: 204 })])
  const reading = all(stream('https://example.com/', { fetch, retry: soon, idleTimeoutMs: 30 }))
  await body.write('{"n":1}\n{"n":2}')
  await pass(30 + soon.maxMs)
  expect(dataOf(await reading)).toEqual([{ n: 1 }])
  expect(asked()).toBe(2)
})

test('an answer that comes as the stream is closed is let go, in whichever turn', async () => {
  for (let turns = 0; turns < 20; turns += 1) {
    const letGo = createGate()
    const states: string[] = []
    const body = new ReadableStream({ cancel: () => letGo.open() })
    const response = new Response(body, { headers: { 'content-type': sseType } })
    const answer = createGate<Response>()
    const fetch: Fetch = () => answer.opened
    const events = stream('https://example.com/', { fetch, onState: ({ state }) => states.push(state) })
    const reading = all(events)
    answer.open(response)
    for (let turn = 0; turn < turns; turn += 1) await Promise.resolve()
    events.close()
    expect(await reading).toEqual([])
    await letGo.opened
    expect(states.at(-1)).toBe('closed')
  }
})

test('an answer that comes after the end is let go', async () => {
  const answer = createGate<Response>()
  const letGo = createGate()
  const events = stream('https://example.com/', { fetch: () => answer.opened })
  const reading = all(events)
  events.close()
  const body = new ReadableStream({ cancel: () => letGo.open() })
  answer.open(new Response(body, { headers: { 'content-type': sseType } }))
  expect(await reading).toEqual([])
  await letGo.opened
})
