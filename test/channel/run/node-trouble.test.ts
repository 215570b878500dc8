// A node whose journal is slow, or in part out of order: what it must go on doing.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { memoryJournal, type Unwatch, type Watcher } from '../../../src/journal/index.ts'
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
  endsOf,
  startSilent,
  takes,
} from '../../support/channel/silent-runs.ts'
import { away, FaultyJournal } from '../../support/journal/faulty-journal.ts'
import { times } from '../../support/channel/two-nodes.ts'
import { createGate } from '../../support/time/gate.ts'
import { holdTime } from '../../support/time/held-time.ts'

beforeEach(holdTime)
afterEach(() => void vi.useRealTimers())

const ada = { user: 'ada' }

test('a run can be started as soon as the journal is back', async () => {
  const journal = new FaultyJournal()
  const node = openNode(journal, { leaseMs })
  const { handler } = gatedHandler(createGate().opened)
  journal.fault = away
  await expect(node.start(handler)).rejects.toThrow('away')
  journal.fault = () => undefined
  vi.advanceTimersByTime(1)
  expect(await node.start(handler)).toMatch(/\.0$/)
})

test('a node whose watch cannot be opened is told of a stop within a beat', async () => {
  const inner = memoryJournal()
  const journals = [new DeafJournal(inner), new DeafJournal(inner)] as const
  journals[0].fault = ({ kind, topic }) => (kind === 'watch' && isInbox(topic) ? 'away' : undefined)
  const [owner, other] = [openNode(journals[0], { leaseMs }), openNode(journals[1], { leaseMs })]
  const { handler, log } = gatedHandler(createGate().opened)
  const id = await owner.start(handler)
  await pass(beatMs)
  expect(await other.runs.stop(id, ada)).toBe(true)
  await pass(beatMs + 200)
  expect(log).toEqual(['stopped'])
  expect(owner.errors).toHaveLength(1)
})

test('a node whose watch never opens is told of a stop within a beat', async () => {
  const inner = memoryJournal()
  const journals = [new DeafJournal(inner), new DeafJournal(inner)] as const
  journals[0].fault = ({ kind, topic }) => (kind === 'watch' && isInbox(topic) ? new Promise(() => {}) : undefined)
  const [owner, other] = [openNode(journals[0], { leaseMs }), openNode(journals[1], { leaseMs })]
  const { handler, log } = gatedHandler(createGate().opened)
  const id = await owner.start(handler)
  await pass(beatMs)
  expect(await other.runs.stop(id, ada)).toBe(true)
  await pass(beatMs + 200)
  expect(log).toEqual(['stopped'])
})

/** A journal of which no watch can be ended. */
class ClingingJournal extends FaultyJournal {
  override async watch(topic: string, watcher: Watcher): Promise<Unwatch> {
    await super.watch(topic, watcher)
    return () => new Promise(() => {})
  }
}

test('a node whose watch never ends beats for the runs that come after', async () => {
  const inner = memoryJournal()
  const [clinging, others] = [new ClingingJournal(inner), new FaultyJournal(inner)]
  const [owner, other] = [openNode(clinging, { leaseMs }), openNode(others, { leaseMs })]
  const gates = [createGate(), createGate()] as const
  await owner.start(gatedHandler(gates[0].opened).handler)
  await pass(2 * beatMs)
  gates[0].open()
  await pass(2 * beatMs)
  const { handler, log } = gatedHandler(gates[1].opened)
  const followed = other.follow(await owner.start(handler))
  await pass(4 * leaseMs)
  expect(log).toEqual([])
  gates[1].open()
  await pass(2 * beatMs)
  expect(await followed).toEqual([1, 2])
})

describe('over an engine that is slow', () => {
  test('a run lives whose node needs longer and longer for each append', async () => {
    const { other, journals, ids, left, finish } = await startSilent(1, { leaseMs: 10_000 })
    const followed = other.follow(`${ids[0]}.0`)
    let tookMs = 0
    journals[0].fault = ({ kind }) => {
      if (kind !== 'append') return undefined
      tookMs = Math.min(tookMs + 1500, 9500)
      return takes(tookMs)
    }
    await pass(200_000)
    expect([left, tookMs]).toEqual([[], 9500])
    finish()
    await pass(60_000)
    expect(await followed).toEqual([1, 2])
  })

  test.each([0.1, 0.3, 0.5, 0.6])(
    'a run lives and a dead node is found, where each call takes %d lease times',
    async (share) => {
      const { other, journals, ids, left } = await startSilent(1)
      const ended = endsOf(other, `${ids[0]}.0`)
      for (const journal of journals) journal.fault = () => takes(share * leaseMs)
      await pass(20 * leaseMs)
      expect([left, ended]).toEqual([[], []])
      journals[0].fault = away
      await pass(8 * leaseMs)
      expect(ended).toEqual([[1, { error: 'interrupted' }]])
    },
  )

  test('a stop reaches a run within a beat while its node looks at all others', async () => {
    const { other, journals, ids, left } = await startSilent(500)
    await pass(2 * beatMs)
    journals[0].fault = away
    await pass(2 * beatMs)
    journals[0].fault = ({ kind }) => (kind === 'read' ? takes(100) : undefined)
    await pass(beatMs)
    for (const id of ids.slice(-3)) expect(await other.runs.stop(id, ada)).toBe(true)
    await pass(beatMs + 600)
    expect(left).toEqual(times(3, 'stopped'))
  })

  test('the looks of a node with many runs take an outage and few beats', async () => {
    const { journals, ids } = await startSilent(500)
    await pass(2 * beatMs)
    journals[0].fault = away
    await pass(2 * beatMs)
    journals[0].fault = ({ kind }) => (kind === 'read' ? takes(100) : undefined)
    journals[0].calls.length = 0
    await pass(5 * beatMs)
    const looked = new Set(journals[0].calls.filter(isOf('read', /\/lease$/)).map(({ topic }) => topic))
    expect(looked.size).toBe(ids.length)
    expect(journals[0].calls.filter(isOf('append', beat)).length).toBeGreaterThanOrEqual(4)
    expect(journals[0].calls.filter(isOf('read', inbox)).length).toBeGreaterThanOrEqual(4)
  })
})

test('runs that end before it do not keep the lease of a run from being read', async () => {
  const journal = new DeafJournal()
  const node = openNode(journal, { leaseMs })
  const gates = Array.from({ length: 60 }, () => createGate())
  const ids: string[] = []
  for (const gate of gates) ids.push((await node.start(gatedHandler(gate.opened).handler)).split('.')[0] ?? '')
  await pass(beatMs)
  journal.calls.length = 0
  for (const gate of gates.slice(0, 50)) {
    gate.open()
    await pass(beatMs)
  }
  const readsOf = (id: string): number =>
    journal.calls.filter(({ kind, topic }) => kind === 'read' && topic === `~run/${id}/lease`).length
  for (const id of ids.slice(50)) expect(readsOf(id)).toBeGreaterThanOrEqual(2)
})

describe.each([{}, { renewLeases: true }])('a process that closes its journal (%o)', (options) => {
  test('ends its runs, and waits for nothing more', async () => {
    const inner = memoryJournal()
    const journal = new DeafJournal(inner)
    const node = openNode(journal, { leaseMs, ...options })
    const { handler, log } = gatedHandler(createGate().opened)
    await node.start(handler)
    await pass(beatMs)
    expect(vi.getTimerCount()).toBeGreaterThan(0)
    await inner.close()
    await pass(2 * beatMs)
    expect(log).toEqual(['shutdown'])
    expect(vi.getTimerCount()).toBe(0)
  })
})
