// Everything that can happen to nodes and engine does, while readers drop and hop between two nodes: what each of them had, and
// what was acknowledged, is checked against the history of the log. Controls show that each count finds its fault.
import { expect, test } from 'vitest'
import { faultNames } from '../support/chaos/faults.mjs'
import { faultCounts, runChaos } from '../support/chaos/run-chaos.mjs'
import { describeWith, type Component } from '../support/component/component.ts'

const exact = { ...Object.fromEntries(faultCounts.map((name) => [name, 0])), unchecked: 0 }

const servers: readonly { readonly engine: string; readonly component: Component }[] = [
  { engine: 'redis', component: 'redis-server' },
  { engine: 'postgres', component: 'postgresql' },
]

/** Faults by which no event is lost to anybody. */
const harmless = ['cut-feeds', 'kill-node', 'kill-engine', 'pause-node', 'pause-engine', 'late-hints']

for (const { engine, component } of servers) {
  describeWith(component, `two nodes over ${engine}`, () => {
    test('tell readers of all that an engine loses, and lose, double and disorder nothing else', async () => {
      const report = await runChaos({ engine, readers: 100, durationMs: 8000, perSecond: 40 })
      expect(report).toMatchObject(exact)
      expect(Object.keys(report.strikes)).toEqual(faultNames.filter((name) => name !== 'late-hints'))
      expect(Object.values(report.strikes)).not.toContain(0)
      expect(report.rewound).toBeGreaterThan(0)
      expect(report.resets).toBeGreaterThan(0)
    })

    test('announce nothing if nothing is lost, with clocks an hour apart', async () => {
      const options = { engine, readers: 100, durationMs: 4000, perSecond: 40, clockSkewMs: 3_600_000 }
      const report = await runChaos({ ...options, faults: harmless })
      expect(report).toMatchObject({ ...exact, gaps: 0, resets: 0, rewound: 0 })
      expect(report.connections).toBeGreaterThan(100)
    })
  })
}

test('two nodes over one SQLite file tell readers of all that it loses, and lose nothing else', async () => {
  const report = await runChaos({ engine: 'sqlite', readers: 100, durationMs: 8000, perSecond: 40 })
  expect(report).toMatchObject(exact)
  expect(Object.values(report.strikes)).not.toContain(0)
  expect(report.rewound).toBeGreaterThan(0)
  expect(report.resets).toBeGreaterThan(0)
})
