// What nobody should have written into the topics of runs and nodes: it harms the run that it is about, and no other.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { NodeLog } from '../../../src/channel/run/node-log.ts'
import { memoryJournal, type Journal } from '../../../src/journal/index.ts'
import {
  beat,
  beatMs,
  inbox,
  isOf,
  leaseMs,
  nodeOf,
  passInSteps as pass,
  endsOf,
  startSilent,
} from '../../support/channel/silent-runs.ts'
import { times } from '../../support/channel/two-nodes.ts'
import { away } from '../../support/journal/faulty-journal.ts'
import { holdTime } from '../../support/time/held-time.ts'

beforeEach(holdTime)
afterEach(() => void vi.useRealTimers())

const ada = { user: 'ada' }

/** Deletes one topic, as an engine that is short of memory evicts a key. */
async function forget(journal: Journal, topic: string): Promise<void> {
  await journal.append(topic, '0', { retention: { forgetAfterMs: 1 } })
  await pass(10, 1)
}

const texts = [
  '{}',
  '[]',
  'null',
  '7',
  '"x"',
  '{"owner":"ada","node":5,"state":"running"}',
  '{"run":5}',
  '{"follower":1}',
]

describe.each(texts)('%s in place of', (text) => {
  test('the lease of a run harms no other run of its node', async () => {
    const graceMs = 12_000
    const { other, journals, ids, left } = await startSilent(25, { unfollowed: 'stop', graceMs })
    for (const id of ids.slice(1)) void other.follow(`${id}.0`).catch(() => {})
    await journals[1].append(`~run/${ids[0]}/lease`, text, { epoch: ids[0] ?? '' })
    await new NodeLog(journals[1], await nodeOf(journals[1], ids[1] ?? '')).tell({ run: ids[0] ?? '' })
    await pass(2 * beatMs)
    expect(await other.runs.stop(ids[24] ?? '', ada)).toBe(true)
    await pass(beatMs + 200)
    expect(left).toContain('stopped')
    // The one itself has no followers.
    await pass(10 * graceMs)
    expect(left.toSorted()).toEqual([expect.stringMatching(/abandoned|lost/), 'stopped'])
  })

  test('a message keeps no other message from being read', async () => {
    const { other, journals, ids, left } = await startSilent(2)
    const node = await nodeOf(journals[1], ids[0] ?? '')
    await journals[1].append(`~run/node/${node}/inbox`, text, { epoch: node })
    expect(await other.runs.stop(ids[1] ?? '', ada)).toBe(true)
    await pass(beatMs + 200)
    expect(left).toEqual(['stopped'])
  })

  test('a beat neither keeps a node alive nor kills it', async () => {
    const { other, journals, ids, left } = await startSilent(1)
    const node = await nodeOf(journals[1], ids[0] ?? '')
    const ended = endsOf(other, `${ids[0]}.0`)
    for (let count = 0; count < 10; count += 1) {
      await journals[1].append(`~run/node/${node}`, text, { epoch: node })
      await pass(leaseMs / 2)
    }
    expect(left).toEqual([])
    journals[0].fault = away
    await journals[1].append(`~run/node/${node}`, text, { epoch: node })
    await pass(3 * leaseMs)
    expect(ended).toEqual([[1, { error: 'interrupted' }]])
  })
})

describe('a message about a follower', () => {
  const followers = ['\u0000', '', 'x'.repeat(5000), '../x', 'a\nb']

  test.each(followers)('whose node cannot be one keeps no run from being stopped (%j)', async (follower) => {
    const graceMs = 12_000
    const { journals, ids, left } = await startSilent(3, { unfollowed: 'stop', graceMs })
    const node = await nodeOf(journals[1], ids[0] ?? '')
    await new NodeLog(journals[1], node).tell({ run: ids[0] ?? '', follower })
    await pass(3 * graceMs)
    expect(left).toEqual(times(3, 'abandoned'))
  })
})

describe('a time in a beat', () => {
  test.each(['1e-9', '1e308', '1e999', '-1', '0', '"9000"', 'null', '2147483648'])(
    'of %s is none: the node is looked at as before',
    async (goodForMs) => {
      const { other, journals, ids, left } = await startSilent(1)
      const node = await nodeOf(journals[1], ids[0] ?? '')
      const ended = endsOf(other, `${ids[0]}.0`)
      await pass(beatMs)
      journals[1].calls.length = 0
      await journals[1].append(`~run/node/${node}`, `{"goodForMs":${goodForMs},"follows":[]}`, { epoch: node })
      await pass(beatMs)
      expect(left).toEqual([])
      expect(journals[1].calls.length).toBeLessThan(10)
      journals[0].fault = away
      await journals[1].append(`~run/node/${node}`, `{"goodForMs":${goodForMs},"follows":[]}`, { epoch: node })
      await pass(3 * leaseMs)
      expect(ended).toEqual([[1, { error: 'interrupted' }]])
    },
  )
})

describe('a journal that has lost one topic alone', () => {
  test('that of the beats: the node lives on', async () => {
    const inner = memoryJournal()
    const { other, ids, left, finish } = await startSilent(2, {}, inner)
    const followed = other.follow(`${ids[0]}.0`)
    await pass(2 * beatMs)
    await forget(inner, `~run/node/${await nodeOf(inner, ids[0] ?? '')}`)
    await pass(5 * leaseMs)
    expect(left).toEqual([])
    finish()
    await pass(beatMs)
    expect(await followed).toEqual([1, 2])
  })

  test('an inbox with a stop in it: the run ends within two beats of the next message', async () => {
    const inner = memoryJournal()
    const { other, ids, left } = await startSilent(3, {}, inner)
    await pass(2 * beatMs)
    const topic = `~run/node/${await nodeOf(inner, ids[0] ?? '')}/inbox`
    expect(await other.runs.stop(ids[0] ?? '', ada)).toBe(true)
    await pass(beatMs)
    expect(await other.runs.stop(ids[1] ?? '', ada)).toBe(true)
    await forget(inner, topic)
    expect(await other.runs.stop(ids[2] ?? '', ada)).toBe(true)
    await pass(2 * beatMs + 200)
    expect(left).toEqual(times(3, 'stopped'))
  })
})

test('no more beats are appended than were asked for where the other node says nothing', async () => {
  const { other, journals, ids } = await startSilent(1)
  void other.follow(`${ids[0]}.0`).catch(() => {})
  journals[0].fault = away
  journals[1].calls.length = 0
  await pass(3 * leaseMs)
  expect(journals[1].calls.filter(isOf('append', beat)).length).toBeLessThanOrEqual(10)
  expect(journals[1].calls.filter(isOf('append', inbox)).length).toBeLessThanOrEqual(1)
})
