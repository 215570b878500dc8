import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { Type } from 'typebox'
import { createChannels, type SubscribeOptions, type Subscription, type Topic } from '../../../src/channel/index.ts'
import type { SseOptions } from '../../../src/server/index.ts'
import { asking, eventSource, plain, Reading, until, untyped } from '../../support/server/asking.ts'
import { FrameReader } from '../../support/channel/frame-reader.ts'
import { RawClient } from '../../support/server/raw-client.ts'
import { run } from '../../support/server/running.ts'
import { SpyingJournal } from '../../support/journal/spying-journal.ts'

interface Made {
  readonly journal: SpyingJournal
  readonly topic: Topic
  readonly channels: ReturnType<typeof createChannels>
  readonly url: string
  readonly port: number
  readonly errors: unknown[]
  /** How the responses ended. */
  readonly outcomes: unknown[]
  /** `<epoch>.` */
  readonly log: string
  readonly read: (headers?: Record<string, string>) => Promise<Reading>
}

async function make(
  options: { subscribe?: SubscribeOptions; sse?: SseOptions; count?: number; event?: object } = {},
): Promise<Made> {
  const journal = new SpyingJournal()
  const errors: unknown[] = []
  const outcomes: unknown[] = []
  const channels = createChannels({ journal, onError: (error) => errors.push(error) })
  const topic = channels.topic<unknown>('news')
  const { epoch } = await journal.read('news', 'now', { limit: 0 })
  for (let value = 1; value <= (options.count ?? 0); value += 1) await topic.publish(value)
  const handler = ({ lastEventId }: { lastEventId?: string }): Subscription =>
    topic.subscribe({ after: lastEventId, ...options.subscribe })
  const { url, port } = await run(
    [untyped({ method: 'GET', path: '/x', sse: options.sse ?? true, schema: { event: options.event }, handler })],
    { onError: (error) => void errors.push(error), onFinish: ({ outcome }) => void outcomes.push(outcome) },
  )
  const read = async (headers: Record<string, string> = plain): Promise<Reading> =>
    new Reading(await fetch(`${url}/x`, { headers }))
  return { journal, topic, channels, url, port, errors, outcomes, log: `${epoch}.`, read }
}

describe('a topic that a route streams', () => {
  it('sends each event as id, name and data, byte for byte', async () => {
    const { topic, read, log } = await make({ subscribe: { from: 'start' } })
    const reading = await read()
    await topic.publish({ status: 'paid', note: 'ü' }, { event: 'order' })
    await topic.publish(42)
    await topic.publish(null)
    await topic.publish(['a', { b: 1 }], { event: 'ä' })
    await reading.until('ä')
    expect(await reading.until('[')).toBe(
      `:\nid: ${log}1\nevent: order\ndata: {"status":"paid","note":"ü"}\n\n` +
        `id: ${log}2\ndata: 42\n\nid: ${log}3\ndata: null\n\nid: ${log}4\nevent: ä\ndata: ["a",{"b":1}]\n\n`,
    )
    await reading.leave()
  })

  it('sends a string as text, with a line for each of its lines', async () => {
    const { topic, read, log } = await make()
    const reading = await read(eventSource)
    await reading.until('tidings:open')
    await topic.publish('one\ntwo\r\nthree\rfour')
    await topic.publish('')
    await topic.publish('"quoted"')
    expect(await reading.until('"quoted"\n\n')).toContain(
      `id: ${log}1\ndata: one\ndata: two\ndata: three\ndata: four\n\nid: ${log}2\ndata: \n\nid: ${log}3\ndata: "quoted"\n\n`,
    )
    await reading.leave()
  })

  it('counts in base 36', async () => {
    const { read, log } = await make({ count: 37, subscribe: { from: 'start' } })
    const reading = await read()
    const text = await reading.until('data: 37\n\n')
    for (const [digits, value] of [
      ['9', 9],
      ['a', 10],
      ['z', 35],
      ['10', 36],
      ['11', 37],
    ] as const)
      expect(text).toContain(`id: ${log}${digits}\ndata: ${value}\n\n`)
    await reading.leave()
  })

  it('puts data that somebody has appended with line breaks on one line', async () => {
    const { journal, read, log } = await make({ subscribe: { from: 'start' } })
    await journal.append('news', '{\n  "a": "b",\r\n  "c": [1]\n}')
    const reading = await read()
    expect(await reading.until('}\n\n')).toBe(`:\nid: ${log}1\ndata: {"a":"b","c":[1]}\n\n`)
    await reading.leave()
  })

  it('tells a fresh reader that takes control events where it stands, and no other', async () => {
    const { topic, read, log } = await make({ count: 2 })
    const readings = [await read(eventSource), await read(asking), await read(plain)]
    for (const reading of readings.slice(0, 2)) await reading.until('tidings:open')
    await topic.publish('next')
    const open = `id: ${log}2\nevent: tidings:open\ndata: {}\n\n`
    for (const [index, expected] of [open, open, ''].entries()) {
      const reading = readings[index]
      expect(await reading?.until('data: next\n\n')).toBe(`:\n${expected}id: ${log}3\ndata: next\n\n`)
      await reading?.leave()
    }
  })

  it('tells a reader from the start that it stands before the first event', async () => {
    const { read, log } = await make({ count: 1, subscribe: { from: 'start' } })
    const reading = await read(asking)
    expect(await reading.until('data: 1\n\n')).toBe(
      `:\nid: ${log}0\nevent: tidings:open\ndata: {}\n\nid: ${log}1\ndata: 1\n\n`,
    )
    await reading.leave()
  })

  it('goes on behind the id that a reader brings, by header or query', async () => {
    const { read, url, log } = await make({ count: 3 })
    const resumed = await read({ ...eventSource, 'last-event-id': `${log}1` })
    expect(await resumed.until('data: 3\n\n')).toBe(`:\nid: ${log}2\ndata: 2\n\nid: ${log}3\ndata: 3\n\n`)
    await resumed.leave()
    const reloaded = new Reading(await fetch(`${url}/x?lastEventId=${log}2`, { headers: plain }))
    expect(await reloaded.until('data: 3\n\n')).toBe(`:\nid: ${log}3\ndata: 3\n\n`)
    await reloaded.leave()
  })

  it('goes on from the open of a reader that was cut before its first event', async () => {
    const { topic, read, log } = await make({ count: 1 })
    const reading = await read(eventSource)
    await reading.until('tidings:open')
    await reading.leave()
    await topic.publish('meanwhile')
    const resumed = await read({ ...eventSource, 'last-event-id': `${log}1` })
    expect(await resumed.until('meanwhile\n\n')).toBe(`:\nid: ${log}2\ndata: meanwhile\n\n`)
    await resumed.leave()
  })

  it('lets the topic go when its last reader has left', async () => {
    const { journal, read } = await make()
    const [one, two] = [await read(), await read()]
    await until(() => journal.watching === 1)
    await one.leave()
    await two.leave()
    await until(() => journal.watching === 0)
    expect(journal.watches).toBe(1)
  })

  it('has its events held to the route’s schema, and what the framework says is not', async () => {
    const { topic, read } = await make({ sse: { validateEvents: true }, event: Type.Number() })
    const reading = await read(eventSource)
    await reading.until('tidings:open')
    await topic.publish(1)
    await reading.until('data: 1\n\n')
    await topic.publish('no number')
    expect(await reading.ended()).toContain('event: error\n')
  })
})

