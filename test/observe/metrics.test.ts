import { connect } from 'node:net'
import * as client from 'prom-client'
import { describe, expect, it, onTestFinished } from 'vitest'
import { Server } from '../../src/adapters/server.ts'
import { createChannels, type Channels } from '../../src/channel/index.ts'
import { memoryJournal, type Journal } from '../../src/journal/index.ts'
import { metrics, type MetricsOptions } from '../../src/observe/index.ts'
import { defineRoute, type Context } from '../../src/server/index.ts'
import { sse } from '../../src/sse/index.ts'
import { run, type Running } from '../support/server/running.ts'
import { RawClient } from '../support/server/raw-client.ts'
import { asking, gate, make, plain, Reading, untyped, until } from '../support/server/asking.ts'
import { SpyingJournal } from '../support/journal/spying-journal.ts'
import { Scrape } from '../support/observe/scrape.ts'

const routes = [
  untyped({ method: 'GET', path: '/count/:to', sse: true, handler: count }),
  untyped({ method: 'GET', path: '/endless/:name', sse: { openAfterMs: 0 }, handler: endless }),
  untyped({ method: 'GET', path: '/broken', sse: true, handler: broken }),
  untyped({ method: 'GET', path: '/flood', sse: true, handler: flood }),
]

async function* count({ params }: Context): AsyncGenerator {
  for (let n = 1; n <= Number(params['to']); n += 1) yield sse({ id: String(n) }, `Grüße ${n}`)
}

async function* endless({ sleep }: Context): AsyncGenerator {
  yield 'first'
  await sleep(1e9)
}

async function* broken(): AsyncGenerator {
  yield 'first'
  throw new Error('broken')
}

async function* flood(): AsyncGenerator {
  for (;;) yield 'x'.repeat(10_000)
}

type Measured = Running & { readonly register: client.Registry; readonly scrape: () => Promise<Scrape> }

async function measure(options: Partial<MetricsOptions<client.Registry>> = {}, more: object[] = []): Promise<Measured> {
  const register = new client.Registry()
  const running = await run([...routes, ...more.map(untyped)])
  running.server.use(metrics(client, { register, ...options }))
  return { ...running, register, scrape: () => Scrape.of(register) }
}

/** The bytes of the body that a reader on a socket gets. */
async function bodyOf(url: string, headers: Record<string, string> = plain): Promise<Uint8Array> {
  return new Uint8Array(await (await fetch(url, { headers })).arrayBuffer())
}

