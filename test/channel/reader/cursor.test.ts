import { describe, expect, it } from 'vitest'
import { createChannels, type Topic } from '../../../src/channel/index.ts'
import { turns, until } from '../../support/server/asking.ts'
import { createGate } from '../../support/time/gate.ts'
import { FrameReader } from '../../support/channel/frame-reader.ts'
import { SpyingJournal } from '../../support/journal/spying-journal.ts'

interface Made {
  readonly journal: SpyingJournal
  readonly topic: Topic
  readonly ids: string[]
  readonly log: string
}

async function make(count: number, journal = new SpyingJournal()): Promise<Made> {
  const topic = createChannels({ journal, healMs: 100_000, onError: () => {} }).topic<unknown>('t')
  const { epoch } = await journal.inner.read('t', 'now', { limit: 0 })
  const ids: string[] = []
  for (let value = 1; value <= count; value += 1) ids.push((await topic.publish(value)).id)
  return { journal, topic, ids, log: `${epoch}.` }
}

/** Another log in the place of the journal's, with these events. */
async function replaceLog(journal: SpyingJournal, ...data: string[]): Promise<string> {
  const other = new SpyingJournal()
  for (const text of data) await other.append('t', text)
  const { epoch } = await other.read('t', 'now', { limit: 0 })
  journal.inner.read = (topic, from, options) => other.read(topic, from, options)
  journal.inner.append = (topic, text, options) => other.append(topic, text, options)
  return epoch
}

/** Answers to readers that are far behind stay on their way, as they are, until the returned function is called. */
function holdPages(journal: SpyingJournal): () => void {
  const gate = createGate()
  const read = journal.read.bind(journal)
  journal.read = async (topic, from, options) => {
    const page = await read(topic, from, options)
    if (options?.limit === 64) await gate.opened
    return page
  }
  return () => gate.open()
}

/** Each event has the nonce `old`, and after a call of the returned function `new`. */
function addNonces(journal: SpyingJournal): () => void {
  let current = 'old'
  const { inner } = journal
  journal.read = async (topic, from, options) => {
    const nonce = current
    const page = await inner.read(topic, typeof from === 'string' ? from : { ...from, nonce: '' }, options)
    const foreign = typeof from === 'object' && from.nonce !== '' && from.nonce !== nonce
    return { ...page, nonce, foreign, events: foreign ? [] : page.events.map((event) => ({ ...event, nonce })) }
  }
  return () => {
    current = 'new'
  }
}

describe('a position of this log', () => {
  it('is gone on from, wherever it is', async () => {
    const { topic, ids } = await make(3)
    for (const [index, after] of ids.entries()) {
      const reader = new FrameReader(topic.subscribe({ after }))
      await topic.publish(`live ${index}`)
      await until(() => reader.seen.at(-1) === `live ${index}`)
      expect(reader.seen.slice(0, 2 - index)).toEqual([2, 3].slice(index).map(String))
    }
  })

  it('with the number 0, of no event yet, is before the first event', async () => {
    const { topic, log } = await make(2)
    const reader = new FrameReader(topic.subscribe({ after: `${log}0` }))
    await reader.until(2)
    expect(reader.seen).toEqual(['1', '2'])
  })

  it('of an ended stream is the last one that the reader had', async () => {
    const { topic, ids } = await make(2)
    const reader = new FrameReader(topic.subscribe({ after: `${ids[0]}~end` }))
    await reader.until(1)
    expect(reader.seen).toEqual(['2'])
  })

  it('that another process has told before the event came here is no reset: the log is read first', async () => {
    const { topic, journal, log } = await make(1)
    const first = new FrameReader(topic.subscribe())
    await first.until(1)
    journal.isDeaf = true
    for (const data of ['2', '3', '4']) await journal.inner.append('t', data)
    const reader = new FrameReader(topic.subscribe({ after: `${log}3` }))
    await reader.until(1)
    expect(reader.seen).toEqual(['4'])
    await first.until(4)
    expect(first.seen.slice(1)).toEqual(['2', '3', '4'])
  })

  it('of a new log that has not come here yet is no reset either, and those of the old one are told', async () => {
    const { topic, journal } = await make(3)
    const first = new FrameReader(topic.subscribe({ from: 'start' }))
    await first.until(4)
    const epoch = await replaceLog(journal, '"a"', '"b"', '"c"')
    const reader = new FrameReader(topic.subscribe({ after: `${epoch}.2` }))
    await reader.until(1)
    expect(reader.events).toEqual([{ event: 'message', id: `${epoch}.3`, data: 'c' }])
    await first.until(8)
    expect(first.events.slice(4).map(({ event, id, data }) => [event, id, data])).toEqual([
      ['tidings:reset', `${epoch}.0`, '{"reason":"The log was replaced."}'],
      ['message', `${epoch}.1`, 'a'],
      ['message', `${epoch}.2`, 'b'],
      ['message', `${epoch}.3`, 'c'],
    ])
  })
})

