// Idempotency keys over journals that fail: the handler of a key is started once, whatever happens around it.
import { describe, expect, test } from 'vitest'
import { memoryJournal } from '../../../src/journal/index.ts'
import { createSeededRandom } from '../../../src/testing/seeded-random.ts'
import { away, FaultyJournal } from '../../support/journal/faulty-journal.ts'
import { countingHandler, eventsOf, openNode, type DirectNode } from '../../support/channel/direct-node.ts'
import { once, openPair, stepOf, steps } from '../../support/channel/key-steps.ts'
import { createGate } from '../../support/time/gate.ts'
import { until } from '../../support/server/asking.ts'

const all = ['first', 'second']

/** No lease runs out within a test: what passes a claim on is that it is given back. */
const long = { leaseMs: 3_600_000 }

describe('a key whose append fails once', () => {
  const faults = ['unanswered', 'away', 'full'] as const
  const cases = steps.flatMap((step) => faults.map((fault) => [step, fault] as const))

  test.each(cases)('at its %s, %s: the handler is started once, and everybody follows it', async (step, fault) => {
    const { faulty, one, other } = openPair(long)
    const { handler, starts } = countingHandler()
    faulty.fault = once(step, fault)
    const first = await one.ask('k', handler).catch((error: unknown) => ({ error }))
    expect(await eventsOf(await other.ask('k', handler))).toEqual(all)
    expect(await eventsOf(await one.ask('k', handler))).toEqual(all)
    if (!('error' in first)) expect(await eventsOf(first)).toEqual(all)
    expect(starts()).toBe(1)
  })

  test.each(['claim', 'start'] as const)('at its %s, unanswered: its own request follows the run', async (step) => {
    const { faulty, one } = openPair(long)
    const { handler, starts } = countingHandler()
    faulty.fault = once(step, 'unanswered')
    expect(await eventsOf(await one.ask('k', handler))).toEqual(all)
    expect(starts()).toBe(1)
  })
})

describe('a key whose request was answered with an error', () => {
  test.each(steps)(
    'since the journal was away from its %s on, starts its handler once the journal is back',
    async (step) => {
      const { faulty, one, other } = openPair(long)
      const { handler, starts } = countingHandler()
      let isAway = false
      faulty.fault = (call) => {
        isAway ||= stepOf(call) === step
        return isAway ? 'away' : undefined
      }
      await expect(one.ask('k', handler)).rejects.toMatchObject({ code: 'ERR_JOURNAL_UNAVAILABLE' })
      faulty.fault = () => undefined
      const again = await Promise.all([one.ask('k', handler), other.ask('k', handler)])
      for (const resumed of again) expect(await eventsOf(resumed)).toEqual(all)
      expect(starts()).toBe(1)
    },
  )

  test('and whose claim is stored only later, starts its handler once', async () => {
    const { faulty, one, other } = openPair(long)
    const { handler, starts } = countingHandler()
    const late = createGate()
    let claims = 0
    faulty.fault = async (call) => {
      if (call.kind === 'read') return 'away'
      if (stepOf(call) !== 'claim') return undefined
      claims += 1
      await late.opened
      return 'unanswered'
    }
    const asked = one.ask('k', handler)
    await until(() => claims === 1)
    late.open()
    await expect(asked).rejects.toMatchObject({ code: 'ERR_JOURNAL_UNAVAILABLE' })
    faulty.fault = () => undefined
    expect(await eventsOf(await other.ask('k', handler))).toEqual(all)
    expect(starts()).toBe(1)
  })
})

describe('a key whose node dies', () => {
  test.each([
    ['claim', 'unanswered'],
    ['lease', 'away'],
    ['lease', 'unanswered'],
    ['start', 'away'],
  ] as const)('at its %s, %s, starts its handler on another after the time of a lease', async (step, fault) => {
    const { faulty, one, other } = openPair({ leaseMs: 80 })
    const { handler, starts } = countingHandler()
    let isDead = false
    faulty.fault = (call) => {
      if (isDead) return 'away'
      isDead = stepOf(call) === step
      return isDead ? fault : undefined
    }
    await expect(one.ask('k', handler)).rejects.toThrow()
    const asked = performance.now()
    expect(await eventsOf(await other.ask('k', handler))).toEqual(all)
    expect(performance.now() - asked).toBeGreaterThan(80)
    expect(starts()).toBe(1)
  })

  test('once the handler may have been started: the run ends as interrupted', async () => {
    const { faulty, one, other } = openPair({ leaseMs: 80 })
    const { handler, starts } = countingHandler()
    let isDead = false
    faulty.fault = (call) => {
      if (isDead) return 'away'
      isDead = stepOf(call) === 'start'
      return isDead ? 'unanswered' : undefined
    }
    await expect(one.ask('k', handler)).rejects.toThrow()
    expect(await eventsOf(await other.ask('k', handler))).toEqual([{ error: 'interrupted' }])
    expect(starts()).toBe(0)
  })
})

