import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { createChannels, type Channels, type ChannelsOptions, type Topic } from '../../../src/channel/index.ts'
import type { Page } from '../../../src/journal/index.ts'
import { turns, unhandledDuring, until } from '../../support/server/asking.ts'
import { FrameReader } from '../../support/channel/frame-reader.ts'
import { SpyingJournal } from '../../support/journal/spying-journal.ts'

interface Made {
  readonly journal: SpyingJournal
  readonly channels: Channels
  readonly topic: Topic
  readonly errors: unknown[]
}

function make(options: Partial<ChannelsOptions> = {}): Made {
  const journal = new SpyingJournal()
  const errors: unknown[] = []
  const onError = (error: unknown): void => void errors.push(error)
  const channels = createChannels({ journal, healMs: 100_000, onError, ...options })
  onTestFinished(() => channels.close())
  return { journal, channels, topic: channels.topic<unknown>('t'), errors }
}

async function publish(topic: Topic, from: number, to: number): Promise<void> {
  for (let value = from; value <= to; value += 1) await topic.publish(value)
}

const numbers = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => String(from + index))

describe('a journal that contradicts itself', () => {
  const lies = [
    ['says of each answer that it is of another log', (page: Page): Page => ({ ...page, foreign: true, events: [] })],
    ['has events that it never gives', (page: Page): Page => ({ ...page, tail: page.tail + 1, events: [] })],
  ] as const

  it.each(lies)('and %s is asked again with pauses, and the process goes on', async (_, lie) => {
    const { topic, journal } = make()
    const reader = new FrameReader(topic.subscribe())
    await reader.until(1)
    journal.change = lie
    journal.reconnect()
    // Without pauses no turn would ever come.
    await turns(50)
    expect(journal.reads).toBeLessThan(100)
    journal.change = (page) => page
    await topic.publish('after')
    await until(() => reader.text.includes('after'))
  })
})

describe('hints', () => {
  it('that are lost are found by reading every healMs', async () => {
    const { topic, journal } = make({ healMs: 10 })
    const reader = new FrameReader(topic.subscribe())
    await reader.until(1)
    journal.isDeaf = true
    await publish(topic, 1, 600)
    await reader.until(601)
    expect(reader.seen.slice(1)).toEqual(numbers(1, 600))
  })

  it('that are lost are found when the next one comes', async () => {
    const { topic, journal } = make()
    const reader = new FrameReader(topic.subscribe())
    await reader.until(1)
    journal.isDeaf = true
    await publish(topic, 1, 300)
    journal.isDeaf = false
    await topic.publish(301)
    await reader.until(302)
    expect(reader.seen.slice(1)).toEqual(numbers(1, 301))
  })

  it('that are lost are found when the engine is there again', async () => {
    const { topic, journal } = make()
    const reader = new FrameReader(topic.subscribe())
    await reader.until(1)
    journal.isDeaf = true
    await publish(topic, 1, 3)
    journal.reconnect()
    await reader.until(4)
    expect(reader.seen.slice(1)).toEqual(['1', '2', '3'])
  })

  it('that bring no event lead to a read', async () => {
    const { topic, journal } = make()
    const reader = new FrameReader(topic.subscribe())
    await reader.until(1)
    journal.isDeaf = true
    await topic.publish(1)
    journal.hint()
    await reader.until(2)
  })

  it('that come twice, late or in the wrong order double nothing', async () => {
    const { topic, journal } = make()
    const reader = new FrameReader(topic.subscribe())
    await reader.until(1)
    journal.isDeaf = true
    await publish(topic, 1, 5)
    const { epoch, events } = await journal.inner.read('t', 'start', { limit: 10 })
    for (const index of [2, 0, 0, 4, 1, 3, 4, 2]) {
      const event = events[index]
      if (event !== undefined) journal.hint({ ...event, epoch, closed: false })
      await turns(1)
    }
    await topic.publish(6)
    journal.hint()
    await reader.until(7)
    await turns(10)
    expect(reader.seen.slice(1)).toEqual(numbers(1, 6))
  })

  it('that follow another event than the reader has seen are not taken: the log has lost its end', async () => {
    const { topic, journal } = make()
    const reader = new FrameReader(topic.subscribe())
    await reader.until(1)
    journal.isDeaf = true
    await publish(topic, 1, 2)
    const { epoch } = await journal.inner.read('t', 'now', { limit: 0 })
    journal.hint({ seq: 1, nonce: 'lost', data: '"lost"', epoch, closed: false, previous: '' })
    await reader.until(2)
    journal.hint({ seq: 2, nonce: 'new', data: '2', epoch, closed: false, previous: 'kept' })
    await reader.until(5)
    expect(reader.seen.slice(1)).toEqual(['lost', 'tidings:reset {"reason":"The log was replaced."}', '1', '2'])
  })

  it('that come before the log is known are not lost', async () => {
    const { topic, journal } = make()
    await publish(topic, 1, 2)
    const release = journal.hold()
    const reader = new FrameReader(topic.subscribe({ from: 'start' }))
    await until(() => journal.watches === 1)
    await publish(topic, 3, 4)
    release()
    await reader.until(5)
    expect(reader.seen.slice(1)).toEqual(['1', '2', '3', '4'])
  })

  it('that come at the very end of a healing are not lost', async () => {
    const { topic, journal } = make()
    const reader = new FrameReader(topic.subscribe())
    await reader.until(1)
    journal.isDeaf = true
    // An answer says what was when it was asked for; each hint after it must lead to one more read.
    for (let microtasks = 0; microtasks < 30; microtasks += 1) {
      journal.hint()
      for (let count = 0; count < microtasks; count += 1) await Promise.resolve()
      await journal.inner.append('t', String(microtasks))
      journal.hint()
      await reader.until(microtasks + 2)
    }
  })
})

