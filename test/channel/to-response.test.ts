import { describe, expect, it, onTestFinished, vi } from 'vitest'
import {
  createChannels,
  lastEventIdOf,
  toResponse,
  type Channels,
  type ResponseOptions,
  type SubscribeOptions,
  type Topic,
} from '../../src/channel/index.ts'
import { asking, eventSource, plain, Reading, turns, unhandledDuring, until } from '../support/server/asking.ts'
import { SpyingJournal } from '../support/journal/spying-journal.ts'

interface Made {
  readonly journal: SpyingJournal
  readonly channels: Channels
  readonly topic: Topic
  readonly log: string
  readonly answer: (request?: Request, options?: ResponseOptions, subscribe?: SubscribeOptions) => Response
}

async function make(count = 0): Promise<Made> {
  const journal = new SpyingJournal()
  const channels = createChannels({ journal, healMs: 100_000 })
  onTestFinished(() => channels.close())
  const topic = channels.topic<unknown>('t')
  const { epoch } = await journal.inner.read('t', 'now', { limit: 0 })
  for (let value = 1; value <= count; value += 1) await topic.publish(value)
  const answer: Made['answer'] = (request, options = {}, subscribe = {}) => {
    const after = request && lastEventIdOf(request)
    return toResponse(topic.subscribe({ after, from: 'start', ...subscribe }), { request, ...options })
  }
  return { journal, channels, topic, log: `${epoch}.`, answer }
}

function ask(headers: Record<string, string> = plain, init: RequestInit & { query?: string } = {}): Request {
  return new Request(`http://test/x${init.query ?? ''}`, { headers, ...init })
}

describe('a subscription as a Response', () => {
  it('has the headers of a stream', async () => {
    const { answer } = await make()
    const { status, headers } = answer(ask())
    expect([status, Object.fromEntries(headers)]).toEqual([
      200,
      {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-cache, no-transform',
        incremental: '?1',
        'x-accel-buffering': 'no',
      },
    ])
    expect(answer(ask(eventSource)).headers.get('content-type')).toBe('text/event-stream; charset=utf-8; tidings=1')
  })

  it('sends the events, byte for byte as the server does', async () => {
    const { topic, answer, log } = await make(1)
    const reading = new Reading(answer(ask(eventSource)))
    await reading.until('data: 1\n\n')
    await topic.publish('two\nlines', { event: 'named' })
    expect(await reading.until('lines\n\n')).toBe(
      `:\nid: ${log}0\nevent: tidings:open\ndata: {}\n\nid: ${log}1\ndata: 1\n\n` +
        `id: ${log}2\nevent: named\ndata: two\ndata: lines\n\n`,
    )
    await reading.leave()
  })

  it('tells retryMs at the beginning', async () => {
    const { answer } = await make(1)
    const reading = new Reading(answer(ask(), { retryMs: 1234 }))
    expect(await reading.until('data: 1')).toMatch(/^retry: 1234\n:\nid: /)
    await reading.leave()
  })

  it('needs no request: its reader is a plain one then', async () => {
    const { answer, log } = await make(1)
    const reading = new Reading(answer())
    expect(await reading.until('data: 1\n\n')).toBe(`:\nid: ${log}1\ndata: 1\n\n`)
    await reading.leave()
  })

  it.each<[string, Record<string, string>, boolean]>([
    ['an EventSource', eventSource, true],
    ['a client that asks', asking, true],
    ['a client that asks, by POST', { ...asking, method: 'POST' }, true],
    ['an EventSource’s headers, by POST', { ...eventSource, method: 'POST' }, false],
    ['a fetch that wants a stream', plain, false],
    ['a fetch that wants anything, and nothing from a cache', { accept: '*/*', 'cache-control': 'no-cache' }, false],
    ['a fetch that wants text', { accept: 'text/*', 'cache-control': 'no-cache' }, false],
    ['a fetch that says nothing', {}, false],
    [
      'a list with an EventSource’s type in it',
      { accept: 'text/html, text/event-stream', 'cache-control': 'no-cache' },
      true,
    ],
  ])('sends control events as the server does: %s', async (_name, { method = 'GET', ...headers }, expected) => {
    const { answer } = await make(1)
    const reading = new Reading(answer(ask(headers, { method })))
    expect((await reading.until('data: 1\n\n')).includes('tidings:open')).toBe(expected)
    await reading.leave()
  })

  it('goes on behind the id of header or query', async () => {
    const { answer, log } = await make(3)
    const requests = [ask({ ...plain, 'last-event-id': `${log}2` }), ask(plain, { query: `?lastEventId=${log}2` })]
    for (const request of requests) {
      const reading = new Reading(answer(request))
      expect(await reading.until('data: 3\n\n')).toBe(`:\nid: ${log}3\ndata: 3\n\n`)
      await reading.leave()
    }
  })

  it('is 204 for a GET that comes back to an ended stream, and asks for nothing', async () => {
    const { answer, journal, log } = await make(1)
    for (const request of [
      ask({ ...eventSource, 'last-event-id': `${log}1~end` }),
      ask(plain, { query: `?lastEventId=${log}1~end` }),
    ]) {
      const response = answer(request)
      expect([response.status, response.headers.get('cache-control'), response.body]).toEqual([204, 'no-store', null])
    }
    expect(answer(ask({ ...asking, 'last-event-id': `${log}1~end` }, { method: 'POST' })).status).toBe(200)
    await turns()
    expect(journal.watches).toBe(0)
  })

  it('has no body for HEAD', async () => {
    const { answer } = await make()
    const { body, headers } = answer(ask(plain, { method: 'HEAD' }))
    expect([body, headers.get('content-type')]).toEqual([null, 'text/event-stream; charset=utf-8'])
  })

  it.each([{ heartbeatMs: 0 }, { heartbeatMs: 1.5 }, { heartbeatMs: 2 ** 31 }, { retryMs: -1 }, { retryMs: NaN }])(
    'refuses %j',
    async (options) => {
      const { answer } = await make()
      expect(() => answer(ask(), options)).toThrow(expect.objectContaining({ code: 'ERR_OPTION' }))
    },
  )

  it.each([
    [{ heartbeat: 1000 }, 'Did you mean heartbeatMs?'],
    [{ signal: new AbortController() }, 'signal must be an AbortSignal'],
    [{ onError: 'ignore' }, 'onError must be a function'],
  ])('refuses what it does not have or cannot use: %j', async (options, said) => {
    const { answer } = await make()
    const expected = expect.objectContaining({ code: 'ERR_OPTION', message: expect.stringContaining(said) })
    expect(() => answer(ask(), options as object)).toThrow(expected)
  })
})