describe('a position that is not of this log', () => {
  it.each([
    ['garbage', () => 'hello, world'],
    ['10 KB', () => 'x'.repeat(10_240)],
    ['10 KB that look like one', (log: string) => `${log}${'1'.repeat(10_240)}`],
    ['a negative number', (log: string) => `${log}-1`],
    ['a number with a leading zero', (log: string) => `${log}01`],
    ['a number beyond what is exact', (log: string) => `${log}zzzzzzzzzzz`],
    ['a place in the future', (log: string) => `${log}3`],
    ['a place far in the future', (log: string) => `${log}zzzzzzzz`],
    ['another log', () => 'abcdefghijklm.1'],
    ['a control character', (log: string) => `${log}1\u0001`],
    ['a script', () => '<script>alert(1)</script>'],
    ['a name of the language’s', () => '__proto__.constructor'],
  ])('(%s) is a reset: everything that is kept follows', async (_name, toId) => {
    const { topic, log } = await make(2)
    const reader = new FrameReader(topic.subscribe({ after: toId(log) }))
    await reader.until(3)
    expect(reader.events).toEqual([
      { event: 'tidings:reset', id: `${log}0`, data: '{"reason":"The log was replaced."}' },
      { event: 'message', id: `${log}1`, data: '1' },
      { event: 'message', id: `${log}2`, data: '2' },
    ])
  })

  it('of another topic is a reset', async () => {
    const journal = new SpyingJournal()
    const { topic, log } = await make(1, journal)
    const { id } = await createChannels({ journal }).topic<unknown>('other').publish(1)
    const reader = new FrameReader(topic.subscribe({ after: id }))
    await reader.until(2)
    expect(reader.events.map(({ event, id: at }) => [event, at])).toEqual([
      ['tidings:reset', `${log}0`],
      ['message', `${log}1`],
    ])
  })

  it('is a reset to the first event that is kept, without a gap', async () => {
    const { topic, journal, log } = await make(2000)
    const first = new FrameReader(topic.subscribe())
    await first.until(1)
    await journal.trim('t', 700)
    const reader = new FrameReader(topic.subscribe({ after: 'garbage' }))
    await reader.until(2)
    expect(reader.events.slice(0, 2).map(({ event, id }) => [event, id])).toEqual([
      ['tidings:reset', `${log}${(699).toString(36)}`],
      ['message', `${log}${(700).toString(36)}`],
    ])
  })

  it('is not told to a reader that cannot tell it from data, which gets the events', async () => {
    const { topic, ids } = await make(2)
    const reader = new FrameReader(topic.subscribe({ after: 'garbage' }), { controls: false })
    await reader.until(2)
    expect(reader.events.map(({ id }) => id)).toEqual(ids)
  })
})

