import { connect, type Socket } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createChannels, type Channels, type ChannelsOptions, type Topic } from '../../../src/channel/index.ts'
import { stream } from '../../../src/client/index.ts'
import { eventSource, turns, until, untyped } from '../../support/server/asking.ts'
import { FrameReader } from '../../support/channel/frame-reader.ts'
import { run } from '../../support/server/running.ts'
import { SpyingJournal } from '../../support/journal/spying-journal.ts'

interface Made {
  readonly journal: SpyingJournal
  readonly channels: Channels
  readonly topic: Topic
}

function make(options: Partial<ChannelsOptions> = {}): Made {
  const journal = new SpyingJournal()
  const channels = createChannels({ journal, healMs: 100_000, ...options })
  return { journal, channels, topic: channels.topic<unknown>('t') }
}

async function publish(topic: Topic, from: number, to: number): Promise<void> {
  for (let value = from; value <= to; value += 1) await topic.publish(value)
}

const numbers = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => String(from + index))

describe('a reader that has no room', () => {
  it('is written nothing until it has, and reads nothing: a page loop that ignored it would take everything', async () => {
    const { topic, journal } = make()
    await publish(topic, 1, 5000)
    const reader = new FrameReader(topic.subscribe({ from: 'start' }))
    reader.hasRoom = false
    await reader.until(1)
    await turns(20)
    expect(reader.writes).toBe(1)
    const { reads } = journal
    await turns(50)
    expect([reader.writes, journal.reads]).toEqual([1, reads])
  })

  it('is written one piece each time it has room: some 64 Ki characters', async () => {
    const { topic } = make()
    const text = 'x'.repeat(1000)
    for (let count = 0; count < 500; count += 1) await topic.publish(text)
    const reader = new FrameReader(topic.subscribe({ from: 'start' }))
    reader.hasRoom = false
    let before = 0
    for (let writes = 1; reader.events.length < 501; writes += 1) {
      await until(() => reader.writes === writes)
      expect(reader.text.length - before).toBeLessThan(70 * 1024)
      before = reader.text.length
      reader.attachment.resume()
    }
    expect(reader.writes).toBeGreaterThan(7)
    expect(reader.events.filter(({ data }) => data === text)).toHaveLength(500)
  })

  it('gets what came meanwhile, in order and once, when it has room again', async () => {
    const { topic } = make()
    const reader = new FrameReader(topic.subscribe())
    await reader.until(1)
    reader.hasRoom = false
    await publish(topic, 1, 1)
    await reader.until(2)
    await publish(topic, 2, 3000)
    expect(reader.seen.slice(1)).toEqual(['1'])
    reader.takeAgain()
    await reader.until(3001)
    await publish(topic, 3001, 3002)
    await reader.until(3003)
    expect(reader.seen.slice(1)).toEqual(numbers(1, 3002))
  })

  it('holds nobody else back', async () => {
    const { topic } = make()
    const [slow, quick] = [new FrameReader(topic.subscribe()), new FrameReader(topic.subscribe())]
    await Promise.all([slow.until(1), quick.until(1)])
    slow.hasRoom = false
    await publish(topic, 1, 2000)
    await quick.until(2001)
    expect(slow.events.length).toBeLessThan(600)
    expect(quick.seen.slice(1)).toEqual(numbers(1, 2000))
  })

  it('stays slow: each piece finds it where it is', async () => {
    const { topic } = make()
    const reader = new FrameReader(topic.subscribe())
    await reader.until(1)
    reader.hasRoom = false
    for (let round = 0; round < 30; round += 1) {
      await publish(topic, round * 100 + 1, round * 100 + 100)
      reader.attachment.resume()
      await turns(2)
    }
    reader.takeAgain()
    await reader.until(3001)
    expect(reader.seen.slice(1)).toEqual(numbers(1, 3000))
  })

  it('is asked to come back beyond maxLagEvents, and not before', async () => {
    const { topic, journal } = make({ maxLagEvents: 100, healMs: 10 })
    const reader = new FrameReader(topic.subscribe())
    await reader.until(1)
    reader.hasRoom = false
    await publish(topic, 1, 1)
    await reader.until(2)
    await publish(topic, 2, 101)
    const { reads } = journal
    // It has been looked after more than once.
    await until(() => journal.reads > reads + 3)
    expect(reader.end).toBeUndefined()
    await publish(topic, 102, 102)
    expect(await reader.ended()).toEqual({ kind: 'reconnect', reason: 'lagged' })
    const resumed = new FrameReader(topic.subscribe({ after: reader.lastId }))
    await resumed.until(101)
    expect(resumed.seen).toEqual(numbers(2, 102))
  })

  it('is never asked to come back as long as it takes something now and then', async () => {
    const { topic } = make({ maxLagEvents: 10, healMs: 5 })
    await publish(topic, 1, 2000)
    const reader = new FrameReader(topic.subscribe({ from: 'start' }))
    reader.hasRoom = false
    while (reader.events.length < 2001 && reader.end === undefined) {
      const { writes } = reader
      await until(() => reader.writes > writes || reader.events.length >= 2001)
      reader.attachment.resume()
    }
    expect(reader.end).toBeUndefined()
    expect(reader.seen.slice(1)).toEqual(numbers(1, 2000))
  })

  it('is never asked to come back where maxLagEvents is false', async () => {
    const { topic, journal } = make({ maxLagEvents: false, healMs: 5 })
    const reader = new FrameReader(topic.subscribe())
    await reader.until(1)
    reader.hasRoom = false
    await publish(topic, 1, 12_000)
    const { reads } = journal
    await until(() => journal.reads > reads + 3)
    expect(reader.end).toBeUndefined()
  })
})