describe('a key that takes long to start', () => {
  test('is waited for by others with the same key', async () => {
    const { faulty, one } = openPair(long)
    const { handler, starts } = countingHandler()
    const slow = createGate()
    faulty.fault = async (call) => {
      if (stepOf(call) === 'lease') await slow.opened
      return undefined
    }
    const first = one.ask('k', handler)
    await until(() => faulty.calls.some((call) => stepOf(call) === 'lease'))
    const looking = new FaultyJournal(faulty.inner)
    let isAnswered = false
    const second = openNode(looking, long).ask('k', handler)
    void second.then(() => (isAnswered = true))
    await until(() => looking.calls.filter(({ kind }) => kind === 'read').length === 5)
    expect(isAnswered).toBe(false)
    slow.open()
    expect(await eventsOf(await first)).toEqual(all)
    expect(await eventsOf(await second)).toEqual(all)
    expect(starts()).toBe(1)
  })

  test('for longer than a lease is taken over: its own request follows the other’s run', async () => {
    const { faulty, one, other } = openPair({ leaseMs: 80 })
    const [late, quick] = [countingHandler(), countingHandler()]
    const slow = createGate()
    faulty.fault = async (call) => {
      if (stepOf(call) === 'lease') await slow.opened
      return undefined
    }
    const first = one.ask('k', late.handler)
    await until(() => faulty.calls.some((call) => stepOf(call) === 'lease'))
    const second = await other.ask('k', quick.handler)
    expect(quick.starts()).toBe(1)
    slow.open()
    const ids = await Promise.all([first, second].map(async (resumed) => eventsOf(await resumed)))
    expect(ids).toEqual([all, all])
    expect(late.starts()).toBe(0)
  })
})

describe('a key that was sent with another request', () => {
  test('is refused, on every node', async () => {
    const { one, other } = openPair(long)
    const { handler, starts } = countingHandler()
    expect(await eventsOf(await one.ask('k', handler, 'a'))).toEqual(all)
    for (const node of [one, other]) {
      expect(await node.ask('k', handler, 'b')).toEqual({ outcome: 'another-request' })
      expect(await eventsOf(await node.ask('k', handler, 'a'))).toEqual(all)
    }
    expect(starts()).toBe(1)
  })

  test('is refused also before the handler has started', async () => {
    const { faulty, one, other } = openPair(long)
    const { handler } = countingHandler()
    const slow = createGate()
    faulty.fault = async (call) => {
      if (stepOf(call) === 'lease') await slow.opened
      return undefined
    }
    const first = one.ask('k', handler, 'a')
    await until(() => faulty.calls.some((call) => stepOf(call) === 'lease'))
    expect(await other.ask('k', handler, 'b')).toEqual({ outcome: 'another-request' })
    slow.open()
    expect(await eventsOf(await first)).toEqual(all)
  })

  test('is free again if the handler has not started', async () => {
    const { faulty, one, other } = openPair(long)
    const { handler } = countingHandler()
    faulty.fault = once('lease', 'full')
    await expect(one.ask('k', handler, 'a')).rejects.toMatchObject({ code: 'ERR_JOURNAL_FULL' })
    expect(await eventsOf(await other.ask('k', handler, 'b'))).toEqual(all)
  })
})

test('a key of an earlier version leads to its run, whatever is asked with it', async () => {
  const journal = new FaultyJournal()
  const node = openNode(journal, long)
  const { handler, starts } = countingHandler()
  expect(await eventsOf(await node.ask('new', handler, 'a'))).toEqual(all)
  const topics = journal.calls.filter((call) => stepOf(call) === 'start')
  const [{ topic, data } = { topic: '', data: '' }] = topics
  // What the older version wrote, and what it can read: the run's id, alone.
  expect(JSON.parse(data ?? '')).toMatch(/^[0-9a-z]{25}$/)
  const older = memoryJournal()
  await older.append(topic, '"abc"', { close: true, expectSeq: 0 })
  await older.append('~run/abc/lease', '{"owner":"ada","node":"n","state":"ended"}', { epoch: 'abc', close: true })
  await older.append('~run/abc', '"of old"', { epoch: 'abc', close: true })
  expect(await eventsOf(await openNode(older, long).ask('new', handler, 'b'))).toEqual(['of old'])
  expect(starts()).toBe(1)
})

test('a claim that no node has written is an error, and no second run', async () => {
  const journal = new FaultyJournal()
  const { handler, starts } = countingHandler()
  journal.fault = once('claim', 'away')
  await openNode(journal, long).ask('k', handler)
  const [{ topic } = { topic: '' }] = journal.calls
  const broken = memoryJournal()
  await broken.append(topic, '{"state":"claimed","run":7}')
  await expect(openNode(broken, long).ask('k', handler)).rejects.toMatchObject({ code: 'ERR_EVENT_INVALID' })
  expect(starts()).toBe(1)
})

describe('keys over journals that fail at random', () => {
  const seeds = Number(process.env['KEY_SEEDS'] ?? 40)

  test.each(Array.from({ length: seeds }, (_, seed) => seed))('start each handler once (seed %i)', async (seed) => {
    const random = createSeededRandom(seed)
    const inner = memoryJournal()
    const journals = Array.from({ length: 3 }, () => new FaultyJournal(inner))
    const nodes = journals.map((journal) => openNode(journal, { leaseMs: random.pick([20, 200]) }))
    const percent = random.pick([5, 20, 50])
    for (const journal of journals) {
      journal.fault = (call) => {
        if (stepOf(call) === undefined && call.kind !== 'read') return undefined
        return random.chance(percent) ? random.pick(['away', 'unanswered', 'full']) : undefined
      }
    }
    const { handler, starts } = countingHandler()
    const ask = (node: DirectNode): Promise<unknown> => node.ask('k', handler).catch(() => undefined)
    for (let round = 0; round < 5; round += 1) await Promise.all(nodes.map(ask))
    expect(starts()).toBeLessThanOrEqual(1)
    for (const journal of journals) journal.fault = () => undefined
    for (const node of nodes) expect(await eventsOf(await node.ask('k', handler))).toEqual(all)
    expect(starts()).toBe(1)
  })
})

test('the journal that is away is told of as it is', async () => {
  const { faulty, one } = openPair(long)
  faulty.fault = away
  const { handler } = countingHandler()
  await expect(one.ask('k', handler)).rejects.toMatchObject({ code: 'ERR_JOURNAL_UNAVAILABLE' })
})
