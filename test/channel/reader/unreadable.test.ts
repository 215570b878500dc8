// Events that were erased, that another program has stored as no JSON, or that the engine has lost.
import { describe, expect, it } from 'vitest'
import { createChannels, type Channels, type Topic } from '../../../src/channel/index.ts'
import { FrameReader } from '../../support/channel/frame-reader.ts'
import { SpyingJournal } from '../../support/journal/spying-journal.ts'
import { turns, until } from '../../support/server/asking.ts'
import { createGate } from '../../support/time/gate.ts'

interface Made {
  readonly journal: SpyingJournal
  readonly channels: Channels
  readonly topic: Topic
  readonly ids: string[]
  readonly errors: unknown[]
}

async function make(count: number, healMs = 100_000): Promise<Made> {
  const journal = new SpyingJournal()
  const errors: unknown[] = []
  const channels = createChannels({ journal, healMs, onError: (error) => errors.push(error) })
  const topic = channels.topic<unknown>('t')
  const ids: string[] = []
  for (let value = 1; value <= count; value += 1) ids.push((await topic.publish(value)).id)
  return { journal, channels, topic, ids, errors }
}

/** What an engine gives whose event `seq` another program has stored as no JSON. */
function spoil(journal: SpyingJournal, ...seqs: number[]): void {
  journal.change = (page) => ({
    ...page,
    events: page.events.map((event) => (seqs.includes(event.seq) ? { ...event, data: '{"no end' } : event)),
  })
}

/** A reader that has taken a first write, and holds some of what follows. */
async function readSlowly({ topic, ids }: Made): Promise<FrameReader> {
  for (let index = 0; index < 40; index += 1) ids.push((await topic.publish(`${index} ${'x'.repeat(20_000)}`)).id)
  const reader = new FrameReader(topic.subscribe({ after: ids[0] }))
  reader.hasRoom = false
  await until(() => reader.writes === 1)
  return reader
}

async function eventsOf(reader: FrameReader, { ids }: Made): Promise<unknown[]> {
  reader.takeAgain()
  await until(() => reader.lastId === ids.at(-1))
  return reader.events.map(({ event, id }) => [event, id])
}

describe('an event that was erased', () => {
  it('is a gap, from and to it, and holds back none of the others', async () => {
    const { topic, ids } = await make(4)
    expect(await topic.erase(ids[1] ?? '')).toBe(true)
    expect(await topic.erase(ids[2] ?? '')).toBe(true)
    const reader = new FrameReader(topic.subscribe({ from: 'start' }))
    await topic.publish('live')
    await reader.until(5)
    expect(reader.events.slice(1).map(({ event, id, data }) => [event, id, data])).toEqual([
      ['message', ids[0], '1'],
      ['tidings:gap', ids[2], JSON.stringify({ from: ids[1], to: ids[2] })],
      ['message', ids[3], '4'],
      ['message', expect.any(String), 'live'],
    ])
  })

  it('is a gap in an iteration too, and in the middle of what is far behind', async () => {
    const { topic, ids } = await make(300)
    await topic.erase(ids[99] ?? '')
    const seen: unknown[] = []
    for await (const { event, id, data } of topic.subscribe({ after: ids[0] })) {
      seen.push(event === 'tidings:gap' ? id : data)
      if (id === ids.at(-1)) break
    }
    expect(seen).toHaveLength(299)
    expect(seen[98]).toBe(ids[99])
  })

  it('is still a duplicate for its key, and is not published again', async () => {
    const { topic } = await make(0)
    const { id } = await topic.publish('personal', { key: 'once' })
    await topic.erase(id)
    expect(await topic.publish('personal', { key: 'once' })).toEqual({ id, duplicate: true })
  })

  it('is not sent from what was read before: a slow reader gets the gap', async () => {
    const made = await make(1)
    const reader = await readSlowly(made)
    const next = made.ids[reader.events.length + 2] ?? ''
    await made.topic.erase(next)
    await turns()
    const events = await eventsOf(reader, made)
    expect(events).toContainEqual(['tidings:gap', next])
    expect(events).not.toContainEqual(['message', next])
  })

  it('is not sent by a process that no hint has reached, once it has healed', async () => {
    const made = await make(1, 5)
    const reader = await readSlowly(made)
    const next = made.ids[reader.events.length + 2] ?? ''
    made.journal.isDeaf = true
    await made.topic.erase(next)
    const { reads } = made.journal
    await until(() => made.journal.reads > reads + 1)
    expect(await eventsOf(reader, made)).not.toContainEqual(['message', next])
  })

  it('is not sent from a page that was asked for before, and came after', async () => {
    const { topic, journal, ids } = await make(100)
    const first = new FrameReader(topic.subscribe())
    await first.until(1)
    const gate = createGate()
    const read = journal.read.bind(journal)
    let held = 0
    journal.read = async (name, from, options) => {
      const page = await read(name, from, options)
      if (options?.limit === 64 && held++ === 0) await gate.opened
      return page
    }
    const reader = new FrameReader(topic.subscribe({ after: ids[9] }))
    await until(() => held === 1)
    await topic.erase(ids[20] ?? '')
    await turns()
    gate.open()
    await until(() => reader.events.at(-1)?.id === ids.at(-1))
    expect(reader.seen).not.toContain('21')
    expect(reader.seen.filter((data) => data === '22')).toHaveLength(1)
  })

  it('must be named by the id of an event', async () => {
    const { topic, ids } = await make(1)
    for (const wrong of ['', 'hello, world', ids[0]?.replace(/1$/, '0') ?? '', undefined, 7]) {
      // @ts-expect-error: JavaScript does not mind
      await expect(topic.erase(wrong), String(wrong)).rejects.toMatchObject({ code: 'ERR_OPTION' })
    }
    expect(await topic.erase('abcdefghijklm.1')).toBe(false)
  })
})

