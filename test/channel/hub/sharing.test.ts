import { describe, expect, it } from 'vitest'
import { createChannels, type Topic } from '../../../src/channel/index.ts'
import { createSeededRandom } from '../../../src/testing/seeded-random.ts'
import { turns, until, untyped } from '../../support/server/asking.ts'
import { FrameReader } from '../../support/channel/frame-reader.ts'
import { RawClient } from '../../support/server/raw-client.ts'
import { run } from '../../support/server/running.ts'
import { SpyingJournal } from '../../support/journal/spying-journal.ts'

function make(): { journal: SpyingJournal; topic: Topic } {
  const journal = new SpyingJournal()
  return { journal, topic: createChannels({ journal, healMs: 100_000 }).topic<unknown>('t') }
}

async function publish(topic: Topic, count: number): Promise<void> {
  for (let value = 1; value <= count; value += 1) await topic.publish(value)
}

/** A reader that iterates, and what it has taken. */
function readAll(topic: Topic): { readonly events: unknown[] } {
  const events: unknown[] = []
  const iterate = async (): Promise<void> => {
    for await (const event of topic.subscribe()) events.push(event)
  }
  void iterate()
  return { events }
}

describe('the only reader of a topic', () => {
  it.each(['iterated', 'attached'])(
    'leaves no event in memory that it has taken: who comes back is read a page (%s)',
    async (kind) => {
      const { topic, journal } = make()
      const reader = kind === 'attached' ? new FrameReader(topic.subscribe()) : readAll(topic)
      await until(() => reader.events.length === 1)
      const { id } = await topic.publish(1)
      await publish(topic, 3)
      await until(() => reader.events.length === 5)
      await turns()
      const pages: unknown[] = []
      const read = journal.read.bind(journal)
      journal.read = (name, from, options) => {
        if (options?.limit === 64) pages.push(from)
        return read(name, from, options)
      }
      await new FrameReader(topic.subscribe({ after: id })).until(3)
      expect(pages).toHaveLength(1)
    },
  )
})