describe('metrics of streams', () => {
  it('count the events and bytes that were on the wire, and the streams that ended', async () => {
    const { url, scrape } = await measure()
    const bodies = await Promise.all([bodyOf(`${url}/count/3`), bodyOf(`${url}/count/5`), bodyOf(`${url}/count/0`)])
    const bytes = bodies.reduce((sum, { byteLength }) => sum + byteLength, 0)
    const of = '{method="GET",route="/count/:to"}'
    const seen = await scrape()
    expect(seen.value(`tidings_stream_events_total${of}`)).toBe(8)
    expect(seen.value(`tidings_stream_bytes_total${of}`)).toBe(bytes)
    expect(seen.value('tidings_streams_ended_total{method="GET",route="/count/:to",outcome="complete"}')).toBe(3)
    expect(seen.value(`tidings_streams_open${of}`)).toBe(0)
    // The one without events has no first event.
    expect(seen.value(`tidings_stream_first_event_seconds_count${of}`)).toBe(2)
    expect(seen.value(`tidings_stream_duration_seconds_count${of}`)).toBe(3)
    expect(seen.text).not.toContain('/count/3')
  })

  it('say how each stream ended', async () => {
    const { url, port, server, scrape } = await measure()
    await bodyOf(`${url}/broken`)
    const reader = await RawClient.open(port)
    await reader.request('GET /endless/a HTTP/1.1', ['accept: text/event-stream']).until('first')
    const other = await fetch(`${url}/endless/b`, { headers: plain }).then((response) => new Reading(response))
    await other.until('first')
    expect((await scrape()).value('tidings_streams_open{method="GET",route="/endless/:name"}')).toBe(2)
    reader.leave()
    await until(() => server.openStreams === 1)
    server.disconnect(() => true)
    await other.ended()
    expect((await scrape()).series('tidings_streams_ended_total')).toEqual({
      'tidings_streams_ended_total{method="GET",route="/broken",outcome="failed"}': 1,
      'tidings_streams_ended_total{method="GET",route="/endless/:name",outcome="left"}': 1,
      'tidings_streams_ended_total{method="GET",route="/endless/:name",outcome="disconnected"}': 1,
    })
  })

  it('time a first event from the request, not from the opening of the stream', async () => {
    const held = gate()
    const handler = async function* (): AsyncGenerator {
      await held.opened
      yield 'at last'
    }
    const { url, scrape } = await measure({}, [{ method: 'GET', path: '/slow', sse: { openAfterMs: 10 }, handler }])
    const startedAt = performance.now()
    const reading = new Reading(await fetch(`${url}/slow`, { headers: plain }))
    const openedAfter = performance.now() - startedAt
    expect(
      (await scrape()).value('tidings_stream_first_event_seconds_count{method="GET",route="/slow"}'),
    ).toBeUndefined()
    held.open()
    await reading.ended()
    const total = (performance.now() - startedAt) / 1000
    const seen = await scrape()
    expect(seen.value('tidings_stream_first_event_seconds_count{method="GET",route="/slow"}')).toBe(1)
    const seconds = seen.value('tidings_stream_first_event_seconds_sum{method="GET",route="/slow"}') ?? 0
    expect(openedAfter).toBeGreaterThan(0)
    expect(seconds).toBeGreaterThan(0.009)
    expect(seconds).toBeLessThanOrEqual(total)
  })

  it('count resumes, by the last event id of the request', async () => {
    const { url, scrape } = await measure()
    await bodyOf(`${url}/count/1`)
    await bodyOf(`${url}/count/1`, { ...plain, 'last-event-id': '7' })
    await bodyOf(`${url}/count/1?lastEventId=8`)
    expect((await scrape()).value('tidings_stream_resumes_total{method="GET",route="/count/:to"}')).toBe(2)
  })

  it('count readers that are full, until they have room or are gone', async () => {
    const { port, server, scrape } = await measure()
    const socket = connect(port, '127.0.0.1')
    onTestFinished(() => void socket.destroy())
    socket.on('error', () => {})
    socket.write('GET /flood HTTP/1.1\r\nHost: test\r\naccept: text/event-stream\r\n\r\n')
    socket.pause()
    const of = '{method="GET",route="/flood"}'
    const isFull = async (): Promise<number | undefined> => (await scrape()).value(`tidings_streams_full${of}`)
    await expect.poll(isFull).toBe(1)
    expect((await scrape()).value(`tidings_stream_full_total${of}`)).toBeGreaterThan(0)
    socket.destroy()
    await until(() => server.openStreams === 0)
    expect(await isFull()).toBe(0)
  })

  it('have streams that were open before, without what those had sent', async () => {
    const register = new client.Registry()
    const { server, ask } = make(routes)
    const reading = new Reading(await ask('/endless/a', { headers: plain }))
    await reading.until('first')
    server.use(metrics(client, { register }))
    const seen = await Scrape.of(register)
    expect(seen.value('tidings_streams_open{method="GET",route="/endless/:name"}')).toBe(1)
    expect(seen.series('tidings_stream_events_total')).toEqual({})
    await reading.leave()
    await until(() => server.openStreams === 0)
    expect((await Scrape.of(register)).value('tidings_streams_open{method="GET",route="/endless/:name"}')).toBe(0)
  })

  it('are right in a scrape under 1,000 streams, and after them', async () => {
    const { url, server, scrape } = await measure()
    const opened = await Promise.all(
      Array.from({ length: 1000 }, async (_, n) => new Reading(await fetch(`${url}/endless/${n}`, { headers: plain }))),
    )
    await Promise.all(opened.map((reading) => reading.until('first')))
    const of = '{method="GET",route="/endless/:name"}'
    const during = await scrape()
    expect(during.value(`tidings_streams_open${of}`)).toBe(1000)
    expect(during.value(`tidings_stream_events_total${of}`)).toBe(1000)
    expect(Object.keys(during.series('tidings_streams_open'))).toHaveLength(1)
    server.disconnect(() => true)
    await Promise.all(opened.map((reading) => reading.ended()))
    const after = await scrape()
    expect(after.value(`tidings_streams_open${of}`)).toBe(0)
    expect(after.value('tidings_streams_ended_total{method="GET",route="/endless/:name",outcome="disconnected"}')).toBe(
      1000,
    )
  })
})