describe('a log that has had its last event', () => {
  it('ends the stream of a reader that is there: tidings:end, and <position>~end', async () => {
    const { topic, journal, read, log } = await make()
    const readings = [await read(eventSource), await read(plain)]
    await readings[0]?.until('tidings:open')
    await topic.publish(1)
    await journal.append('news', '"bye"', { event: 'end', close: true })
    const events = `id: ${log}1\ndata: 1\n\nid: ${log}2\nevent: end\ndata: bye\n\n`
    expect(await readings[0]?.ended()).toBe(
      `:\nid: ${log}0\nevent: tidings:open\ndata: {}\n\n${events}id: ${log}2~end\nevent: tidings:end\ndata: {}\n\n`,
    )
    expect(await readings[1]?.ended()).toBe(`:\n${events}`)
  })

  it('gives a reader that comes later what is kept, and then the end', async () => {
    const { journal, read, log } = await make({ count: 1, subscribe: { from: 'start' } })
    await journal.append('news', '2', { close: true })
    expect(await (await read(asking)).ended()).toBe(
      `:\nid: ${log}0\nevent: tidings:open\ndata: {}\n\nid: ${log}1\ndata: 1\n\nid: ${log}2\ndata: 2\n\n` +
        `id: ${log}2~end\nevent: tidings:end\ndata: {}\n\n`,
    )
    const resumed = await read({ ...asking, 'last-event-id': `${log}2` })
    expect(await resumed.ended()).toBe(`:\nid: ${log}2~end\nevent: tidings:end\ndata: {}\n\n`)
  })

  it('is not opened again for a reader that has had the end', async () => {
    const { url, journal, log } = await make()
    const { status } = await fetch(`${url}/x`, { headers: { ...eventSource, 'last-event-id': `${log}2~end` } })
    expect([status, journal.watches]).toEqual([204, 0])
  })
})

describe('a topic as lines of JSON', () => {
  const lines = { accept: 'application/x-ndjson' }
  const envelopes = { accept: 'application/x-ndjson;envelope=1' }

  it('is the data of each event and nothing else', async () => {
    const { topic, read } = await make({ count: 1, subscribe: { from: 'start' } })
    await topic.publish({ two: 'lines\nof text' }, { event: 'named' })
    const reading = await read(lines)
    expect(await reading.until('text"}\n')).toBe('1\n{"two":"lines\\nof text"}\n')
    await reading.leave()
  })

  it('has names, ids and control events in an envelope', async () => {
    const { topic, journal, read, log } = await make({ count: 1, subscribe: { from: 'start' } })
    await topic.publish(2, { event: 'named' })
    await journal.append('news', '3', { close: true })
    expect((await (await read(envelopes)).ended()).trim().split('\n')).toEqual([
      `{"event":"tidings:open","id":"${log}0","data":{}}`,
      `{"id":"${log}1","data":1}`,
      `{"event":"named","id":"${log}2","data":2}`,
      `{"id":"${log}3","data":3}`,
      `{"event":"tidings:end","id":"${log}3~end","data":{}}`,
    ])
  })

  it('does not end as a log that is over when the channels close', async () => {
    const { channels, read } = await make({ count: 1, subscribe: { from: 'start' } })
    const reading = await read(envelopes)
    await reading.until('"data":1}\n')
    await channels.close()
    const text = await reading.ended()
    expect(text).not.toContain('tidings:end')
    expect(text).toContain('{"event":"error"')
  })
})