describe('many readers of one topic', () => {
  it('share one watch and its reads: a thousand that join and get live events', async () => {
    const { topic, journal } = make()
    await publish(topic, 10)
    const readers = Array.from({ length: 1000 }, () => new FrameReader(topic.subscribe()))
    await until(() => readers.every(({ events }) => events.length === 1))
    await publish(topic, 5)
    await until(() => readers.every(({ events }) => events.length === 6))
    expect(journal.watches).toBe(1)
    expect(journal.reads).toBeLessThan(4)
    for (const reader of readers) reader.attachment.detach()
    await until(() => journal.watching === 0)
  })

  it('share one watch and its pages: a thousand that come back to the same place far behind', async () => {
    const { topic, journal } = make()
    const { id } = await topic.publish(0)
    await publish(topic, 3000)
    const one = new FrameReader(topic.subscribe({ after: id }))
    const others = Array.from({ length: 1000 }, () => {
      const taken = { events: 0, bytes: 0 }
      topic.subscribe({ after: id }).attach({
        controls: true,
        write: ({ byteLength }, count) => {
          taken.events += count
          taken.bytes += byteLength
          return true
        },
        end: () => {},
      })
      return taken
    })
    await one.until(3000)
    await until(() => others.every(({ events }) => events === 3000))
    expect(others.every(({ bytes }) => bytes === one.text.length)).toBe(true)
    expect(journal.watches).toBe(1)
    // One to begin with, and 3,000 events in pages of 64.
    expect(journal.reads).toBeLessThan(50)
  })

  it('share the bytes: an event that is published to a thousand is encoded once', async () => {
    const { topic } = make()
    const pieces = new Set<Uint8Array>()
    let writes = 0
    for (let count = 0; count < 1000; count += 1) {
      topic.subscribe().attach({
        controls: false,
        write: (bytes) => {
          pieces.add(bytes)
          writes += 1
          return true
        },
        end: () => {},
      })
    }
    await turns()
    await topic.publish('once')
    await until(() => writes === 1000)
    expect(pieces.size).toBe(1)
  })

  it('get the events of one turn in one write', async () => {
    const { topic } = make()
    const reader = new FrameReader(topic.subscribe())
    await reader.until(1)
    await Promise.all(Array.from({ length: 100 }, (_, value) => topic.publish(value)))
    await reader.until(101)
    expect(reader.writes).toBe(2)
  })

  it('read at once what was published at once, however much that is', async () => {
    const { topic } = make()
    const reader = new FrameReader(topic.subscribe())
    await reader.until(1)
    await Promise.all(Array.from({ length: 5000 }, (_, value) => topic.publish(value)))
    await reader.until(5001)
    expect(reader.seen.slice(1)).toEqual(Array.from({ length: 5000 }, (_, value) => String(value)))
  })

  it('of two topics have nothing to do with each other', async () => {
    const journal = new SpyingJournal()
    const channels = createChannels({ journal })
    const [one, two] = [channels.topic<string>('one'), channels.topic<string>('two')]
    const readers = [new FrameReader(one.subscribe()), new FrameReader(two.subscribe())]
    await until(() => readers.every(({ events }) => events.length === 1))
    await one.publish('to one')
    await two.publish('to two')
    await until(() => readers.every(({ events }) => events.length === 2))
    expect(readers.map(({ seen }) => seen[1])).toEqual(['to one', 'to two'])
    await channels.close()
  })

  it('leave from within a write without harm to the others', async () => {
    const { topic } = make()
    const others = [new FrameReader(topic.subscribe()), new FrameReader(topic.subscribe())]
    let writes = 0
    const attachment = topic.subscribe().attach({
      controls: false,
      write: () => {
        writes += 1
        attachment.detach()
        others[1]?.attachment.detach()
        return false
      },
      end: () => {},
    })
    const last = new FrameReader(topic.subscribe())
    await last.until(1)
    await topic.publish(1)
    await topic.publish(2)
    await last.until(3)
    expect(others[0]?.seen.slice(1)).toEqual(['1', '2'])
    expect(writes).toBe(1)
  })
})

describe('readers that join at any moment while events are published', () => {
  it('through a server get each event once and in order, from their open on', async () => {
    const random = createSeededRandom(7)
    const { topic } = make()
    const handler = ({ lastEventId }: { lastEventId?: string }): unknown => topic.subscribe({ after: lastEventId })
    const { port } = await run([untyped({ method: 'GET', path: '/x', sse: true, handler })])
    let isOver = false
    const readOn = async (): Promise<number[]> => {
      const seen: number[] = []
      for (let lastId = ''; ;) {
        const client = await RawClient.open(port)
        const headers = ['Accept: text/event-stream', 'Cache-Control: no-cache']
        client.request('GET /x HTTP/1.1', lastId === '' ? headers : [...headers, `Last-Event-ID: ${lastId}`])
        const isLast = isOver
        await (isLast ? client.until('data: 1500\n\n') : client.until('\n\n'))
        if (!isLast) await turns(random.number(30))
        client.leave()
        const blocks = [...client.text.matchAll(/id: (\S+)\n(event: \S+\n)?data: (\S+)\n\n/g)]
        for (const [, id = '', event, data] of blocks) {
          lastId = id
          if (event === undefined) seen.push(Number(data))
        }
        if (isLast || seen.at(-1) === 1500) return seen
      }
    }
    const readers = Array.from({ length: 12 }, readOn)
    for (let value = 1; value <= 1500; value += 1) {
      await topic.publish(value)
      if (random.chance(20)) await turns(1)
    }
    isOver = true
    for (const seen of await Promise.all(readers)) {
      const first = seen[0] ?? 0
      expect(seen).toEqual(Array.from({ length: 1501 - first }, (_, index) => first + index))
    }
  })
})