/** A journal that can be away, and that counts its calls. */
function counted(): { journal: Journal; calls: Record<string, number>; state: { away: boolean } } {
  const calls: Record<string, number> = {}
  const state = { away: false }
  const inner = memoryJournal()
  const journal = new Proxy(inner, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name)
      if (typeof value !== 'function') return value
      return (...args: unknown[]): unknown => {
        calls[String(name)] = (calls[String(name)] ?? 0) + 1
        if (state.away) return Promise.reject(new Error('away'))
        return Reflect.apply(value, target, args)
      }
    },
  })
  return { journal, calls, state }
}

/** A reader of each of these topics, that is open. */
async function follow(channels: Channels, names: string[]): Promise<Reading[]> {
  const feeds = defineRoute({
    method: 'GET',
    path: '/topics/:name',
    sse: true,
    handler: ({ params, lastEventId }) => channels.topic(params.name).subscribe({ after: lastEventId }),
  })
  const { ask } = make([feeds])
  const readings = []
  for (const name of names) readings.push(new Reading(await ask(`/topics/${name}`, { headers: asking })))
  await Promise.all(readings.map((reading) => reading.until('tidings:open')))
  return readings
}

/** The series of the readers of a topic. */
function readersOf(topic: string): string {
  return `tidings_topic_readers{topic="${topic}"}`
}

/** `order-1` and `order-2` are one; there is none for `odd`. */
function topicLabel(topic: string): string {
  if (topic === 'odd') throw new Error('no label')
  return topic.replace(/-\d+$/, '')
}