function fail(): never {
  throw new Error('again')
}

describe('the end of such a Response', () => {
  it('is tidings:end when the log has had its last event', async () => {
    const { answer, journal, log } = await make(1)
    await journal.append('t', '2', { close: true })
    const events = `id: ${log}1\ndata: 1\n\nid: ${log}2\ndata: 2\n\n`
    expect(await new Reading(answer(ask(eventSource))).ended()).toBe(
      `:\nid: ${log}0\nevent: tidings:open\ndata: {}\n\n${events}id: ${log}2~end\nevent: tidings:end\ndata: {}\n\n`,
    )
    expect(await new Reading(answer(ask())).ended()).toBe(`:\n${events}`)
  })

  it('is an error event when it fails, and a retry for readers that come back', async () => {
    const { answer, journal } = await make(2)
    const errors: unknown[] = []
    const failure = new Error('no idea')
    const filter = (): boolean => {
      throw failure
    }
    const options = { onError: (error: unknown) => void errors.push(error) }
    expect(await new Reading(answer(ask(eventSource), options, { filter })).ended()).toMatch(
      /tidings:open\ndata: \{\}\n\nevent: error\ndata: \{"error":"no idea"\}\n\nretry: \d+\n$/,
    )
    expect(await new Reading(answer(ask(), options, { filter })).ended()).toBe(
      ':\nevent: error\ndata: {"error":"no idea"}\n\n',
    )
    expect(errors).toEqual([failure, failure])
    await until(() => journal.watching === 0)
  })

  it('survives an onError that throws', async () => {
    const { answer } = await make(1)
    const log = vi.spyOn(console, 'error').mockImplementation(() => {})
    onTestFinished(() => log.mockRestore())
    const unhandled = await unhandledDuring(async () => {
      const reading = new Reading(answer(ask(), { onError: fail }, { filter: fail }))
      expect(await reading.ended()).toContain('event: error')
    })
    expect(unhandled).toEqual([])
    expect(log).toHaveBeenCalledOnce()
  })

  it('is a retry, spread out, when the channels close', async () => {
    const { answer, channels } = await make(1)
    const readings = Array.from({ length: 20 }, () => new Reading(answer(ask(eventSource), { retryMs: 1000 })))
    await Promise.all(readings.map((reading) => reading.until('data: 1\n\n')))
    await channels.close()
    const waits = await Promise.all(
      readings.map(async (reading) => Number(/retry: (\d+)\n$/.exec(await reading.ended())?.[1])),
    )
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(500)
    expect(Math.max(...waits)).toBeLessThanOrEqual(1500)
    expect(new Set(waits).size).toBeGreaterThan(5)
    const late = new Reading(answer(ask(eventSource), { onError: () => {} }))
    expect(await late.ended()).toMatch(/^:\nevent: error\ndata: .*\n\nretry: \d+\n$/)
  })

  it('is a retry when its signal aborts, also one that had aborted before', async () => {
    const { answer, journal } = await make(1)
    const controller = new AbortController()
    const reading = new Reading(answer(ask(eventSource), { signal: controller.signal }))
    await reading.until('data: 1\n\n')
    controller.abort()
    expect(await reading.ended()).toMatch(/data: 1\n\nretry: \d+\n$/)
    expect(await new Reading(answer(ask(eventSource), { signal: controller.signal })).ended()).toMatch(
      /^:\nretry: \d+\n$/,
    )
    await until(() => journal.watching === 0)
  })
})