describe('an event that another program has stored as no JSON', () => {
  it('is a gap, and is reported once, whoever comes to it and however often', async () => {
    const { topic, journal, ids, errors } = await make(5)
    spoil(journal, 2, 3)
    const readers = [1, 2, 3].map(() => new FrameReader(topic.subscribe({ from: 'start' })))
    for (const reader of readers) await reader.until(5)
    const another = new FrameReader(topic.subscribe({ after: ids[0] }))
    await another.until(3)
    for (const reader of readers) {
      expect(reader.events.slice(1).map(({ event, data }) => [event, data])).toEqual([
        ['message', '1'],
        ['tidings:gap', JSON.stringify({ from: ids[1], to: ids[2] })],
        ['message', '4'],
        ['message', '5'],
      ])
    }
    expect(errors).toMatchObject([
      { code: 'ERR_EVENT_DATA', message: expect.stringContaining('Event 2 of t') },
      { code: 'ERR_EVENT_DATA', message: expect.stringContaining('Event 3 of t') },
    ])
  })

  it('is a gap for readers that are up to date, and what follows is sent at once', async () => {
    const { topic, journal, errors } = await make(1)
    const readers = [1, 2].map(() => new FrameReader(topic.subscribe()))
    for (const reader of readers) await reader.until(1)
    journal.isDeaf = true
    const { position } = await journal.inner.append('t', '"stored by another"')
    journal.isDeaf = false
    journal.hint({ ...position, closed: false, data: '"no end' })
    await topic.publish('good')
    for (const reader of readers) await reader.until(3)
    for (const reader of readers)
      expect(reader.events.map(({ event }) => event).slice(1)).toEqual(['tidings:gap', 'message'])
    expect(errors).toHaveLength(1)
  })

  it('does not make the journal be read again and again', async () => {
    const { topic, journal } = await make(70)
    spoil(journal, ...Array.from({ length: 70 }, (_, index) => index + 1))
    const reader = new FrameReader(topic.subscribe({ from: 'start' }))
    await reader.until(2)
    await turns()
    expect(journal.reads).toBeLessThan(8)
    expect(reader.seen.filter((data) => data.includes('from')).length).toBeLessThanOrEqual(2)
  })
})

describe('an event that the engine has lost', () => {
  it('is a gap, and is reported', async () => {
    const { topic, journal, errors } = await make(3)
    journal.change = (page) => ({
      ...page,
      nonce: 'nonce',
      events: page.events.map((event) =>
        event.seq === 2 ? { seq: 2, nonce: '', data: 'null', erased: true } : { ...event, nonce: 'nonce' },
      ),
    })
    const reader = new FrameReader(topic.subscribe({ from: 'start' }))
    await reader.until(4)
    expect(reader.events.map(({ event }) => event).slice(1)).toEqual(['message', 'tidings:gap', 'message'])
    expect(errors).toMatchObject([{ message: expect.stringContaining('it is missing') }])
  })
})