function refuseBad({ data }: { data: unknown }): boolean {
  if (data === 'bad') throw new Error('The filter does not know it.')
  return true
}

describe('a filter', () => {
  const even: SubscribeOptions = { from: 'start', filter: ({ data }) => Number(data) % 2 === 0 }

  it('hides events; the ids of the others say how far the reader is', async () => {
    const { read, log } = await make({ count: 4, subscribe: even })
    const reading = await read()
    expect(await reading.until('data: 4\n\n')).toBe(`:\nid: ${log}2\ndata: 2\n\nid: ${log}4\ndata: 4\n\n`)
    await reading.leave()
  })

  it('that hides 256 events in a row has the reader told where it stands', async () => {
    const { topic, read, log } = await make({ count: 2, subscribe: { filter: ({ data }) => data === 'shown' } })
    const reading = await read(eventSource)
    await reading.until('tidings:open')
    for (let index = 0; index < 512; index += 1) await topic.publish('hidden')
    await topic.publish('shown')
    expect(await reading.until('shown')).toContain(
      `id: ${log}76\nevent: tidings:open\ndata: {}\n\nid: ${log}ea\nevent: tidings:open\ndata: {}\n\nid: ${log}eb\ndata: shown`,
    )
    await reading.leave()
  })

  it('that throws fails its own stream, and no other', async () => {
    const { topic, read, errors, journal } = await make({ subscribe: { filter: refuseBad } })
    const filtered = await read(eventSource)
    await filtered.until('tidings:open')
    const other = new FrameReader(topic.subscribe())
    await other.until(1)
    await topic.publish('good')
    await topic.publish('bad')
    expect(await filtered.ended()).toMatch(
      /data: good\n\nevent: error\ndata: \{"error":"The filter does not know it\."\}\n\nretry: \d+\n$/,
    )
    expect(errors).toMatchObject([{ message: 'The filter does not know it.' }])
    expect(other.seen.slice(1)).toEqual(['good', 'bad'])
    expect(journal.watching).toBe(1)
  })
})

describe('readers that leave', () => {
  it('at any moment leave nothing behind', async () => {
    const { journal, port, topic } = await make({ count: 200, subscribe: { from: 'start' } })
    for (let round = 0; round < 20; round += 1) {
      const clients = await Promise.all(Array.from({ length: 5 }, () => RawClient.open(port)))
      for (const client of clients) client.request('GET /x HTTP/1.1')
      if (round % 3 === 1) await clients[0]?.until('data: ')
      await topic.publish(`round ${round}`)
      for (const client of clients) client.leave()
    }
    await until(() => journal.watching === 0)
  })
})

describe('ending subscriptions', () => {
  it('by closing the channels ends responses, whose readers come back', async () => {
    const { channels, topic, read, outcomes } = await make({ count: 1, subscribe: { from: 'start' } })
    const reading = await read(eventSource)
    await reading.until('data: 1\n\n')
    await channels.close()
    expect(await reading.ended()).toMatch(/data: 1\n\nretry: \d+\n$/)
    await until(() => outcomes.length === 1)
    expect(outcomes).toEqual(['disconnected'])
    await topic.publish(2)
    // A response that begins now fails in a way that brings the reader back, too.
    expect(await (await read(eventSource)).ended()).toMatch(/^:\nevent: error\ndata: .*closed.*\n\nretry: \d+\n$/)
  })

  it('by their signal ends the response, and the reader comes back', async () => {
    const controller = new AbortController()
    const { journal, read } = await make({ count: 1, subscribe: { from: 'start', signal: controller.signal } })
    const reading = await read(eventSource)
    await reading.until('data: 1\n\n')
    controller.abort()
    expect(await reading.ended()).toMatch(/data: 1\n\nretry: \d+\n$/)
    await until(() => journal.watching === 0)
    expect(await (await read(eventSource)).ended()).toMatch(/^:\nretry: \d+\n$/)
  })
})

describe('many readers of one topic', () => {
  it('make no AbortController of their own while the journal answers', async () => {
    let made = 0
    class Counted extends AbortController {
      constructor() {
        super()
        made += 1
      }
    }
    vi.stubGlobal('AbortController', Counted)
    onTestFinished(() => void vi.unstubAllGlobals())
    const topic = createChannels({ healMs: 100_000 }).topic<number>('t')
    const readers = Array.from({ length: 50 }, () => new FrameReader(topic.subscribe()))
    for (const reader of readers) await reader.until(1)
    // That of the topic.
    expect(made).toBe(1)
  })
})