describe('healing while live events go on', () => {
  it('is about the place that was asked for: live events meanwhile make no reset, no gap and nothing double', async () => {
    const { topic, journal } = make()
    await publish(topic, 1, 5)
    const reader = new FrameReader(topic.subscribe({ from: 'start' }))
    await reader.until(6)
    // The answer is older than the tail that it meets: compared with that one, the log would look replaced.
    const release = journal.hold()
    journal.hint()
    await turns()
    await publish(topic, 6, 9)
    await reader.until(10)
    release()
    await turns(10)
    await topic.publish(10)
    await reader.until(11)
    expect(reader.seen.slice(1)).toEqual(numbers(1, 10))
  })

  it('asks once however many ask for it', async () => {
    const { topic, journal } = make()
    const reader = new FrameReader(topic.subscribe())
    await reader.until(1)
    const release = journal.hold()
    const { reads } = journal
    journal.hint()
    await turns()
    for (let count = 0; count < 100; count += 1) journal.hint()
    await turns()
    expect(journal.reads).toBe(reads + 1)
    release()
    await turns(10)
    expect(journal.reads).toBe(reads + 2)
  })
})

describe('a journal that does not answer', () => {
  it('at the start: readers are connected, and get everything once it does', async () => {
    const { topic, journal, errors } = make()
    await publish(topic, 1, 3)
    journal.failure = new Error('away')
    const readers = Array.from({ length: 20 }, () => new FrameReader(topic.subscribe({ from: 'start' })))
    await until(() => journal.watches > 2)
    journal.failure = undefined
    await until(() => readers.every(({ events }) => events.length === 4))
    expect(readers.every(({ end }) => end === undefined)).toBe(true)
    expect(errors).toEqual([new Error('away')])
    expect(journal.watching).toBe(1)
  })

  it('between watching and reading: it is watched once', async () => {
    const { topic, journal } = make()
    const read = journal.read.bind(journal)
    let failures = 3
    journal.read = async (...question) => {
      if ((failures -= 1) >= 0) throw new Error('away')
      return read(...question)
    }
    const reader = new FrameReader(topic.subscribe())
    await reader.until(1)
    expect([journal.watches, journal.watching]).toEqual([1, 1])
  })

  it('in the middle: readers stay, are told of nothing, and go on where they were', async () => {
    const { topic, journal, errors } = make({ healMs: 10 })
    await publish(topic, 1, 2000)
    const readers = [
      new FrameReader(topic.subscribe({ from: 'start' })),
      new FrameReader(topic.subscribe({ from: 'start' })),
      new FrameReader(topic.subscribe()),
    ]
    for (const reader of readers) reader.hasRoom = false
    await until(() => readers.every(({ writes }) => writes === 1))
    journal.failure = new Error('away')
    for (const reader of readers) reader.takeAgain()
    await until(() => errors.length > 0)
    await turns(50)
    journal.failure = undefined
    await readers[0]?.until(2001)
    await readers[1]?.until(2001)
    await topic.publish(2001)
    await until(() => readers.every(({ seen }) => seen.at(-1) === '2001'))
    expect(readers[0]?.seen.slice(1)).toEqual(numbers(1, 2001))
    expect(readers[1]?.seen.slice(1)).toEqual(numbers(1, 2001))
    expect(readers.every(({ end }) => end === undefined)).toBe(true)
    expect(errors).toEqual([new Error('away')])
  })

  it('is reported once for each interruption', async () => {
    const { topic, journal, errors } = make({ healMs: 5 })
    const reader = new FrameReader(topic.subscribe())
    await reader.until(1)
    for (const round of [1, 2, 3]) {
      const { reads } = journal
      journal.failure = new Error(`away ${round}`)
      await until(() => journal.reads > reads + 1)
      journal.failure = undefined
      const after = journal.reads
      await until(() => journal.reads > after + 1)
      expect(errors).toHaveLength(round)
    }
    expect(errors.map(String)).toEqual(['Error: away 1', 'Error: away 2', 'Error: away 3'])
  })

  it('is told to an onError that throws: nothing happens but that', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {})
    onTestFinished(() => log.mockRestore())
    const failure = new Error('onError itself')
    const { topic, journal } = make({
      onError: () => {
        throw failure
      },
    })
    const unhandled = await unhandledDuring(async () => {
      journal.failure = new Error('away')
      const reader = new FrameReader(topic.subscribe())
      await until(() => log.mock.calls.length === 1)
      journal.failure = undefined
      await reader.until(1)
    })
    expect(unhandled).toEqual([])
    expect(log).toHaveBeenCalledWith(failure)
  })

  it('is told to the console where nobody asked to be', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {})
    onTestFinished(() => log.mockRestore())
    const journal = new SpyingJournal()
    journal.failure = new Error('away')
    const reader = new FrameReader(createChannels({ journal }).topic<unknown>('t').subscribe())
    await until(() => log.mock.calls.length === 1)
    expect(log).toHaveBeenCalledWith(journal.failure)
    reader.attachment.detach()
  })

  it('keeps no reader from leaving', async () => {
    const { topic, journal } = make()
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout'] })
    onTestFinished(() => void vi.useRealTimers())
    journal.failure = new Error('away')
    const reader = new FrameReader(topic.subscribe())
    await turns()
    expect(vi.getTimerCount()).toBe(2)
    reader.attachment.detach()
    await turns()
    expect(vi.getTimerCount()).toBe(0)
    expect(journal.watching).toBe(0)
  })

  it('keeps no channels from closing', async () => {
    const { topic, journal, channels } = make()
    journal.failure = new Error('away')
    const reader = new FrameReader(topic.subscribe())
    await turns()
    await channels.close()
    expect(await reader.ended()).toEqual({ kind: 'reconnect', reason: 'disconnected' })
  })
})
