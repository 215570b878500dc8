// The end of a run is told once over all nodes, and again only if the node that told it has died or failed.
import { afterEach, describe, expect, test, vi } from 'vitest'
import { Settlement } from '../../../src/ai/run/settlement.ts'
import { memoryJournal, type Journal } from '../../../src/journal/index.ts'
import { createGate } from '../../support/time/gate.ts'
import { holdTime, pass, passDuring } from '../../support/time/held-time.ts'

afterEach(() => void vi.useRealTimers())

const runId = 'r'.repeat(25)
const leaseMs = 300

function node(journal: Journal, tell: (runId: string, meta: unknown) => Promise<void>): Settlement {
  return new Settlement({ journal, leaseMs, forgetAfterMs: 60_000, tell })
}

const never = (error: unknown): void => {
  throw error
}

describe('the end of a run', () => {
  test('is told by one of many nodes that see it at the same moment, with what was kept for it', async () => {
    holdTime()
    const journal = memoryJournal()
    const told: unknown[] = []
    const nodes = Array.from({ length: 8 }, (_, index) =>
      node(journal, async (id, meta) => void told.push([index, id, meta])),
    )
    await nodes[0]?.prepare(runId, { of: 'chat-1' })
    expect(await nodes[0]?.isSettled(runId)).toBe(false)
    await passDuring(Promise.all(nodes.map((one) => one.settle(runId, never))))
    expect(told).toMatchObject([[expect.any(Number), runId, { of: 'chat-1' }]])
    await nodes[7]?.settle(runId, never)
    expect(told).toHaveLength(1)
    expect(await nodes[3]?.isSettled(runId)).toBe(true)
  })

  test('holds up nobody for longer than three leases where telling it never ends, and is not told again', async () => {
    holdTime()
    let told = 0
    const one = node(memoryJournal(), () => {
      told += 1
      return new Promise(() => {})
    })
    await passDuring(Promise.all([one.settle(runId, never), one.settle(runId, never)]))
    await passDuring(one.settle(runId, never))
    expect(told).toBe(1)
  })

  test('is not told twice where telling it takes several times as long as a node may be silent', async () => {
    holdTime()
    const journal = memoryJournal()
    const gate = createGate()
    const told: string[] = []
    const slow = node(journal, async () => {
      told.push('slow')
      await gate.opened
    })
    const other = node(journal, async () => void told.push('other'))
    const first = slow.settle(runId, never)
    await pass(10)
    const second = other.settle(runId, never)
    await pass(5 * leaseMs)
    gate.open()
    await passDuring(Promise.all([first, second]))
    expect(told).toEqual(['slow'])
  })

  test('is told by another node if the one that began to tell it says nothing any more', async () => {
    holdTime()
    const journal = memoryJournal()
    const told: string[] = []
    // What a node leaves that is killed while it tells.
    await journal.append(`~chat-end/${runId}`, '{"state":"claimed","meta":7}', { epoch: runId })
    const other = node(journal, async (_, meta) => void told.push(`other ${String(meta)}`))
    const settled = other.settle(runId, never)
    await pass(leaseMs - 50)
    expect(told).toEqual([])
    await passDuring(settled)
    expect(told).toEqual(['other 7'])
  })

  test('is told once more when somebody looks after it could not be told, and the error is reported', async () => {
    const journal = memoryJournal()
    const errors: unknown[] = []
    let count = 0
    const one = node(journal, async () => {
      count += 1
      if (count === 1) throw new Error('The database is away.')
    })
    await one.settle(runId, (error) => errors.push(error))
    expect(errors).toMatchObject([{ message: 'The database is away.' }])
    expect(await one.isSettled(runId)).toBe(false)
    await one.settle(runId, (error) => errors.push(error))
    expect([count, errors.length, await one.isSettled(runId)]).toEqual([2, 1, true])
  })

  test('is told again by the same node, later and later, until that succeeds', async () => {
    holdTime()
    const errors: unknown[] = []
    const calls: number[] = []
    const one = node(memoryJournal(), async () => {
      calls.push(performance.now())
      if (calls.length < 4) throw new Error('The database is away.')
    })
    await passDuring(one.settle(runId, (error) => errors.push(error)))
    await pass(999)
    expect(calls).toHaveLength(1)
    await pass(14_000)
    expect([calls.length, errors.length, await one.isSettled(runId)]).toEqual([4, 3, true])
    const gaps = calls.slice(1).map((at, index) => at - (calls[index] ?? 0))
    for (const [index, most] of [2000, 4000, 8000].entries()) {
      expect(gaps[index]).toBeGreaterThanOrEqual(most / 2)
      expect(gaps[index]).toBeLessThan(most + 400)
    }
    expect(vi.getTimerCount()).toBe(0)
  })

  test('is not tried for ever, nor where somebody has looked with success, nor once the server has closed', async () => {
    holdTime()
    let count = 0
    let fails = true
    const one = node(memoryJournal(), async () => {
      count += 1
      if (fails) throw new Error('The database is away.')
    })
    await passDuring(one.settle(runId, () => {}))
    await pass(130_000)
    expect([count, vi.getTimerCount()]).toEqual([7, 0])
    await passDuring(one.settle(runId, () => {}))
    expect(vi.getTimerCount()).toBe(1)
    fails = false
    await passDuring(one.settle(runId, () => {}))
    expect([count, vi.getTimerCount()]).toEqual([9, 0])
    fails = true
    await passDuring(one.settle('s'.repeat(25), () => {}))
    expect(vi.getTimerCount()).toBe(1)
    one.giveUpRetries()
    expect(vi.getTimerCount()).toBe(0)
  })

  test('is not tried again where the journal of the process is closed', async () => {
    holdTime()
    const journal = memoryJournal()
    const errors: unknown[] = []
    const one = node(journal, () => journal.close())
    await passDuring(one.settle(runId, (error) => errors.push(error)))
    expect([errors.length, vi.getTimerCount()]).toEqual([1, 0])
  })
})
