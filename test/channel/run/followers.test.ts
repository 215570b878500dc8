// Runs that are stopped without followers: who counts as one, on whichever node, for how long.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { RunLog } from '../../../src/channel/run/log.ts'
import { memoryJournal } from '../../../src/journal/index.ts'
import { openNode, type DirectNode } from '../../support/channel/direct-node.ts'
import {
  beatMs,
  DeafJournal,
  isInbox,
  leaseMs,
  passInSteps as pass,
  startSilent,
} from '../../support/channel/silent-runs.ts'
import { away } from '../../support/journal/faulty-journal.ts'
import { createGate } from '../../support/time/gate.ts'
import { holdTime } from '../../support/time/held-time.ts'

beforeEach(holdTime)
afterEach(() => void vi.useRealTimers())

const graceMs = 30_000
const options = { unfollowed: 'stop', graceMs } as const

/** Follows a run until the returned function is called. */
async function join(node: DirectNode, id: string): Promise<() => void> {
  const request = { ctx: { user: 'ada' }, route: 'POST /run', lastEventId: `${id}.0`, idempotencyKey: undefined }
  const resumed = await node.runs.follow(request)
  if (resumed.outcome !== 'following') throw new Error(resumed.outcome)
  const events = Object(resumed.source)[Symbol.asyncIterator]()
  events.next().catch(() => {})
  return () => void events.return()
}

describe('a follower that hops from node to node', () => {
  test('keeps its run, although it is nowhere when a node beats', async () => {
    const inner = memoryJournal()
    const { ids, left, other } = await startSilent(1, options, inner)
    const nodes = [other, openNode(new DeafJournal(inner), { leaseMs, ...options }, 2000)] as const
    // Both follow something else, so that they beat in their own time.
    for (const node of nodes) {
      const { ids: others } = await startSilent(1, options, inner)
      await join(node, others[0] ?? '')
    }
    await pass(100)
    for (let passed = 0; passed < 6 * graceMs; passed += beatMs) {
      // Away at the beats of both, which come every 3 seconds.
      const leave = await join(nodes[(passed / beatMs) % 2] ?? other, ids[0] ?? '')
      await pass(beatMs - 500)
      leave()
      await pass(500)
    }
    expect(left).toEqual([])
    await pass(graceMs + 4 * beatMs)
    expect(left).toEqual(['abandoned'])
  })

  test('keeps its run, although it comes and goes on the node of the run, and is away when that beats', async () => {
    const { ids, left, owner } = await startSilent(1, options)
    await pass(100)
    for (let passed = 0; passed < 6 * graceMs; passed += beatMs) {
      const leave = await join(owner, ids[0] ?? '')
      await pass(beatMs - 500)
      leave()
      await pass(500)
    }
    expect(left).toEqual([])
    await pass(graceMs + 4 * beatMs)
    expect(left).toEqual(['abandoned'])
  })

  test('and back keeps its run, although the answers of the engine come in another order', async () => {
    const { ids, left, other, journals } = await startSilent(1, options)
    await pass(beatMs)
    const gate = createGate()
    let reads = 0
    journals[1].fault = ({ kind, topic }) => {
      // The first read of the lease is the one of the route.
      if (kind !== 'read' || !topic.endsWith('/lease') || ++reads !== 2) return undefined
      return gate.opened.then(() => undefined)
    }
    const leave = await join(other, ids[0] ?? '')
    await pass(500)
    expect(reads).toBe(2)
    leave()
    await join(other, ids[0] ?? '')
    await pass(500)
    expect(reads).toBe(4)
    gate.open()
    await pass(5 * graceMs)
    expect(left).toEqual([])
  })
})

describe('a run is stopped in time', () => {
  test.each([1, 10, 30])('after the node of its follower has died, with a grace time of %d leases', async (leases) => {
    const long = leases * leaseMs
    const { ids, left, other, journals } = await startSilent(1, { unfollowed: 'stop', graceMs: long })
    await join(other, ids[0] ?? '')
    await pass(2 * long)
    expect(left).toEqual([])
    journals[1].fault = away
    await pass(long + 4 * beatMs)
    expect(left).toEqual(['abandoned'])
  })

  test('after each of many followers has left its node', async () => {
    const inner = memoryJournal()
    const { ids, left, other } = await startSilent(1, options, inner)
    const nodes = [other, openNode(new DeafJournal(inner), { leaseMs, ...options }, 2000)] as const
    const leaves = await Promise.all(nodes.map((node) => join(node, ids[0] ?? '')))
    await pass(2 * graceMs)
    leaves[0]?.()
    await pass(2 * graceMs)
    expect(left).toEqual([])
    leaves[1]?.()
    await pass(graceMs + 4 * beatMs)
    expect(left).toEqual(['abandoned'])
  })
})

describe('a follower on a node of an earlier version, which signs each run by itself', () => {
  const limits = { leaseMs, graceMs, maxDurationMs: 3_600_000, keepMs: 3_600_000, maxEvents: 1000, maxBytes: 1e6 }

  test('keeps its run for as long as it signs', async () => {
    const { ids, left, journals } = await startSilent(1, options)
    const log = new RunLog(journals[1], ids[0] ?? '', limits)
    for (let passed = 0; passed < 6 * graceMs; passed += beatMs) {
      await log.sign()
      await pass(beatMs)
    }
    expect(left).toEqual([])
    await pass(2 * graceMs + 4 * beatMs)
    expect(left).toEqual(['abandoned'])
  })

  test('costs a run without such followers no read but those before its end', async () => {
    const { ids, left, journals } = await startSilent(1, options)
    await pass(graceMs + 4 * beatMs)
    expect(left).toEqual(['abandoned'])
    const topic = `~run/${ids[0]}/followers`
    expect(journals[0].calls.filter((call) => call.topic === topic).length).toBeLessThanOrEqual(2)
  })
})

test('a node whose inbox was lost is told again what is followed', async () => {
  const inner = memoryJournal()
  const { ids, left, other, journals } = await startSilent(1, options, inner)
  const gate = createGate()
  // The run's node does not come to read what it was told before that is gone.
  journals[0].fault = ({ kind, topic }) =>
    kind === 'read' && isInbox(topic) ? gate.opened.then(() => undefined) : undefined
  await pass(beatMs)
  await join(other, ids[0] ?? '')
  await pass(500)
  const topic = journals[1].calls.findLast((call) => call.kind === 'append' && isInbox(call.topic))?.topic ?? ''
  await inner.append(topic, '0', { retention: { forgetAfterMs: 1 } })
  await pass(10, 1)
  gate.open()
  journals[0].fault = () => undefined
  await pass(5 * graceMs)
  expect(left).toEqual([])
})
