// Idempotency keys over real engines whose answers are lost, and whose nodes die.
import { describe, expect, test } from 'vitest'
import { describeWith } from '../../support/component/component.ts'
import { countingHandler, eventsOf, openNode } from '../../support/channel/direct-node.ts'
import { once, openPair, stepOf, steps } from '../../support/channel/key-steps.ts'
import { redis, sqlite, type OpenTwo } from '../../support/journal/real-engines.ts'

const all = ['first', 'second']

describe(sqlite[0], () => testOver(sqlite[1]))
describeWith('redis-server', redis[0], () => testOver(redis[1]))

function testOver(open: OpenTwo): void {
  test.each(steps)('a key whose %s is stored without an answer starts its handler once', async (step) => {
    const [inner, another] = await open()
    const { faulty, one } = openPair({ leaseMs: 3_600_000 }, inner)
    const other = openNode(another, { leaseMs: 3_600_000 })
    const { handler, starts } = countingHandler()
    faulty.fault = once(step, 'unanswered')
    await one.ask('k', handler).catch(() => undefined)
    for (const node of [other, one]) expect(await eventsOf(await node.ask('k', handler))).toEqual(all)
    expect(starts()).toBe(1)
  })

  test('a key whose node dies before the start of its handler is taken over', async () => {
    const [inner, another] = await open()
    const { faulty, one } = openPair({ leaseMs: 200 }, inner)
    const other = openNode(another, { leaseMs: 200 })
    const { handler, starts } = countingHandler()
    let isDead = false
    faulty.fault = (call) => {
      if (isDead) return 'away'
      isDead = stepOf(call) === 'claim'
      return isDead ? 'unanswered' : undefined
    }
    await expect(one.ask('k', handler)).rejects.toThrow()
    expect(await eventsOf(await other.ask('k', handler))).toEqual(all)
    expect(starts()).toBe(1)
  })

  test('a key that many send at once starts one handler', async () => {
    const journals = await open()
    const nodes = journals.map((journal) => openNode(journal))
    const { handler, starts } = countingHandler()
    const asked = Array.from({ length: 10 }, () => nodes.map((node) => node.ask('k', handler))).flat()
    for (const resumed of await Promise.all(asked)) expect(await eventsOf(resumed)).toEqual(all)
    expect(starts()).toBe(1)
  })
}
