// What a process reads of a journal: no more than its readers lack, and not too much at once.
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { createChannels, Subscription } from '../../../src/channel/index.ts'
import type { Resumed, RunHandler } from '../../../src/sse/index.ts'
import { createSeededRandom } from '../../../src/testing/seeded-random.ts'
import { FrameReader } from '../../support/channel/frame-reader.ts'
import { SpyingJournal } from '../../support/journal/spying-journal.ts'
import { UnreliableJournal } from '../../support/journal/unreliable-journal.ts'
import { turns, until } from '../../support/server/asking.ts'
import { createGate } from '../../support/time/gate.ts'
import { holdTime } from '../../support/time/held-time.ts'

/** Each read that the journal was asked for, and how many events it gave. */
function record(journal: SpyingJournal): { readonly limit: number; readonly events: number; readonly bytes: number }[] {
  const reads: { limit: number; events: number; bytes: number }[] = []
  journal.change = ({ events, ...page }) => {
    reads.push({ limit: 0, events: events.length, bytes: events.reduce((sum, { data }) => sum + data.length, 0) })
    return { ...page, events }
  }
  return reads
}

/** A handler that says these. */
function saying(open: () => AsyncGenerator): RunHandler {
  return { open, describe: (error) => ({ error: String(error) }) }
}

/** What follows the run. */
function sourceOf(resumed: Resumed): Subscription {
  if ('source' in resumed && resumed.source instanceof Subscription) return resumed.source
  throw new Error('The run has no reader.')
}

