// Everything that can be killed is, while 200 readers drop and hop between two nodes: each of them checks its own sequence.
import { expect, test } from 'vitest'
import { runChaos } from '../support/chaos/run-chaos.mjs'
import { describeWith, type Component } from '../support/component/component.ts'

const exact = {
  lost: 0,
  doubled: 0,
  malformed: 0,
  missing: 0,
  missedDuplicates: 0,
  announced: 0,
  orders: 1,
  isWhole: true,
}

const engines: readonly { readonly engine: string; readonly component: Component; readonly durationMs: number }[] = [
  { engine: 'redis', component: 'redis-server', durationMs: 15_000 },
  { engine: 'postgres', component: 'postgresql', durationMs: 13_000 },
]

for (const { engine, component, durationMs } of engines) {
  describeWith(component, `two nodes over ${engine}`, () => {
    test('lose, double and disorder nothing, with clocks an hour apart', { timeout: 120_000 }, async () => {
      const report = await runChaos({ engine, readers: 200, durationMs, perSecond: 40, clockSkewMs: 3_600_000 })
      expect(report).toMatchObject(exact)
      expect(report.published).toBeGreaterThan(100)
      expect(report.connections).toBeGreaterThan(1000)
    })
  })
}

test('two nodes over one SQLite file lose, double and disorder nothing', { timeout: 120_000 }, async () => {
  const report = await runChaos({ engine: 'sqlite', readers: 200, durationMs: 10_000, perSecond: 40 })
  expect(report).toMatchObject(exact)
  expect(report.published).toBeGreaterThan(100)
})

describeWith('redis-server', 'two nodes over pub/sub alone', () => {
  test('are found out by the same readers', { timeout: 120_000 }, async () => {
    const report = await runChaos({ engine: 'naive', readers: 50, durationMs: 6000, perSecond: 40 })
    expect(report.lost).toBeGreaterThan(0)
    expect(report.orders).toBeGreaterThan(1)
    expect(report.isWhole).toBe(false)
  })
})
