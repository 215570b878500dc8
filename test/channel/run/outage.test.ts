// Runs over a journal that is away, full or read-only for a while: none is lost whose node lives, and one whose node is dead ends.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { memoryJournal } from '../../../src/journal/index.ts'
import { away, full, readOnly } from '../../support/journal/faulty-journal.ts'
import { followRuns, times, well, type FollowedRuns } from '../../support/channel/two-nodes.ts'
import { turns } from '../../support/server/asking.ts'
import { holdTime } from '../../support/time/held-time.ts'

beforeEach(holdTime)
afterEach(() => void vi.useRealTimers())

const leaseMs = 300
const count = 6
/** A reader asks again within two seconds after an outage. */
const recoveryMs = 8 * leaseMs
const complete = [1, 2]
const interrupted = [1, { error: 'interrupted' }]

/** Lets time pass in steps that are short beside a lease. */
async function pass(ms: number, stepMs = 15): Promise<void> {
  for (let passed = 0; passed < ms; passed += stepMs) {
    vi.advanceTimersByTime(stepMs)
    await turns(3)
  }
}

describe.each([
  ['beats of their nodes', { renewLeases: false }],
  ['renewed leases', { renewLeases: true }],
])('over %s:', (_, kind) => {
  function follow(options = {}, others = options): Promise<FollowedRuns> {
    const journal = memoryJournal()
    return followRuns([journal, journal], count, { leaseMs, ...kind, ...options }, { leaseMs, ...kind, ...others })
  }

  describe('a journal that is', () => {
    const kinds = [
      ['away', away],
      ['full', full],
      ['read-only', readOnly],
    ] as const

    test.each(kinds)('%s for several lease times loses no run', async (_, fault) => {
      const runs = await follow()
      for (const outageMs of [leaseMs, 4 * leaseMs, 13 * leaseMs]) {
        await pass(2 * leaseMs)
        runs.fault(fault)
        await pass(outageMs)
        runs.fault(well)
      }
      await pass(recoveryMs)
      expect(runs.ended).toEqual([])
      runs.finish()
      await pass(recoveryMs)
      expect(runs.ended).toEqual(times(count, complete))
      expect(runs.left).toEqual(times(count, 'of itself'))
    })

    test.each(kinds)('%s again and again, for less than a lease, loses no run', async (_, fault) => {
      const runs = await follow()
      for (let time = 0; time < 20; time += 1) {
        runs.fault(fault)
        await pass(0.8 * leaseMs)
        runs.fault(well)
        await pass(0.3 * leaseMs)
      }
      runs.finish()
      await pass(recoveryMs)
      expect(runs.ended).toEqual(times(count, complete))
    })

    test.each(kinds)('%s does not keep a dead node alive: its runs end once the journal is back', async (_, fault) => {
      const runs = await follow()
      runs.fault(fault)
      await pass(4 * leaseMs)
      expect(runs.ended).toEqual([])
      runs.othersJournal.fault = well
      await pass(0.9 * leaseMs)
      expect(runs.ended).toEqual([])
      await pass(recoveryMs)
      expect(runs.ended).toEqual(times(count, interrupted))
    })

    test.each(kinds)('%s while the handlers yield loses nothing that they yield', async (_, fault) => {
      const runs = await follow()
      runs.fault(fault)
      runs.finish()
      await pass(9 * leaseMs)
      expect(runs.ended).toEqual([])
      runs.fault(well)
      await pass(20 * leaseMs)
      expect(runs.ended).toEqual(times(count, complete))
    })
  })

  describe('a node', () => {
    test('that alone does not reach the journal is dead, and its handlers are told when it does again', async () => {
      const runs = await follow()
      runs.ownersJournal.fault = away
      await pass(3 * leaseMs)
      expect(runs.ended).toEqual(times(count, interrupted))
      expect(runs.left).toEqual([])
      runs.ownersJournal.fault = well
      await pass(2 * leaseMs)
      expect(runs.left).toEqual(times(count, 'lost'))
    })

    test('that follows, and alone does not reach the journal, ends nothing', async () => {
      const runs = await follow()
      runs.othersJournal.fault = away
      await pass(5 * leaseMs)
      runs.othersJournal.fault = well
      await pass(2 * leaseMs)
      runs.finish()
      await pass(recoveryMs)
      expect(runs.ended).toEqual(times(count, complete))
    })

    test('that has a longer lease than the one that follows lives as long as it says', async () => {
      const runs = await follow({ leaseMs: 6 * leaseMs }, { leaseMs })
      await pass(13 * leaseMs)
      expect(runs.ended).toEqual([])
      runs.ownersJournal.fault = away
      await pass(5 * leaseMs)
      expect(runs.ended).toEqual([])
      await pass(5 * leaseMs)
      expect(runs.ended).toEqual(times(count, interrupted))
    })

    test('that has a shorter lease than the one that follows is dead when it says', async () => {
      const runs = await follow({ leaseMs }, { leaseMs: 60 * leaseMs })
      await pass(25 * leaseMs)
      expect(runs.ended).toEqual([])
      runs.ownersJournal.fault = away
      await pass(3 * leaseMs)
      expect(runs.ended).toEqual(times(count, interrupted))
    })

    test('tells of an outage once', async () => {
      const runs = await follow()
      runs.fault(away)
      await pass(10 * leaseMs)
      runs.fault(well)
      await pass(2 * leaseMs)
      expect(runs.owner.errors).toHaveLength(kind.renewLeases ? count : 1)
      // Of what it could not read of the log, and of the lease.
      expect(runs.other.errors.length).toBeLessThanOrEqual(2 * count)
    })
  })

  describe('a journal that stays', () => {
    const minute = 60_000

    test('full for longer than a run waits fails the run, and says why', async () => {
      const runs = await follow({ leaseMs: minute })
      runs.fault(full)
      runs.finish()
      // What the handler has yielded waits, and its end behind it.
      await pass(95_000, 500)
      expect(runs.left).toEqual(times(count, 'of itself'))
      expect(runs.ended).toEqual([])
      runs.fault(well)
      await pass(5000, 500)
      expect(runs.ended).toEqual(times(count, [1, { error: expect.stringContaining('filled the journal') }]))
    })

    test('full for a little less than that loses nothing', async () => {
      const runs = await follow({ leaseMs: minute })
      runs.fault(full)
      runs.finish()
      await pass(85_000, 500)
      runs.fault(well)
      await pass(5000, 500)
      expect(runs.ended).toEqual(times(count, complete))
    })

    test('away is given up in the end, which is reported', async () => {
      const runs = await follow({ leaseMs: minute })
      runs.fault(away)
      runs.finish()
      await pass(300_000, 500)
      const given = runs.owner.errors.length
      await pass(300_000, 500)
      expect(runs.owner.errors).toHaveLength(given)
      // For each run: its event, its error, its lease and its end, each when the journal was away first; and the last two again.
      expect(given).toBe(kind.renewLeases ? 6 * count : 5 * count + 1)
      runs.fault(well)
      await pass(3 * minute, 500)
      expect(runs.ended).toEqual(times(count, interrupted))
    })
  })

  describe('followers on other nodes', () => {
    const grace = { unfollowed: 'stop', graceMs: leaseMs } as const

    test.each([
      ['away', away],
      ['full', full],
    ])('keep their run while the journal is %s', async (_, fault) => {
      const runs = await follow(grace)
      await pass(3 * leaseMs)
      runs.fault(fault)
      await pass(10 * leaseMs)
      runs.fault(well)
      await pass(3 * leaseMs)
      runs.finish()
      await pass(recoveryMs)
      expect(runs.ended).toEqual(times(count, complete))
    })
  })
})
