// What runs cost while they are silent, and what still reaches them although no hint arrives.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { memoryJournal } from '../../../src/journal/index.ts'
import { gatedHandler, openNode } from '../../support/channel/direct-node.ts'
import {
  beat,
  beatMs,
  DeafJournal,
  inbox,
  isInbox,
  isOf,
  leaseMs,
  passInSteps as pass,
  silenced,
  startSilent,
} from '../../support/channel/silent-runs.ts'
import { times } from '../../support/channel/two-nodes.ts'
import { away, FaultyJournal } from '../../support/journal/faulty-journal.ts'
import { RewindingJournal } from '../../support/journal/rewinding-journal.ts'
import { createGate } from '../../support/time/gate.ts'
import { holdTime } from '../../support/time/held-time.ts'

beforeEach(holdTime)
afterEach(() => void vi.useRealTimers())

const minute = 60_000

describe('a minute of 100 silent runs', () => {
  test('that are followed on their own node costs 20 appends, and two reads of each run', async () => {
    const { owner, journals, ids } = await startSilent(100)
    for (const id of ids) void owner.follow(`${id}.0`).catch(() => {})
    await pass(minute)
    const calls = journals[0].calls.splice(0)
    expect(calls.length).toBeGreaterThan(0)
    await pass(minute)
    const after = journals[0].calls
    expect(after.filter(({ kind }) => kind === 'append').length).toBeLessThanOrEqual(20)
    expect(after.filter(isOf('append', beat)).length).toBeGreaterThanOrEqual(15)
    expect(after.filter(isOf('read', inbox)).length).toBeLessThanOrEqual(20)
    const reads = after.filter(({ kind, topic }) => kind === 'read' && !inbox.test(topic))
    for (const id of ids) expect(reads.filter(({ topic }) => topic.includes(id)).length).toBeLessThanOrEqual(2)
    expect(reads.length).toBeLessThanOrEqual(2 * ids.length)
  })

  test('that nobody follows costs 20 appends, and a read of each lease', async () => {
    const { journals, ids } = await startSilent(100)
    await pass(minute)
    journals[0].calls.length = 0
    await pass(minute)
    const { calls } = journals[0]
    expect(calls.filter(({ kind }) => kind === 'append').length).toBeLessThanOrEqual(20)
    expect(calls.filter(isOf('read', /\/lease$/)).length).toBeLessThanOrEqual(1.2 * ids.length)
    expect(calls.filter(({ topic }) => !/\/(lease|inbox)$|^~run\/node/.test(topic))).toEqual([])
  })

  test('that are followed on another node costs that node no appends beside its beats, and no read of a lease', async () => {
    const { other, journals, ids } = await startSilent(100)
    for (const id of ids) void other.follow(`${id}.0`).catch(() => {})
    await pass(minute)
    journals[1].calls.length = 0
    await pass(minute)
    const { calls } = journals[1]
    expect(calls.filter(({ kind }) => kind === 'append').length).toBeLessThanOrEqual(20)
    expect(calls.filter(isOf('read', /\/lease$/))).toEqual([])
    // Looks at the other node, which all of its runs share.
    expect(calls.filter(isOf('read', beat)).length).toBeLessThanOrEqual(40)
  })
})

describe('with all hints lost', () => {
  test('a stop on another node ends the run within a beat', async () => {
    const { other, ids, left } = await startSilent(3)
    await pass(2 * beatMs)
    expect(await other.runs.stop(ids[1] ?? '', { user: 'ada' })).toBe(true)
    expect(left).toEqual([])
    await pass(beatMs + 200)
    expect(left).toEqual(['stopped'])
  })

  test('a run whose node was held up, and which was taken over, is told so within a beat', async () => {
    const { other, journals, ids, left } = await startSilent(2)
    const followed = other.follow(`${ids[0]}.0`)
    await pass(beatMs)
    const gate = createGate()
    journals[0].fault = () => gate.opened.then(() => undefined)
    await pass(3 * leaseMs)
    expect(await followed).toEqual([1, { error: 'interrupted' }])
    expect(left).toEqual([])
    gate.open()
    await pass(beatMs)
    expect(left).toEqual(['lost'])
  })

  test('a run that is followed on its own node reaches its readers while it goes on', async () => {
    const journal = new DeafJournal(memoryJournal())
    const owner = openNode(journal, { leaseMs }, 2000)
    const gate = createGate()
    const open = async function* (signal: AbortSignal): AsyncGenerator {
      yield 1
      await gate.opened
      yield 2
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
    }
    const id = await owner.start({ open, describe: () => ({}) })
    const seen: unknown[] = []
    owner.follow(id, () => seen.push(seen.length + 1)).catch(() => {})
    await pass(beatMs)
    expect(seen).toEqual([1])
    gate.open()
    await pass(2100)
    expect(seen).toEqual([1, 2])
  })
})

