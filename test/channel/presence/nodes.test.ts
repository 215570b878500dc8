// What becomes of lists when nodes die, are held up or lose their journal, and what presence costs: on a clock that the tests move.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createPresence } from '../../../src/channel/index.ts'
import { memoryJournal } from '../../../src/journal/index.ts'
import { beat, isOf, passInSteps as pass } from '../../support/channel/silent-runs.ts'
import { isMembers, leaseMs, openTwo, PresentNode } from '../../support/channel/present-node.ts'
import { away, FaultyJournal, readOnly } from '../../support/journal/faulty-journal.ts'
import { RewindingJournal } from '../../support/journal/rewinding-journal.ts'
import { holdTime } from '../../support/time/held-time.ts'

const isList = /^~run\/nodes\/present$/

beforeEach(holdTime)
afterEach(() => void vi.useRealTimers())

describe('a node', () => {
  test('that dies is missed within leaseMs, and its members leave, but for those of other nodes', async () => {
    for (const waitMs of [0, 900, 1700, 2500, 3300]) {
      const { one, other, journals } = openTwo({ graceMs: 60_000 })
      one.enter('ada')
      one.enter('bob')
      other.enter('bob')
      const watching = other.watch()
      await pass(10_000 + waitMs)
      journals[0].fault = away
      await pass(leaseMs / 4)
      expect(watching.ids.toSorted()).toEqual(['ada', 'bob'])
      await pass((leaseMs * 3) / 4)
      expect(watching.changes.filter((change) => change.startsWith('leave'))).toEqual(['leave ada'])
    }
  })

  test('is missed by nodes with a longer lease within theirs', async () => {
    const inner = memoryJournal()
    const journal = new FaultyJournal(inner)
    const [one, other] = [new PresentNode(journal, { leaseMs: leaseMs / 4 }), new PresentNode(inner, { leaseMs })]
    one.enter('ada')
    const watching = other.watch()
    await pass(10_000)
    journal.fault = away
    await pass(leaseMs)
    expect(watching.changes).toEqual(['leave ada'])
  })

  test('is missed within the shortest lease, also where that came second', async () => {
    const { one, other, journals } = openTwo({ leaseMs: 10 * leaseMs })
    one.enter('ada')
    const watching = other.watch()
    await pass(1000)
    for (const { channels } of [one, other]) {
      const hasty = createPresence(channels, { member: () => undefined, leaseMs })
      void hasty.list(channels.topic('another room'))
    }
    await pass(10_000)
    journals[0].fault = away
    await pass(leaseMs)
    expect(watching.ids).toEqual([])
  })

  test('that has said that it leaves, and dies before it is off the list, is followed no longer', async () => {
    const { one, other, journals } = openTwo()
    one.enter('ada')
    other.watch()
    await pass(5000)
    const [leaving, staying] = journals
    leaving.fault = ({ kind, topic }) => (kind === 'append' && isList.test(topic) ? 'away' : undefined)
    void one.channels.close()
    await pass(2 * leaseMs)
    staying.calls.length = 0
    await pass(leaseMs)
    const { topic } = leaving.calls.find(isOf('append', isMembers)) ?? {}
    expect(staying.calls.filter((call) => call.topic === topic)).toEqual([])
  })

  test('that was only held up comes back, without a word about members that others have as well', async () => {
    const { one, other, journals } = openTwo()
    one.enter('ada')
    one.enter('bob')
    other.enter('bob')
    const watching = other.watch()
    await pass(10_000)
    const [held] = journals
    held.fault = away
    await pass(2 * leaseMs)
    held.fault = () => undefined
    await pass(leaseMs)
    expect(watching.changes.filter((change) => change.endsWith('bob')).length).toBeLessThanOrEqual(1)
    expect(watching.changes.slice(-2)).toEqual(['leave ada', 'join ada'])
  })

  test.each([
    ['is away', away],
    ['takes no appends', readOnly],
  ])('whose journal %s says so, misses nobody, and is right again afterwards', async (_, fault) => {
    const { one, other, journals } = openTwo({ graceMs: 0 })
    const leave = one.enter('ada')
    one.enter('bob')
    const watching = other.watch()
    await pass(5000)
    for (const journal of journals) journal.fault = fault
    await pass(3 * leaseMs)
    expect(watching.changes.at(-1)).toBe('status {"others":0,"isStale":true}')
    expect(watching.ids).toEqual(['ada', 'bob'])
    leave()
    other.enter('eve')
    await pass(1000)
    // Who is here is known without a journal.
    expect(watching.ids).toEqual(['ada', 'bob', 'eve'])
    for (const journal of journals) journal.fault = () => undefined
    await pass(10_000)
    expect(watching.ids).toEqual(['bob', 'eve'])
    expect(watching.changes).toContain('status {"others":0,"isStale":false}')
    expect(other.errors.length).toBeLessThan(10)
  })

  test.each([
    ['what it tells is not taken', 'append', isMembers],
    ['the logs of others cannot be read', 'read', isMembers],
    ['its beats are not taken', 'append', beat],
  ] as const)('says that its list may be outdated, and does not waver, while %s', async (_, kind, topics) => {
    const { one, other, journals } = openTwo({ graceMs: 0 })
    one.enter('ada')
    other.enter('bob')
    const watching = one.watch()
    await pass(5000)
    journals[0].fault = (call) => (isOf(kind, topics)(call) ? 'full' : undefined)
    one.enter('eve')
    await pass(30_000)
    // The list of nodes changes, and is looked at, also between two beats.
    new PresentNode(journals[1].inner).enter('joe')
    await pass(30_000)
    journals[0].fault = () => undefined
    await pass(15_000)
    const statuses = watching.changes.filter((change) => change.startsWith('status'))
    expect(statuses).toEqual(['status {"others":0,"isStale":true}', 'status {"others":0,"isStale":false}'])
    expect(watching.ids.toSorted()).toEqual(['ada', 'bob', 'eve', 'joe'])
    expect(one.errors.length).toBe(1)
  })

  test('that cannot reach the journal at all lists its own, and says that this may not be all', async () => {
    const { one, journals } = openTwo()
    for (const journal of journals) journal.fault = away
    one.enter('ada')
    const list = one.list()
    await pass(5000)
    expect(await list).toEqual({ members: [{ id: 'ada' }], others: 0, isStale: true })
  })

  test.each([[1], [3], [10]])('tells anew what the journal has lost, of %i events', async (count) => {
    const journal = new RewindingJournal()
    const { one, other } = openTwo({}, journal)
    const watching = other.watch()
    for (let n = 0; n < 5; n += 1) {
      one.enter(`member${n}`)
      await pass(1500)
    }
    await journal.rewind(count, (topic) => topic.startsWith('~run/node/') || topic.startsWith('~run/nodes'))
    await pass(15_000)
    one.enter('last')
    await pass(5000)
    expect(watching.ids.toSorted()).toEqual(['last', ...Array.from({ length: 5 }, (_, n) => `member${n}`)])
    expect(watching.changes.filter((change) => change.startsWith('leave'))).toEqual([])
  })

  test('tells anew what an engine that fails over has lost of its last words', async () => {
    const journal = new RewindingJournal()
    const { one, other } = openTwo({}, journal)
    one.enter('ada')
    await pass(5000)
    one.enter('bob')
    await pass(60)
    await journal.rewind(1, (topic) => isMembers.test(topic))
    await pass(5000)
    const list = other.list()
    await pass(5000)
    expect((await list).members.map(({ id }) => id)).toEqual(['ada', 'bob'])
  })

  test('whose last words the journal has lost, and has given their numbers to others, is known to one that stood still meanwhile', async () => {
    const journal = new RewindingJournal()
    const { one, other, journals } = openTwo({}, journal)
    const watching = other.watch()
    one.enter('ada')
    await pass(5000)
    one.enter('bob')
    await pass(1500)
    expect(watching.ids).toEqual(['ada', 'bob'])
    const [, reading] = journals
    reading.fault = away
    await journal.rewind(1, (topic) => isMembers.test(topic))
    // With the list that takes the number of what was lost.
    one.enter('eve')
    await pass(5000)
    one.enter('joe')
    await pass(1500)
    reading.fault = () => undefined
    await pass(5000)
    expect(watching.ids).toEqual(['ada', 'bob', 'eve', 'joe'])
  })

  test('tells of a member that is as it was before, if that counts more now', async () => {
    const { one, other } = openTwo()
    const watchings = [one.watch(), other.watch()] as const
    one.enter('ada', 'first')
    await pass(5000)
    other.enter('ada', 'second')
    // Heard of at once, and told within the second that is left before the next append.
    await pass(200, 10)
    one.enter('ada', 'third')
    one.enter('ada', 'first')
    await pass(5000)
    expect(watchings.map(({ members }) => members.get('ada'))).toEqual(['first', 'first'])
  })

  test('beats while it has members or lists, and no longer', async () => {
    const { one, journals } = openTwo()
    const [journal] = journals
    const beats = async (): Promise<number> => {
      journal.calls.length = 0
      await pass(60_000)
      return journal.calls.filter(isOf('append', beat)).length
    }
    expect(await beats()).toBe(0)
    const leave = one.enter('ada')
    expect(await beats()).toBeGreaterThanOrEqual(17)
    expect(journal.calls.filter(({ kind }) => kind === 'append').length).toBeLessThanOrEqual(22)
    leave()
    await pass(leaseMs + 5000)
    expect(await beats()).toBe(0)
    expect(journal.calls).toEqual([])
    // Nobody looks for it any more.
    const { events } = await journal.inner.read('~run/nodes/present', 'start')
    expect(events.at(-1)?.data).toBe('[]')
  })

  test('appends once a second at the most, however many come and go', async () => {
    const { one, other, journals } = openTwo({ graceMs: 0 })
    const watching = other.watch()
    await pass(5000)
    for (const journal of journals) journal.calls.length = 0
    for (let second = 0; second < 10; second += 1) {
      const leaves = Array.from({ length: 200 }, (_, n) =>
        one.enter(`member${second}-${n}`, undefined, `room${n % 50}`),
      )
      await pass(500)
      for (const leave of leaves.slice(100)) leave()
      await pass(500)
    }
    const appends = journals[0].calls.filter(isOf('append', isMembers)).length
    expect(appends).toBeGreaterThan(5)
    expect(appends).toBeLessThanOrEqual(11)
    one.enter('ada')
    await pass(3000)
    expect(watching.ids).toEqual(['ada'])
  })

  test('keeps its log short, and a node that comes late learns everything from it', async () => {
    const inner = memoryJournal()
    const { one, journals } = openTwo({ graceMs: 0 }, inner)
    const info = 'x'.repeat(900)
    for (let round = 0; round < 40; round += 1) {
      const leaves = Array.from({ length: 30 }, (_, n) => one.enter(`member${round}-${n}`, info))
      await pass(1100)
      if (round < 39) for (const leave of leaves) leave()
    }
    await pass(2000)
    const { topic = '' } = journals[0].calls.find(isOf('append', isMembers)) ?? {}
    const { events } = await inner.read(topic, 'start', { maxBytes: 1e9 })
    // A third of a million characters were told, of which the list has 28,000.
    expect(events.reduce((sum, { data }) => sum + data.length, 0)).toBeLessThan(120_000)
    const late = new PresentNode(inner)
    const list = late.list()
    await pass(5000)
    expect((await list).members.length).toBe(30)
  })

  test('that comes late never lists who has gone before', async () => {
    const inner = memoryJournal()
    const { one } = openTwo({}, inner)
    const info = 'x'.repeat(1000)
    for (let n = 0; n < 400; n += 1) one.enter(`here${n}`, info)
    await pass(2000)
    // More than one read brings, and less than the list, so that it stays in the log.
    const leaves = Array.from({ length: 350 }, (_, n) => one.enter(`gone${n}`, info))
    await pass(2000)
    for (const leave of leaves) leave()
    await pass(2000)
    const late = new PresentNode(inner)
    const watching = late.watch()
    await pass(20_000)
    expect(watching.ids.length).toBe(400)
    expect(watching.changes).toEqual([])
  })

  test.each([4000, 5000, 6000, 7000])(
    'is not taken for dead where the journal of all took no appends for %i ms, and comes back to it last',
    async (outageMs) => {
      for (let phaseMs = 0; phaseMs < 3500; phaseMs += 500) {
        const { one, other, journals } = openTwo({ graceMs: 0 })
        one.enter('ada')
        const watching = other.watch()
        await pass(10_000 + phaseMs)
        for (const journal of journals) journal.fault = readOnly
        await pass(outageMs)
        journals[1].fault = () => undefined
        await pass(3500)
        for (const journal of journals) journal.fault = () => undefined
        await pass(5000)
        expect(watching.changes.filter((change) => change.startsWith('leave'))).toEqual([])
      }
    },
  )
})