describe('a topic that is opened', () => {
  it('for a reader that is up to date costs one read, of no events', async () => {
    const journal = new SpyingJournal()
    const before = createChannels({ journal: journal.inner })
    const { id } = await before.topic<string>('t').publish('x'.repeat(500_000))
    const reads = record(journal)
    const reader = new FrameReader(createChannels({ journal, healMs: 100_000 }).topic('t').subscribe({ after: id }))
    await turns()
    await before.topic<string>('t').publish('live')
    await reader.until(1)
    expect(reads).toEqual([{ limit: 0, events: 0, bytes: 0 }])
  })

  it('for a reader that lacks the last of many large events reads that, and little more', async () => {
    const journal = new SpyingJournal()
    const topic = createChannels({ journal, healMs: 100_000 }).topic<string>('t')
    const ids: string[] = []
    for (let index = 0; index < 20; index += 1) ids.push((await topic.publish(`${index} ${'x'.repeat(200_000)}`)).id)
    const reads = record(journal)
    const reader = new FrameReader(topic.subscribe({ after: ids[17] }))
    await reader.until(2)
    expect(reader.seen.map((data) => data.split(' ')[0])).toEqual(['18', '19'])
    expect(reads.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThan(900_000)
  })

  it('gives a reader that lacks all of many large events each of them once', async () => {
    const journal = new SpyingJournal()
    const topic = createChannels({ journal, healMs: 100_000 }).topic<string>('t')
    for (let index = 0; index < 100; index += 1)
      await topic.publish(`${index} ${'x'.repeat(index % 7 === 0 ? 300_000 : 10)}`)
    const reads = record(journal)
    const reader = new FrameReader(topic.subscribe({ from: 'start' }))
    await reader.until(101)
    expect(reader.seen.slice(1).map((data) => data.split(' ')[0])).toEqual(
      Array.from({ length: 100 }, (_, index) => String(index)),
    )
    expect(reads.reduce((sum, { events }) => sum + events, 0)).toBeLessThan(150)
    expect(Math.max(...reads.map(({ bytes }) => bytes))).toBeLessThan(600_000)
  })
})

describe('a run that is followed from its start', () => {
  const parts = { ctx: {}, route: 'test', lastEventId: undefined, idempotencyKey: undefined } as const

  it('costs one read, which brings what it has said before its reader came', async () => {
    const journal = new SpyingJournal()
    const channels = createChannels({ journal, healMs: 100_000 })
    onTestFinished(() => channels.close())
    const gate = createGate()
    const resumed = await channels.runs({ owner: () => 'me' }).start(
      parts,
      saying(async function* () {
        yield 1
        yield 2
        await gate.opened
        yield 3
      }),
    )
    await turns()
    const reader = new FrameReader(sourceOf(resumed))
    await reader.until(3)
    gate.open()
    await reader.ended()
    expect(reader.seen.slice(1)).toEqual(['1', '2', '3'])
    // The other is of what other nodes have told this one: its own lease it knows when it ends.
    expect(journal.reads - 1).toBe(1)
  })

  it('costs no further read for what is pushed while that one is under way', async () => {
    const journal = new SpyingJournal()
    const channels = createChannels({ journal, healMs: 100_000 })
    onTestFinished(() => channels.close())
    const answer = journal.hold()
    const reader = new FrameReader(channels.topic('t').subscribe())
    await turns()
    for (const value of [1, 2, 3]) await channels.topic('t').publish(value)
    answer()
    await reader.until(4)
    expect(reader.seen.slice(1)).toEqual(['1', '2', '3'])
    expect(journal.reads).toBe(1)
  })

  it('costs a further read if more is pushed meanwhile than is kept', async () => {
    const journal = new SpyingJournal()
    const channels = createChannels({ journal, healMs: 100_000 })
    onTestFinished(() => channels.close())
    const answer = journal.hold()
    const reader = new FrameReader(channels.topic('t').subscribe())
    await turns()
    for (let value = 1; value <= 100; value += 1) await channels.topic('t').publish(value)
    answer()
    await reader.until(101)
    expect(reader.seen.slice(1)).toEqual(Array.from({ length: 100 }, (_, index) => String(index + 1)))
  })

  it('does not wait for its turn among the reads of others, which may bring much', async () => {
    // More are sent after 250 ms without an answer.
    holdTime()
    onTestFinished(() => void vi.useRealTimers())
    const journal = new SpyingJournal()
    const gate = createGate()
    const read = journal.read.bind(journal)
    const sizes: number[] = []
    journal.read = async (topic, place, options) => {
      if (options?.limit === 64) sizes.push(options.maxBytes ?? 256 * 1024)
      await gate.opened
      return read(topic, place, options)
    }
    const channels = createChannels({ journal, healMs: 100_000 })
    onTestFinished(() => channels.close())
    const runs = channels.runs({ owner: () => 'me' })
    const readers: FrameReader[] = []
    for (let index = 0; index < 300; index += 1)
      readers.push(
        new FrameReader(
          sourceOf(
            await runs.start(
              parts,
              saying(async function* () {}),
            ),
          ),
        ),
      )
    await until(() => sizes.length > 200)
    await turns()
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(4 * 1024 * 1024)
    gate.open()
    for (const reader of readers) await reader.ended()
  })
})

describe('what all readers have', () => {
  it('is read again for the next one where there was one reader, and is at hand where there are many', async () => {
    const journal = new SpyingJournal()
    const channels = createChannels({ journal, healMs: 100_000 })
    onTestFinished(() => channels.close())
    for (const [name, count, reads] of [
      ['one', 1, true],
      ['many', 40, false],
    ] as const) {
      const topic = channels.topic<number>(name)
      const readers = Array.from({ length: count }, () => new FrameReader(topic.subscribe()))
      for (const reader of readers) await reader.until(1)
      await topic.publish(1)
      for (const reader of readers) await reader.until(2)
      const after = readers.map(({ lastId }) => lastId)[0]
      for (const value of [2, 3]) {
        await topic.publish(value)
        for (const reader of readers) await reader.until(value + 1)
      }
      const before = journal.reads
      const next = new FrameReader(topic.subscribe({ after }))
      await next.until(2)
      expect(next.seen).toEqual(['2', '3'])
      expect(journal.reads > before).toBe(reads)
    }
  })

  it('is told from another history of the same numbers', async () => {
    const journal = new SpyingJournal()
    const topic = createChannels({ journal, healMs: 100_000 }).topic<number>('t')
    const reader = new FrameReader(topic.subscribe())
    await reader.until(1)
    const positions = []
    for (let value = 1; value <= 40; value += 1) {
      positions.push((await journal.inner.append('t', String(value))).position)
      await reader.until(value + 1)
    }
    const before = journal.reads
    for (const position of positions) journal.hint({ ...position, data: '0', closed: false, previous: '' })
    await turns()
    expect(journal.reads).toBe(before)
    for (const position of positions.slice(0, -1)) {
      const seen = journal.reads
      journal.hint({ ...position, nonce: 'other', data: '0', closed: false, previous: '' })
      await until(() => journal.reads > seen)
      await turns()
    }
  })
})

describe('many topics at once', () => {
  it('have no more than 16 reads under way, and all get their answers', async () => {
    const journal = new SpyingJournal()
    const gate = createGate()
    const read = journal.read.bind(journal)
    let underWay = 0
    let most = 0
    journal.read = async (...args) => {
      underWay += 1
      most = Math.max(most, underWay)
      await gate.opened
      underWay -= 1
      return read(...args)
    }
    const channels = createChannels({ journal, healMs: 100_000 })
    const readers = Array.from({ length: 100 }, (_, index) => new FrameReader(channels.topic(`t${index}`).subscribe()))
    await until(() => most === 16)
    await turns()
    expect(most).toBe(16)
    gate.open()
    for (const reader of readers) await reader.until(1)
    expect(most).toBe(16)
  })

  it('are not held up by others whose reads are never answered', async () => {
    const journal = new SpyingJournal()
    const read = journal.read.bind(journal)
    journal.read = (topic, ...rest) => (topic.startsWith('held') ? new Promise(() => {}) : read(topic, ...rest))
    const channels = createChannels({ journal, healMs: 100_000 })
    const held = Array.from({ length: 40 }, (_, index) => new FrameReader(channels.topic(`held${index}`).subscribe()))
    const readers = Array.from({ length: 20 }, (_, index) => new FrameReader(channels.topic(`t${index}`).subscribe()))
    for (const reader of readers) await reader.until(1)
    expect(held.every(({ events }) => events.length === 0)).toBe(true)
  })

  it('go on when reads fail, and when their readers have left', async () => {
    const journal = new SpyingJournal()
    const channels = createChannels({ journal, healMs: 100_000, onError: () => {} })
    journal.failure = new Error('away')
    const leaving = Array.from({ length: 40 }, (_, index) => new FrameReader(channels.topic(`t${index}`).subscribe()))
    await turns()
    for (const reader of leaving) reader.attachment.detach()
    journal.failure = undefined
    const readers = Array.from({ length: 40 }, (_, index) => new FrameReader(channels.topic(`u${index}`).subscribe()))
    for (const reader of readers) await reader.until(1)
  })
})

describe('a read that is still under way', () => {
  it('is not sent again, although the topic heals meanwhile', async () => {
    const journal = new SpyingJournal()
    const topic = createChannels({ journal, healMs: 5 }).topic<number>('t')
    const ids: string[] = []
    for (let value = 0; value < 100; value += 1) ids.push((await topic.publish(value)).id)
    const gate = createGate()
    const read = journal.read.bind(journal)
    let pages = 0
    let others = 0
    journal.read = async (name, from, options) => {
      const page = await read(name, from, options)
      if (options?.limit === 64) {
        pages += 1
        await gate.opened
      } else others += 1
      return page
    }
    const first = new FrameReader(topic.subscribe({ after: ids[3] }))
    await until(() => pages === 1 && others > 3)
    const second = new FrameReader(topic.subscribe({ after: ids[5] }))
    const seen = others
    await until(() => others > seen + 3)
    expect(pages).toBe(1)
    gate.open()
    await until(() => first.events.at(-1)?.id === ids.at(-1) && second.events.at(-1)?.id === ids.at(-1))
  })
})

describe('a page of a log', () => {
  it('is not kept for one reader alone, and is kept from the second one on', async () => {
    const journal = new SpyingJournal()
    const topic = createChannels({ journal, healMs: 100_000 }).topic<number>('t')
    const ids: string[] = []
    for (let value = 0; value < 65; value += 1) ids.push((await topic.publish(value)).id)
    const reads = record(journal)
    const events: number[] = []
    for (let reader = 0; reader < 4; reader += 1) {
      reads.length = 0
      const attached = new FrameReader(topic.subscribe({ from: 'start' }))
      // The first reader stays, and with it what the process keeps of the topic.
      await until(() => attached.events.at(-1)?.id === ids.at(-1))
      events.push(reads.filter((read) => read.events === 64).length)
    }
    expect(events).toEqual([1, 1, 0, 0])
  })
})

describe('a position at the boundary of what is kept', () => {
  it('with the nonce of the last trimmed event is gone on from, and with another one is a reset', async () => {
    const journal = new SpyingJournal()
    const topic = createChannels({ journal, healMs: 100_000 }).topic<number>('t')
    for (const value of [1, 2, 3, 4]) await topic.publish(value)
    await journal.inner.trim('t', 3)
    journal.change = (page) => ({
      ...page,
      nonce: 'nonc4',
      trimmedNonce: 'nonc2',
      events: page.events.map((event) => ({ ...event, nonce: `nonc${event.seq}` })),
    })
    const { epoch } = await journal.inner.read('t', 'now', { limit: 0 })
    const right = new FrameReader(topic.subscribe({ after: `${epoch}.2.nonc2` }))
    await right.until(2)
    expect(right.seen).toEqual(['3', '4'])
    const wrong = new FrameReader(topic.subscribe({ after: `${epoch}.2.other` }))
    await wrong.until(3)
    expect(wrong.events[0]?.event).toBe('tidings:reset')
  })

  it('has that nonce in the id that a reader is told there, whether it is open or reset', async () => {
    const journal = new SpyingJournal()
    const topic = createChannels({ journal, healMs: 100_000 }).topic<number>('t')
    for (const value of [1, 2, 3, 4]) await topic.publish(value)
    await journal.inner.trim('t', 3)
    journal.change = (page) => ({ ...page, trimmedNonce: 'nonc2' })
    const { epoch } = await journal.inner.read('t', 'now', { limit: 0 })
    for (const options of [{ from: 'start' }, { after: 'garbage' }]) {
      const reader = new FrameReader(topic.subscribe(options))
      await reader.until(3)
      expect(reader.events[0]?.id).toBe(`${epoch}.2.nonc2`)
      reader.attachment.detach()
    }
  })

  it('has it in the reset that those get whose log was replaced by one that was trimmed', async () => {
    const well = { lost: 0, doubled: 0, bare: 0, failed: 0, delayMs: 0 }
    const journal = new UnreliableJournal(createSeededRandom(1), well)
    const topic = createChannels({ journal, healMs: 100_000 }).topic<number>('t')
    await topic.publish(1)
    const reader = new FrameReader(topic.subscribe())
    await reader.until(1)
    journal.replace()
    const [, second] = [await topic.publish(2), await topic.publish(3)]
    await topic.publish(4)
    await journal.trim('t', 3)
    journal.interrupt()
    await reader.until(3)
    expect(reader.events[1]).toMatchObject({ event: 'tidings:reset', id: second.id })
    expect(reader.seen.slice(2)).toEqual(['4'])
  })

  it('has it where all of the new log was trimmed: another one is a reset there', async () => {
    const well = { lost: 0, doubled: 0, bare: 0, failed: 0, delayMs: 0 }
    const journal = new UnreliableJournal(createSeededRandom(1), well)
    const topic = createChannels({ journal, healMs: 100_000 }).topic<number>('t')
    await topic.publish(1)
    const reader = new FrameReader(topic.subscribe())
    await reader.until(1)
    journal.replace()
    const { id } = await topic.publish(2)
    await journal.trim('t', 2)
    journal.interrupt()
    await reader.until(2)
    const live = new FrameReader(topic.subscribe())
    await live.until(1)
    expect(live.events[0]).toMatchObject({ event: 'tidings:open', id })
    const wrong = new FrameReader(topic.subscribe({ after: id.replace(/[^.]+$/, 'other') }))
    await wrong.until(1)
    expect(wrong.events[0]).toMatchObject({ event: 'tidings:reset', id })
  })
})