describe('a log that was trimmed', () => {
  it('partly, behind a reader’s back: the gap says what is gone, and the rest follows', async () => {
    const { topic, journal, ids } = await make(10)
    await journal.trim('t', 6)
    const reader = new FrameReader(topic.subscribe({ after: ids[1] }))
    await reader.until(6)
    expect(reader.events[0]).toEqual({
      event: 'tidings:gap',
      id: ids[4],
      data: JSON.stringify({ from: ids[2], to: ids[4] }),
    })
    expect(reader.seen.slice(1)).toEqual(['6', '7', '8', '9', '10'])
  })

  it('completely: the gap is everything, and the reader goes on with what comes', async () => {
    const { topic, journal, ids } = await make(5)
    await journal.trim('t', 6)
    const reader = new FrameReader(topic.subscribe({ after: ids[1] }))
    await reader.until(1)
    await topic.publish('live')
    await reader.until(2)
    expect(reader.events).toMatchObject([
      { event: 'tidings:gap', id: ids[4], data: JSON.stringify({ from: ids[2], to: ids[4] }) },
      { event: 'message', data: 'live' },
    ])
  })

  it('completely, and nothing is missing for a reader that has everything', async () => {
    const { topic, journal, ids } = await make(5)
    await journal.trim('t', 6)
    const reader = new FrameReader(topic.subscribe({ after: ids[4] }))
    await topic.publish('live')
    await reader.until(1)
    expect(reader.seen).toEqual(['live'])
  })

  it('just up to a reader’s place: nothing is missing', async () => {
    const { topic, journal, ids } = await make(5)
    await journal.trim('t', 4)
    const reader = new FrameReader(topic.subscribe({ after: ids[2] }))
    await reader.until(2)
    expect(reader.seen).toEqual(['4', '5'])
  })

  it('while a reader reads its pages: it has a gap where it is, and only there', async () => {
    const { topic, journal, ids } = await make(4000)
    const reader = new FrameReader(topic.subscribe({ after: ids[9] }))
    reader.hasRoom = false
    await reader.until(1)
    const had = reader.events.length
    await journal.trim('t', 2500)
    reader.takeAgain()
    await until(() => reader.seen.at(-1) === '4000')
    const gaps = reader.events.filter(({ event }) => event === 'tidings:gap')
    expect(gaps).toHaveLength(1)
    const data = reader.events.filter(({ event }) => event === 'message').map((item) => Number(item.data))
    const hole = data.findIndex((value, index) => index > 0 && value !== (data[index - 1] ?? 0) + 1)
    expect([data[0], data[hole], data.at(-1)]).toEqual([11, 2500, 4000])
    // What was read before the trim is given, and no more than a few pages of it.
    expect(hole).toBeGreaterThanOrEqual(had)
    expect(hole).toBeLessThan(had + 256)
    expect(JSON.parse(gaps[0]?.data ?? '')).toEqual({ from: ids[data[hole - 1] ?? 0], to: ids[2498] })
  })

  it('up to an event of another history: who comes back from the end of the gap is told so', async () => {
    const { journal, topic, ids, log } = await make(5)
    const renew = addNonces(journal)
    const read = journal.read.bind(journal)
    journal.read = async (...asked) => {
      const page = await read(...asked)
      return { ...page, trimmedNonce: page.nonce }
    }
    await journal.inner.trim('t', 4)
    const reader = new FrameReader(topic.subscribe({ after: `${ids[0]}.old` }))
    await reader.until(3)
    const [gap] = reader.events
    expect(gap).toMatchObject({ event: 'tidings:gap', id: `${log}3.old` })
    reader.attachment.detach()
    renew()
    const back = new FrameReader(topic.subscribe({ after: gap?.id }))
    await back.until(3)
    expect(back.events[0]).toMatchObject({ event: 'tidings:reset' })
  })

  it('before it was seen here at all: those who have everything up to there have a gap', async () => {
    const { topic, journal, log } = await make(2)
    const reader = new FrameReader(topic.subscribe())
    await reader.until(1)
    journal.isDeaf = true
    for (let value = 3; value <= 9; value += 1) await journal.inner.append('t', String(value))
    await journal.trim('t', 8)
    journal.reconnect()
    await reader.until(4)
    expect(reader.events.slice(1)).toEqual([
      { event: 'tidings:gap', id: `${log}7`, data: JSON.stringify({ from: `${log}3`, to: `${log}7` }) },
      { event: 'message', id: `${log}8`, data: '8' },
      { event: 'message', id: `${log}9`, data: '9' },
    ])
  })

  it('is not told to a reader that cannot tell it from data', async () => {
    const { topic, journal, ids } = await make(5)
    await journal.trim('t', 4)
    const reader = new FrameReader(topic.subscribe({ after: ids[0] }), { controls: false })
    await reader.until(2)
    expect(reader.seen).toEqual(['4', '5'])
  })
})