test('beats come in time although what comes with them takes for ever', async () => {
  const { other, journals, ids } = await startSilent(3)
  const ended: unknown[] = []
  other.follow(`${ids[0]}.0`).then(
    (events) => ended.push(events),
    () => {},
  )
  journals[0].fault = ({ kind }) => (kind === 'read' ? new Promise(() => {}) : undefined)
  journals[0].calls.length = 0
  await pass(5 * leaseMs)
  expect(journals[0].calls.filter(isOf('append', beat)).length).toBeGreaterThanOrEqual(14)
  expect(ended).toEqual([])
})

test('a beat is stored before the lease that names its node', async () => {
  const { journals } = await startSilent(2)
  const topics = journals[0].calls.filter(({ kind }) => kind === 'append').map(({ topic }) => topic)
  expect(topics.filter((topic) => beat.test(topic) || topic.endsWith('/lease'))).toEqual([
    expect.stringMatching(beat),
    expect.stringMatching(/lease$/),
    expect.stringMatching(/lease$/),
  ])
})

describe('a stop of which the node of the run is not told', () => {
  test('is an error for who asked, and done when it is asked for again', async () => {
    const { other, journals, ids, left } = await startSilent(1)
    journals[1].fault = silenced
    await expect(other.runs.stop(ids[0] ?? '', { user: 'ada' })).rejects.toThrow('away')
    journals[1].fault = () => undefined
    expect(await other.runs.stop(ids[0] ?? '', { user: 'ada' })).toBe(true)
    await pass(beatMs + 200)
    expect(left).toEqual(['stopped'])
    expect(await other.runs.stop(ids[0] ?? '', { user: 'ada' })).toBe(false)
  })

  test('is found by its lease, within twenty beats', async () => {
    const { other, journals, ids, left } = await startSilent(5)
    journals[1].fault = silenced
    for (const id of ids) await expect(other.runs.stop(id, { user: 'ada' })).rejects.toThrow('away')
    await pass(21 * beatMs)
    expect(left).toEqual(times(5, 'stopped'))
  })
})

describe('a run that is stopped without followers', () => {
  const graceMs = 12_000
  const options = { unfollowed: 'stop', graceMs } as const

  test('goes on while another node that lives says that it has some', async () => {
    const { other, ids, left, journals } = await startSilent(3, options)
    void other.follow(`${ids[1]}.0`).catch(() => {})
    await pass(10 * graceMs)
    expect(left).toEqual(times(2, 'abandoned'))
    // The other node is dead: it says nothing any more.
    journals[1].fault = away
    await pass(graceMs - beatMs)
    expect(left).toEqual(times(2, 'abandoned'))
    await pass(3 * beatMs)
    expect(left).toEqual(times(3, 'abandoned'))
  })

  test('goes on where the one message that it has some was lost by the journal', async () => {
    const journal = new RewindingJournal()
    const { other, ids, left } = await startSilent(1, options, journal)
    void other.follow(`${ids[0]}.0`).catch(() => {})
    await pass(beatMs)
    expect(journal.stored(isInbox)).toBe(1)
    // With the last beats of both, by which they know.
    await journal.rewind(1, isInbox)
    await journal.rewind(2, (topic) => beat.test(topic))
    await pass(5 * graceMs)
    expect(left).toEqual([])
    expect(journal.stored(isInbox)).toBe(1)
  })
})

describe('nodes of an earlier version', () => {
  const kinds = { old: { renewLeases: true }, now: {} }

  test.each([
    ['a node that beats', kinds.old, kinds.now],
    ['a node that renews its leases', kinds.now, kinds.old],
  ])('are followed, and follow: seen from %s', async (_, owners, others) => {
    const inner = memoryJournal()
    const journals = [new FaultyJournal(inner), new FaultyJournal(inner)] as const
    const owner = openNode(journals[0], { leaseMs, ...owners })
    const other = openNode(journals[1], { leaseMs, ...others })
    const gate = createGate()
    const { handler, log } = gatedHandler(gate.opened)
    const followed = other.follow(await owner.start(handler))
    await pass(5 * leaseMs)
    expect(log).toEqual([])
    journals[0].fault = away
    await pass(2 * leaseMs)
    expect(await followed).toEqual([1, { error: 'interrupted' }])
  })

  test('stop a run whose lease is renewed by its lease alone', async () => {
    const { journals, ids, left } = await startSilent(1, { renewLeases: true })
    const topic = `~run/${ids[0]}/lease`
    const { events, tail } = await journals[1].read(topic, 'start', { limit: 10 })
    const lease: unknown = JSON.parse(events.at(-1)?.data ?? '')
    const stopped = JSON.stringify({ ...Object(lease), state: 'stopped' })
    await journals[1].append(topic, stopped, { expectSeq: tail, close: true })
    await pass(beatMs + 200)
    expect(left).toEqual(['stopped'])
  })

  test('never take a run for dead whose lease is not renewed, where they go by what it says', async () => {
    const { journals, ids } = await startSilent(1)
    const { events } = await journals[1].read(`~run/${ids[0]}/lease`, 'start', { limit: 10 })
    expect(JSON.parse(events.at(-1)?.data ?? '')).toMatchObject({ beat: 'node', goodForMs: 2 ** 31 - 1 })
  })
})