const pad = 'x'.repeat(10_000)

const numbersIn = (text: string): string[] => [...text.matchAll(/^data: (\d+) x/gm)].map(([, value = '']) => value)

/** Asks for `/x`, reads the open, and then nothing before it is told to. */
class SlowClient {
  readonly #socket: Socket
  readonly #chunks: string[] = []

  private constructor(socket: Socket) {
    this.#socket = socket
  }

  static async open(port: number): Promise<SlowClient> {
    const socket = connect(port, '127.0.0.1').setEncoding('latin1')
    onTestFinished(() => void socket.destroy())
    socket.write('GET /x HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\nCache-Control: no-cache\r\n\r\n')
    const client = new SlowClient(socket)
    await client.readUntil('event: tidings:open\ndata: {}\n\n\r\n')
    return client
  }

  /** Resolves with everything, once that ends so. */
  readUntil(end: string): Promise<string> {
    return new Promise((resolve) => {
      const take = (chunk: string): void => {
        this.#chunks.push(chunk)
        if (!this.#chunks.slice(-20).join('').endsWith(end)) return
        this.#socket.pause().off('data', take)
        resolve(this.#chunks.join(''))
      }
      this.#socket.on('data', take).resume()
    })
  }
}

describe('a socket that is not read', () => {
  it('costs a bounded number of bytes, and gets everything from pages in order afterwards', async () => {
    const { topic } = make()
    // More than this in its buffer, and it would be sent away.
    const sse = { maxBufferedBytes: 256 * 1024 }
    const { port, server } = await run([untyped({ method: 'GET', path: '/x', sse, handler: () => topic.subscribe() })])
    const client = await SlowClient.open(port)
    for (let value = 1; value <= 1500; value += 1) await topic.publish(`${value} ${pad}`)
    expect(server.openStreams).toBe(1)
    const text = await client.readUntil(`data: 1500 ${pad}\n\n\r\n`)
    expect(numbersIn(text)).toEqual(numbers(1, 1500))
  })

  it('beyond maxLagEvents ends with a retry, and its reader loses nothing', async () => {
    const { topic, journal } = make({ maxLagEvents: 200, healMs: 20, retention: { maxBytes: false } })
    const finished: unknown[] = []
    const handler = ({ lastEventId }: { lastEventId?: string }): unknown => topic.subscribe({ after: lastEventId })
    const { port, url } = await run([untyped({ method: 'GET', path: '/x', sse: { retryMs: 5 }, handler })], {
      onFinish: ({ outcome }) => void finished.push(outcome),
    })
    const client = await SlowClient.open(port)
    let published = 0
    while (journal.watching > 0) {
      for (let count = 0; count < 10; count += 1) await topic.publish(`${(published += 1)} ${pad}`)
      await turns(1)
    }
    const text = await client.readUntil('\r\n0\r\n\r\n')
    expect(text).toMatch(/\nretry: \d+\n\r\n0\r\n\r\n$/)
    expect(text).not.toContain('tidings:end')
    const had = numbersIn(text)
    const lastId = [...text.matchAll(/^id: (\S+)$/gm)].at(-1)?.[1] ?? ''
    const resumed = stream(`${url}/x`, { headers: eventSource, lastEventId: lastId })
    for await (const { data } of resumed) if (had.push(String(data).split(' ')[0] ?? '') === published) break
    expect(had).toEqual(numbers(1, published))
    await until(() => finished.length === 2)
    expect(finished).toEqual(['lagged', 'left'])
  })
})
