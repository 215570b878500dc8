// The controls of the chaos runs: each count is above 0 for nodes that have its fault on purpose.
import { expect, test } from 'vitest'
import { faultCounts, runChaos } from '../support/chaos/run-chaos.mjs'
import { describeWith } from '../support/component/component.ts'

/** The counts that found something. */
function found(report: object): readonly string[] {
  const counts = Object.entries(report).filter(([name, count]) => faultCounts.includes(name) && count > 0)
  return counts.map(([name]) => name)
}

const brief = { readers: 20, durationMs: 2000, perSecond: 80, settleMs: 2000 }

test('nodes without a fault are found to have none', async () => {
  expect(found(await runChaos({ ...brief, engine: 'sqlite', settleMs: 30_000, faults: ['trim'] }))).toEqual([])
})

test.each([
  { control: 'drop', count: 'lost', what: 'leave out events' },
  { control: 'repeat', count: 'doubled', what: 'send events twice' },
  { control: 'swap', count: 'disordered', what: 'send an event after the next' },
  { control: 'garble', count: 'malformed', what: 'send a part of an event' },
  { control: 'stall', count: 'missing', what: 'fall silent' },
  { control: 'forgetful', count: 'missedDuplicates', what: 'forget idempotency keys' },
  { control: 'hasty', count: 'unkept', what: 'acknowledge what they do not store' },
])('nodes that $what are found out', async ({ control, count }) => {
  expect(found(await runChaos({ ...brief, engine: 'sqlite', faults: [], control }))).toContain(count)
})

test.each([
  { control: 'hide-gap', count: 'lost', what: 'hide gaps' },
  { control: 'widen-gap', count: 'falseGaps', what: 'tell of more than is missing' },
])('nodes that $what are found out', async ({ control, count }) => {
  expect(found(await runChaos({ ...brief, engine: 'sqlite', faults: ['trim', 'kill-node'], control }))).toContain(count)
})

test('nodes that hide that the log was replaced are found out', async () => {
  const report = await runChaos({ ...brief, engine: 'sqlite', faults: ['snapshot'], control: 'hide-reset' })
  expect(found(report)).toContain('silentBranches')
})

describeWith('redis-server', 'nodes over Redis', () => {
  test('that do not tell two histories apart are found out', async () => {
    const report = await runChaos({ ...brief, engine: 'redis', faults: ['snapshot'], control: 'blind' })
    expect(found(report)).toContain('silentBranches')
  })

  test('that number what pub/sub brings, but keep no log, are found out', async () => {
    const report = await runChaos({ ...brief, engine: 'naive', durationMs: 4000 })
    expect(found(report)).toContain('lost')
  })
})
