import { afterEach, beforeEach, describe, expect, it, test, vi } from 'vitest'
import { memoryJournal, type Journal, type WatchedEvent, type Watcher } from '../../src/journal/index.ts'
import { describeJournal } from '../../src/testing/index.ts'
import { countArrayWork } from '../support/journal/array-work.ts'

describeJournal({ describe, test }, 'the journal in memory', {
  open: async () => memoryJournal(),
  durable: false,
  sequences: 40,
})

const nobody: Watcher = { onEvent() {}, onReconnect() {} }

/** Which of the topics have a log; makes none. */
async function kept(journal: Journal, ...topics: string[]): Promise<string[]> {
  const pages = await Promise.all(
    topics.map((topic) => journal.read(topic, { epoch: '0', seq: 0, nonce: '' }, { limit: 0 })),
  )
  return topics.filter((_, index) => pages[index]?.epoch !== '')
}

describe('a journal in memory with maxTopics', () => {
  it('forgets the topic that was longest without an append for one more', async () => {
    const journal = memoryJournal({ maxTopics: 3 })
    for (const topic of ['a', 'b', 'c', 'a', 'd']) await journal.append(topic, '1')
    expect(await kept(journal, 'a', 'b', 'c', 'd')).toEqual(['a', 'c', 'd'])
  })

  it('does so for a topic that is only read, too', async () => {
    const journal = memoryJournal({ maxTopics: 2 })
    for (const topic of ['a', 'b']) await journal.append(topic, '1')
    await journal.read('c', 'now', { limit: 1 })
    expect(await kept(journal, 'a', 'b', 'c')).toEqual(['b', 'c'])
  })

  it('never forgets a topic that is watched', async () => {
    const journal = memoryJournal({ maxTopics: 2 })
    await journal.append('a', '1')
    await journal.watch('a', nobody)
    for (const topic of ['b', 'c', 'd']) await journal.append(topic, '1')
    expect(await kept(journal, 'a', 'b', 'c', 'd')).toEqual(['a', 'd'])
  })

  it('refuses one more where all are watched, and takes it when one is let go', async () => {
    const journal = memoryJournal({ maxTopics: 2 })
    const unwatches = []
    for (const topic of ['a', 'b']) {
      await journal.append(topic, '1')
      unwatches.push(await journal.watch(topic, nobody))
    }
    await expect(journal.append('c', '1')).rejects.toMatchObject({ code: 'ERR_JOURNAL_FULL' })
    await expect(journal.read('c', 'now', { limit: 1 })).rejects.toMatchObject({ code: 'ERR_JOURNAL_FULL' })
    expect((await journal.append('a', '2')).position.seq).toBe(2)
    await unwatches[1]?.()
    await journal.append('c', '1')
    expect(await kept(journal, 'a', 'b', 'c')).toEqual(['a', 'c'])
  })

  it('forgets nothing for an append that is refused', async () => {
    const journal = memoryJournal({ maxTopics: 2 })
    for (const topic of ['a', 'b']) await journal.append(topic, '1')
    await expect(journal.append('c', '1', { expectSeq: 1 })).rejects.toMatchObject({ code: 'ERR_FENCED' })
    expect(await kept(journal, 'a', 'b', 'c')).toEqual(['a', 'b'])
  })

  it('refuses an invalid limit', () => {
    for (const maxTopics of [0, -1, 1.5, Number.NaN, Infinity]) {
      expect(() => memoryJournal({ maxTopics })).toThrowError(expect.objectContaining({ code: 'ERR_OPTION' }))
    }
  })
})

describe('a journal in memory with forgetAfterMs', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  const retention = { forgetAfterMs: 1000 }

  it('forgets a log at its time, not before', async () => {
    const journal = memoryJournal()
    await journal.append('a', '1', { retention })
    vi.advanceTimersByTime(1000)
    expect(await kept(journal, 'a')).toEqual(['a'])
    vi.advanceTimersByTime(1)
    expect(await kept(journal, 'a')).toEqual([])
  })

  it('keeps what is watched, and forgets it once that is over', async () => {
    const journal = memoryJournal()
    await journal.append('a', '1', { retention })
    const unwatch = await journal.watch('a', nobody)
    vi.advanceTimersByTime(5000)
    expect(await kept(journal, 'a')).toEqual(['a'])
    await unwatch()
    expect(await kept(journal, 'a')).toEqual([])
  })

  it('frees the memory of forgotten logs that nobody asks for again', async () => {
    const journal = memoryJournal({ maxTopics: 3 })
    await journal.append('stays', '1')
    await journal.append('goes', '1', { retention })
    await journal.append('another', '1')
    vi.advanceTimersByTime(1001)
    // Each append looks at two logs: they find the forgotten one, and so nothing that stays has to make room.
    for (const data of ['2', '3']) await journal.append('another', data)
    await journal.append('new', '1')
    expect(await kept(journal, 'stays', 'goes', 'another', 'new')).toEqual(['stays', 'another', 'new'])
  })

  it('needs no timer', async () => {
    await memoryJournal().append('a', '1', { retention })
    expect(vi.getTimerCount()).toBe(0)
  })

  it('drops events by age at their time, not before', async () => {
    const journal = memoryJournal()
    for (const data of ['1', '2', '3']) {
      await journal.append('a', data, { retention: { maxAgeMs: 1000 } })
      vi.advanceTimersByTime(501)
    }
    expect(await journal.read('a', 'start', { limit: 9 })).toMatchObject({ first: 2, tail: 3 })
  })
})

describe('a journal in memory', () => {
  it('tells watchers of an append before it resolves', async () => {
    const journal = memoryJournal()
    const events: (WatchedEvent | undefined)[] = []
    await journal.watch('a', { ...nobody, onEvent: (event) => void events.push(event) })
    const { position } = await journal.append('a', '1', { event: 'first', close: true })
    expect(events).toEqual([{ ...position, event: 'first', data: '1', closed: true }])
  })

  it('finds a position with a nonce foreign: none of its events has one', async () => {
    const journal = memoryJournal()
    const { position } = await journal.append('a', '1')
    expect(position.nonce).toBe('')
    expect((await journal.read('a', { ...position, nonce: 'abcde' }, { limit: 1 })).foreign).toBe(true)
  })

  it('takes as long for an append behind 100,000 events as behind none', async () => {
    const journal = memoryJournal()
    const append = async (from: number): Promise<void> => {
      for (let count = from; count < from + 10_000; count += 1) await journal.append('a', '1', { key: String(count) })
    }
    const behindNone = await countArrayWork(() => append(0))
    for (let from = 10_000; from < 90_000; from += 10_000) await append(from)
    const behindMany = await countArrayWork(() => append(90_000))
    expect(await journal.read('a', 'start', { limit: 0 })).toMatchObject({ first: 90_001, tail: 100_000 })
    // An entry is moved once at most; if each append went through what is kept, it would be a hundred million.
    expect([behindNone, behindMany].filter((work) => work > 100_000)).toEqual([])
  })
})