describe('metrics of channels', () => {
  it('time every call of the journal, and count what fails but no refusal', async () => {
    const register = new client.Registry()
    const { journal, calls, state } = counted()
    const channels = createChannels({ journal, onError: () => {} })
    metrics(client, { register, channels: [channels] })
    const orders = channels.topic<number>('orders')
    await orders.publish(1)
    await orders.publish(2)
    state.away = true
    await expect(orders.publish(3)).rejects.toThrow()
    const seen = await Scrape.of(register)
    expect(seen.value('tidings_journal_call_seconds_count{method="append"}')).toBe(calls['append'])
    expect(seen.value('tidings_journal_events_total{method="append"}')).toBe(2)
    expect(Object.values(seen.series('tidings_journal_errors_total')).reduce((a, b) => a + b, 0)).toBe(
      (calls['append'] ?? 0) - 2,
    )
  })

  it('count the readers of each topic as they are now, and all topics beyond the limit together', async () => {
    const register = new client.Registry()
    const channels = createChannels()
    onTestFinished(() => channels.close())
    metrics(client, { register, channels: [channels], maxTopics: 2 })
    const readings = await follow(channels, ['a', 'a', 'b'])
    const readers = async (): Promise<Record<string, number>> =>
      (await Scrape.of(register)).series('tidings_topic_readers')
    expect(await readers()).toEqual({ [readersOf('a')]: 2, [readersOf('b')]: 1 })
    readings.push(...(await follow(channels, ['c', 'd', 'd'])))
    expect(await readers()).toEqual({ [readersOf('a')]: 2, [readersOf('b')]: 1, [readersOf('other')]: 3 })
    await readings[2]?.leave()
    await until(() => channels.status().followed.length === 3)
    // The place of a topic stays its own: no label changes hands.
    expect(await readers()).toEqual({ [readersOf('a')]: 2, [readersOf('other')]: 3 })
  })

  it('tell how far the slowest reader of a topic is behind', async () => {
    const register = new client.Registry()
    const channels = createChannels()
    onTestFinished(() => channels.close())
    metrics(client, { register, channels: [channels] })
    const topic = channels.topic<number>('orders')
    const readings = await follow(channels, ['orders'])
    // It is followed, and asks for nothing.
    const idle = topic.subscribe()[Symbol.asyncIterator]()
    await idle.next()
    for (let n = 1; n <= 3; n += 1) await topic.publish(n)
    await readings[0]?.until('data: 3\n')
    expect((await Scrape.of(register)).series('tidings_topic_lag_events')).toEqual({
      'tidings_topic_lag_events{topic="orders"}': 3,
    })
    await idle.return?.()
    expect((await Scrape.of(register)).value('tidings_topic_lag_events{topic="orders"}')).toBe(0)
  })

  it('label topics as they are told to, and those that no label is found for as other', async () => {
    const register = new client.Registry()
    const channels = createChannels()
    onTestFinished(() => channels.close())
    metrics(client, { register, channels: [channels], topicLabel })
    await follow(channels, ['order-1', 'order-2', 'odd'])
    expect((await Scrape.of(register)).series('tidings_topic_readers')).toEqual({
      'tidings_topic_readers{topic="order"}': 2,
      'tidings_topic_readers{topic="other"}': 1,
    })
  })

  it('count heals, and what they have found', async () => {
    const register = new client.Registry()
    const inner = memoryJournal()
    // No hint ever comes: only healing finds what was published.
    const deaf = new Proxy(inner, {
      get(target, name) {
        if (name === 'watch') return async () => async () => {}
        const value: unknown = Reflect.get(target, name)
        return typeof value === 'function' ? value.bind(target) : value
      },
    })
    const channels = createChannels({ journal: deaf, healMs: 20, retention: { maxEvents: 3 } })
    onTestFinished(() => channels.close())
    metrics(client, { register, channels: [channels] })
    const told = { heals: 0, healed: 0 }
    channels.observe({
      onHeal: ({ events }) => {
        told.heals += 1
        told.healed += events
      },
    })
    const [reading] = await follow(channels, ['news'])
    await createChannels({ journal: inner }).topic<string>('news').publish('unheard')
    await reading?.until('unheard')
    const seen = await Scrape.of(register)
    expect(told.healed).toBeGreaterThan(0)
    expect(seen.value('tidings_heals_total{of="topic"}')).toBe(told.heals)
    expect(seen.value('tidings_healed_events_total{of="topic"}')).toBe(told.healed)
  })

  it('count gaps, one for each reader that is told of it', async () => {
    const register = new client.Registry()
    const channels = createChannels({ retention: { maxEvents: 2 } })
    onTestFinished(() => channels.close())
    metrics(client, { register, channels: [channels] })
    const news = channels.topic<number>('news')
    const first = await news.publish(1)
    for (let n = 2; n <= 9; n += 1) await news.publish(n)
    const feed = defineRoute({
      method: 'GET',
      path: '/news',
      sse: true,
      handler: ({ lastEventId }) => news.subscribe({ after: lastEventId }),
    })
    const { ask } = make([feed])
    const late = new Reading(await ask('/news', { headers: { ...asking, 'last-event-id': first.id } }))
    await late.until('tidings:gap')
    expect((await Scrape.of(register)).value('tidings_gaps_total{of="topic"}')).toBe(1)
  })

  it('count logs that were replaced while somebody followed them', async () => {
    const register = new client.Registry()
    const journal = new SpyingJournal()
    const channels = createChannels({ journal, healMs: 100_000 })
    onTestFinished(() => channels.close())
    metrics(client, { register, channels: [channels] })
    await channels.topic<number>('t').publish(1)
    const [reading] = await follow(channels, ['t'])
    journal.change = (page) => {
      journal.change = (next) => next
      return { ...page, foreign: true, events: [] }
    }
    journal.hint()
    await reading?.until('tidings:reset')
    expect((await Scrape.of(register)).value('tidings_resets_total{of="topic"}')).toBe(1)
  })

  it('count runs: those that are active, and how the others have ended', async () => {
    const register = new client.Registry()
    const channels = createChannels()
    const held = gate()
    const runs = channels.runs({ owner: () => 'ann' })
    const route = untyped({
      method: 'POST',
      path: '/answers',
      sse: { resume: runs },
      handler: async function* () {
        yield 'started'
        await held.opened
      },
    })
    const { server, ask } = make([route])
    server.use(metrics(client, { register, channels: [channels] }))
    const reading = new Reading(await ask('/answers', { method: 'POST', headers: asking }))
    await reading.until('started')
    const during = await Scrape.of(register)
    expect(during.value('tidings_runs_active')).toBe(1)
    expect(during.value('tidings_run_readers')).toBe(1)
    const [run] = channels.status().runs
    expect(during.value('tidings_run_lease_age_seconds')).toBeGreaterThan(0)
    expect(during.value('tidings_run_lease_age_seconds')).toBeLessThanOrEqual((run?.leaseAgeMs ?? 0) / 1000)
    held.open()
    await reading.ended()
    await until(() => channels.status().runs.length === 0)
    const after = await Scrape.of(register)
    expect(after.value('tidings_runs_active')).toBe(0)
    expect(after.value('tidings_runs_ended_total{state="complete"}')).toBe(1)
    expect(after.value('tidings_run_seconds_count{state="complete"}')).toBe(1)
    await channels.close()
  })
})

