// Runs whose end the journal refuses: they end for those who follow them elsewhere as soon as it is well.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { memoryJournal } from '../../../src/journal/index.ts'
import { gatedHandler } from '../../support/channel/direct-node.ts'
import { endsOf, leaseMs, nodeOf, passInSteps as pass, startSilent } from '../../support/channel/silent-runs.ts'
import type { JournalCall } from '../../support/journal/faulty-journal.ts'
import { createGate } from '../../support/time/gate.ts'
import { holdTime } from '../../support/time/held-time.ts'

beforeEach(holdTime)
afterEach(() => void vi.useRealTimers())

/** Takes no event of a run, nor its lease; all else of the node goes on. */
const refusing =
  (id: string | undefined) =>
  ({ kind, topic }: JournalCall): undefined => {
    if (kind === 'append' && topic.startsWith(`~run/${id}`)) throw new Error('no space left')
  }

/** A run whose node has another one that goes on, so that it shows that it lives. */
async function refused() {
  const inner = memoryJournal()
  const { owner, other, journals, ids, finish } = await startSilent(1, {}, inner)
  await owner.start(gatedHandler(createGate().opened).handler)
  const [id] = ids
  const ended = endsOf(other, `${id}.0`)
  await pass(leaseMs)
  journals[0].fault = refusing(id)
  finish()
  await pass(10 * leaseMs)
  const calls = (): number => journals[0].calls.filter(({ topic }) => topic.startsWith(`~run/${id}`)).length
  return { inner, owner, journal: journals[0], id: id ?? '', ended, calls }
}

describe('a run whose end the journal refuses while its node lives', () => {
  test('ends for its readers on another node once the journal is well', async () => {
    const { journal, ended, owner } = await refused()
    expect(ended).toEqual([])
    const reported = owner.errors.length
    journal.fault = () => undefined
    // The next try comes within a lease, and what it appends reaches the readers a little later.
    await pass(1.5 * leaseMs)
    expect(ended).toEqual([[1, { error: 'interrupted' }]])
    expect(owner.errors).toHaveLength(reported)
  })

  test('is tried again seldom, and no more once it has ended', async () => {
    const { journal, calls } = await refused()
    const before = calls()
    await pass(20 * leaseMs)
    // Each try reads the lease, and appends to it in vain.
    expect(calls() - before).toBeGreaterThan(2 * 20)
    expect(calls() - before).toBeLessThan(2 * 50)
    journal.fault = () => undefined
    await pass(1.5 * leaseMs)
    const atEnd = calls()
    await pass(20 * leaseMs)
    expect(calls()).toBe(atEnd)
  })

  test('is left alone once another node has ended it', async () => {
    const { inner, id, ended, calls } = await refused()
    const lease = JSON.stringify({ owner: 'ada', node: await nodeOf(inner, id), state: 'interrupted', beat: 'node' })
    await inner.append(`~run/${id}/lease`, lease, { epoch: id, close: true })
    await inner.append(`~run/${id}`, '{"error":"interrupted"}', { epoch: id, event: 'error', close: true })
    await pass(2 * leaseMs)
    expect(ended).toEqual([[1, { error: 'interrupted' }]])
    const before = calls()
    await pass(20 * leaseMs)
    expect(calls()).toBe(before)
  })

  test('is given up with the journal of its process', async () => {
    const { inner, journal, calls } = await refused()
    await inner.close()
    journal.fault = () => undefined
    await pass(1.5 * leaseMs)
    const before = calls()
    await pass(20 * leaseMs)
    expect(calls()).toBe(before)
  })
})