describe('a log that is replaced', () => {
  it('while readers wait: a reset, and everything of the new one', async () => {
    const { topic, journal } = await make(2)
    const reader = new FrameReader(topic.subscribe())
    await reader.until(1)
    const epoch = await replaceLog(journal, '"new"')
    journal.hint()
    await reader.until(3)
    expect(reader.events.slice(1)).toEqual([
      { event: 'tidings:reset', id: `${epoch}.0`, data: '{"reason":"The log was replaced."}' },
      { event: 'message', id: `${epoch}.1`, data: 'new' },
    ])
  })

  it('while a reader reads its pages: one reset, and nothing of the old log behind it', async () => {
    const { topic, journal, ids } = await make(3000)
    const reader = new FrameReader(topic.subscribe({ after: ids[0] }))
    reader.hasRoom = false
    await reader.until(1)
    const release = journal.hold()
    reader.takeAgain()
    const epoch = await replaceLog(journal, '"new"')
    journal.hint()
    release()
    await until(() => reader.seen.at(-1) === 'new')
    const resets = reader.events.filter(({ event }) => event === 'tidings:reset')
    expect(resets).toHaveLength(1)
    const at = reader.events.findIndex(({ event }) => event === 'tidings:reset')
    expect(reader.events.slice(at).map(({ id }) => id)).toEqual([`${epoch}.0`, `${epoch}.1`])
    const before = reader.events.slice(0, at).map(({ id }) => id)
    expect(before).toEqual(ids.slice(1, at + 1))
  })

  it('while a reader joins: it is told once', async () => {
    const { topic, journal, ids } = await make(3)
    const first = new FrameReader(topic.subscribe())
    await first.until(1)
    const epoch = await replaceLog(journal, '"new"')
    const release = journal.hold()
    const reader = new FrameReader(topic.subscribe({ after: `${ids[0]?.split('.')[0]}.9` }))
    journal.hint()
    release()
    await until(() => reader.seen.at(-1) === 'new')
    expect(reader.events.map(({ event, id }) => [event, id])).toEqual([
      ['tidings:reset', `${epoch}.0`],
      ['message', `${epoch}.1`],
    ])
  })

  it('while a page is on its way: what it brings is not taken for the new log’s', async () => {
    const { topic, journal, ids } = await make(3000)
    const other = new FrameReader(topic.subscribe())
    await other.until(1)
    const release = holdPages(journal)
    const reader = new FrameReader(topic.subscribe({ after: ids[0] }))
    await turns()
    const epoch = await replaceLog(journal, ...Array.from({ length: 3000 }, (_, index) => `"new ${index + 1}"`))
    journal.hint()
    await until(() => other.events[1]?.event === 'tidings:reset')
    release()
    await until(() => reader.seen.at(-1) === 'new 3000')
    expect(reader.events.every(({ id }) => id.startsWith(`${epoch}.`))).toBe(true)
    expect(reader.seen.slice(1)).toEqual(Array.from({ length: 3000 }, (_, index) => `new ${index + 1}`))
  })

  it('by one with the same numbers, while a reader joins: its nonce is compared with those that count', async () => {
    const { topic, journal, log } = await make(3000)
    const renumber = addNonces(journal)
    const other = new FrameReader(topic.subscribe())
    await other.until(1)
    const release = holdPages(journal)
    const reader = new FrameReader(topic.subscribe({ after: `${log}2.old` }))
    await turns()
    renumber()
    journal.reconnect()
    await until(() => other.events[1]?.event === 'tidings:reset')
    release()
    await reader.until(3001)
    expect(reader.events.slice(0, 2).map(({ event, id }) => [event, id])).toEqual([
      ['tidings:reset', `${log}0`],
      ['message', `${log}1.new`],
    ])
  })

  it('by an empty one: the reset stands at its beginning, and what is published there follows', async () => {
    const { topic, journal } = await make(2)
    const reader = new FrameReader(topic.subscribe())
    await reader.until(1)
    const epoch = await replaceLog(journal)
    journal.reconnect()
    await reader.until(2)
    await journal.inner.append('t', '"first"')
    journal.hint()
    await reader.until(3)
    expect(reader.events.slice(1).map(({ id }) => id)).toEqual([`${epoch}.0`, `${epoch}.1`])
  })
})