describe('metrics()', () => {
  it('makes names that Prometheus takes, with the prefix that was asked for', async () => {
    const register = new client.Registry()
    metrics(client, { register, channels: [createChannels()], prefix: 'shop_' })
    const names = register.getMetricsAsArray().map(({ name }) => name)
    expect(names.length).toBeGreaterThan(15)
    for (const name of names) expect(name).toMatch(/^shop_[a-z]+(_[a-z]+)*$/)
  })

  it('registers with the default registry where none is named', () => {
    onTestFinished(() => client.register.clear())
    metrics(client)
    expect(client.register.getSingleMetric('tidings_streams_open')).toBeDefined()
  })

  it('refuses what cannot work, before anything is registered', () => {
    const register = new client.Registry()
    const cases: [() => unknown, RegExp][] = [
      [() => metrics({} as typeof client), /Counter of prom-client is missing/],
      [() => metrics(client, { register, prefix: '1x' }), /prefix/],
      [() => metrics(client, { register, maxTopics: -1 }), /maxTopics/],
      [() => metrics(client, { register, channels: [{}] as Channels[] }), /channels/],
      [() => metrics(client, { register, topics: 1 } as object), /no option/],
    ]
    for (const [make, message] of cases) expect(make).toThrow(message)
    expect(register.getMetricsAsArray()).toEqual([])
  })

  it('says so where it is middleware of a route, which nothing would be told of', async () => {
    const middleware = metrics(client, { register: new client.Registry() })
    const { ask, errors } = make([
      untyped({ method: 'GET', path: '/one', middleware: [middleware], handler: () => 'one' }),
    ])
    expect((await ask('/one')).status).toBe(500)
    expect(String(errors[0])).toMatch(/server\.use\(metrics\(\)\)/)
  })

  it('counts the streams of two servers in one place', async () => {
    const register = new client.Registry()
    const middleware = metrics(client, { register })
    for (const server of [new Server(routes), new Server(routes)]) {
      server.use(middleware)
      await (await server.fetch('/count/2', { headers: plain })).text()
    }
    expect((await Scrape.of(register)).value('tidings_stream_events_total{method="GET",route="/count/:to"}')).toBe(4)
  })
})
