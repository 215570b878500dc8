// Runs over real engines that two nodes cannot reach for a while: none is lost whose node lives.
import { describe, expect, test } from 'vitest'
import { followRuns, times, well } from '../../support/channel/two-nodes.ts'
import { describeWith } from '../../support/component/component.ts'
import { away, full, readOnly } from '../../support/journal/faulty-journal.ts'
import { redis, sqlite, type OpenTwo } from '../../support/journal/real-engines.ts'

const leaseMs = 400
const count = 10

describe(sqlite[0], () => testOver(sqlite[1]))
describeWith('redis-server', redis[0], () => testOver(redis[1]))

/** Resolves when so many more calls were made of the other node's journal: it has looked in vain that often. */
async function looks(calls: readonly unknown[], times: number): Promise<void> {
  const before = calls.length
  await expect.poll(() => calls.length).toBeGreaterThan(before + times * count)
}

function testOver(open: OpenTwo): void {
  test.each([
    ['away', away],
    ['full', full],
    ['read-only', readOnly],
  ])('%s for several lease times: no run is lost', async (_, fault) => {
    const runs = await followRuns(await open(), count, { leaseMs })
    const { calls } = runs.othersJournal
    runs.fault(fault)
    await looks(calls, 12)
    runs.fault(well)
    await looks(calls, 6)
    expect(runs.ended).toEqual([])
    runs.finish()
    await expect.poll(() => runs.ended).toEqual(times(count, [1, 2]))
  })

  test('a node that is dead is taken over', async () => {
    const runs = await followRuns(await open(), count, { leaseMs })
    runs.ownersJournal.fault = away
    await expect.poll(() => runs.ended).toEqual(times(count, [1, { error: 'interrupted' }]))
    runs.ownersJournal.fault = well
    await expect.poll(() => runs.left).toEqual(times(count, 'lost'))
  })
}