describe('the reader of such a Response', () => {
  it('that never reads costs nothing: nothing begins', async () => {
    const { answer, journal } = await make(1)
    const responses = Array.from({ length: 10 }, () => answer(ask()))
    await turns()
    expect(journal.watches).toBe(0)
    await responses[0]?.body?.cancel()
  })

  it('that leaves lets the topic go, with its timers and listeners', async () => {
    const { answer, journal } = await make(1)
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout'] })
    onTestFinished(() => void vi.useRealTimers())
    const controller = new AbortController()
    const removed = vi.spyOn(controller.signal, 'removeEventListener')
    const reading = new Reading(answer(ask(), { signal: controller.signal }))
    await reading.until('data: 1\n\n')
    await reading.leave()
    await until(() => journal.watching === 0)
    expect(vi.getTimerCount()).toBe(0)
    expect(removed).toHaveBeenCalledOnce()
  })

  it('that stops reading is written nothing more, and gets the rest in order when it goes on', async () => {
    const { answer, topic } = await make(3000)
    const reader = answer(ask()).body?.getReader()
    const decoder = new TextDecoder()
    let text = ''
    const readOn = async (): Promise<void> => {
      const { value } = (await reader?.read()) ?? {}
      text += decoder.decode(value, { stream: true })
    }
    await readOn()
    await readOn()
    for (let value = 3001; value <= 4000; value += 1) await topic.publish(value)
    await turns(20)
    const { length } = text
    expect(length).toBeLessThan(200_000)
    while (!text.endsWith('data: 4000\n\n')) await readOn()
    expect([...text.matchAll(/^data: (\d+)$/gm)].map(([, value]) => Number(value))).toEqual(
      Array.from({ length: 4000 }, (_, index) => index + 1),
    )
    await reader?.cancel()
  })

  it('may transfer the chunks that it gets: those of others stay whole', async () => {
    const { answer, topic } = await make()
    const readings = [answer(ask()), answer(ask())].map(({ body }) => body?.getReader())
    for (const reader of readings) await reader?.read()
    const chunks = readings.map((reader) => reader?.read())
    await turns()
    await topic.publish('shared')
    const first = (await chunks[0])?.value
    if (first !== undefined) structuredClone(first.buffer, { transfer: [first.buffer] })
    expect(new TextDecoder().decode((await chunks[1])?.value)).toContain('data: shared\n\n')
    for (const reader of readings) await reader?.cancel()
  })

  it('is kept awake by comments while nothing happens, if it reads', async () => {
    const { answer, topic } = await make()
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout', 'performance'] })
    onTestFinished(() => void vi.useRealTimers())
    const reading = new Reading(answer(ask(), { heartbeatMs: 1000 }))
    await turns()
    for (const beats of [1, 2, 3]) {
      vi.advanceTimersByTime(999)
      await turns()
      expect(reading.text).toBe(':\n'.repeat(beats))
      vi.advanceTimersByTime(1)
      await turns()
      expect(reading.text).toBe(':\n'.repeat(beats + 1))
    }
    await topic.publish('x')
    await reading.until('data: x\n\n')
    vi.advanceTimersByTime(999)
    await turns()
    expect(reading.text).toMatch(/data: x\n\n$/)
    await reading.leave()
  })

  it('that does not read is not sent comments upon comments', async () => {
    const { answer } = await make()
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout', 'performance'] })
    onTestFinished(() => void vi.useRealTimers())
    const reader = answer(ask(), { heartbeatMs: 1000 }).body?.getReader()
    await reader?.read()
    for (let beat = 0; beat < 10; beat += 1) vi.advanceTimersByTime(1000)
    await turns()
    const waiting = reader?.read()
    await turns()
    vi.advanceTimersByTime(1000)
    expect(new TextDecoder().decode((await waiting)?.value)).toBe(':\n')
    await reader?.cancel()
  })

  it('hears nothing where heartbeatMs is false', async () => {
    const { answer } = await make()
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout', 'performance'] })
    onTestFinished(() => void vi.useRealTimers())
    const reading = new Reading(answer(ask(), { heartbeatMs: false }))
    await turns()
    vi.advanceTimersByTime(100_000)
    await turns()
    expect(reading.text).toBe(':\n')
    await reading.leave()
  })
})
