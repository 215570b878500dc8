// Who is listed, when, and what it costs: on a clock that the tests move.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { memoryJournal, type Journal } from '../../../src/journal/index.ts'
import { beat, isOf, passInSteps as pass } from '../../support/channel/silent-runs.ts'
import { PresentNode } from '../../support/channel/present-node.ts'
import { away, FaultyJournal, readOnly } from '../../support/journal/faulty-journal.ts'
import { RewindingJournal } from '../../support/journal/rewinding-journal.ts'

beforeEach(() =>
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance'] }),
)
afterEach(() => void vi.useRealTimers())

const leaseMs = 20_000
const isMembers = /\/members$/

/** Nodes over one journal, each by a way of its own. */
function openNodes(count: number, options = {}, inner: Journal = memoryJournal()): [PresentNode, FaultyJournal][] {
  return Array.from({ length: count }, () => {
    const journal = new FaultyJournal(inner)
    return [new PresentNode(journal, { leaseMs, ...options }), journal] as const
  }).map(([node, journal]) => [node, journal])
}

function two(options = {}, inner?: Journal): { one: PresentNode; other: PresentNode; journals: FaultyJournal[] } {
  const nodes = openNodes(2, options, inner)
  const [first, second] = nodes
  if (first === undefined || second === undefined) throw new Error('There are not two.')
  return { one: first[0], other: second[0], journals: [first[1], second[1]] }
}

describe('the list', () => {
  test('comes first, and nothing that happens while it is made is lost or doubled', async () => {
    const { one, other } = two()
    for (let n = 0; n < 20; n += 1) {
      one.enter(`one${n}`)
      const watching = other.watch()
      other.enter(`other${n}`)
      await pass(1200)
      expect(watching.ids.length).toBe(2 * n + 2)
      expect(watching.reader.events[0]?.event).toBe('presence')
    }
  })

  test('is iterated as it is written', async () => {
    const { one } = two()
    one.enter('ada', { name: 'Ada' })
    const seen: unknown[] = []
    const end = new AbortController()
    const reading = (async () => {
      for await (const event of one.presence.subscribe(one.channels.topic('room'), { signal: end.signal }))
        seen.push([event.event, event.data])
    })()
    await pass(100)
    one.enter('bob')
    await pass(100)
    expect(seen).toEqual([
      ['presence', { members: [{ id: 'ada', info: { name: 'Ada' } }], others: 0, isStale: false }],
      ['join', { id: 'bob' }],
    ])
    end.abort(new Error('enough'))
    await expect(reading).rejects.toThrow('enough')
  })

  test('is of its topic alone', async () => {
    const { one, other } = two()
    one.enter('ada', 1, 'here')
    one.enter('bob', 1, 'there')
    const watching = other.watch('here')
    await pass(2000)
    expect(watching.ids).toEqual(['ada'])
  })

  test('has no more than maxMembers: others are counted, and listed when there is room', async () => {
    const { one, other } = two({ maxMembers: 2, graceMs: 0 })
    const leaves = ['a', 'b', 'c', 'd'].map((id) => one.enter(id))
    const watching = other.watch()
    await pass(2000)
    expect(watching.ids).toEqual(['a', 'b'])
    expect(await other.list()).toMatchObject({ others: 2 })
    leaves[0]?.()
    await pass(2000)
    expect(watching.ids).toEqual(['b', 'c'])
    expect(watching.changes.at(-1)).toBe('status {"others":1,"isStale":false}')
    leaves[3]?.()
    await pass(2000)
    expect(watching.changes.at(-1)).toBe('status {"others":0,"isStale":false}')
  })

  test('of the 10,001st says that there is one more, on its own node and on others', async () => {
    const { one, other } = two({ graceMs: 0 })
    const leaves = Array.from({ length: 10_001 }, (_, n) => one.enter(`member${n}`))
    const lists = async (): Promise<readonly (readonly [number, number])[]> => {
      const both = Promise.all([one.list(), other.list()])
      await pass(2000)
      return (await both).map(({ members, others }) => [members.length, others] as const)
    }
    await pass(1000)
    other.watch()
    await pass(2000)
    expect(await lists()).toEqual([
      [10_000, 1],
      [10_000, 1],
    ])
    expect(one.channels.topic('room').readers()).toBe(10_001)
    leaves[5]?.()
    await pass(2000)
    expect(await lists()).toEqual([
      [10_000, 0],
      [10_000, 0],
    ])
  })

  test('is sent anew to a reader that was too slow for the changes', async () => {
    const { one } = two({ graceMs: 0 })
    const watching = one.watch()
    await pass(100)
    watching.reader.hasRoom = false
    const info = 'x'.repeat(1000)
    for (let n = 0; n < 400; n += 1) {
      one.enter(`member${n}`, info)
      await pass(10, 10)
    }
    const written = watching.reader.events.length
    expect(written).toBeLessThan(5)
    watching.reader.takeAgain()
    await pass(100)
    expect(watching.ids.length).toBe(400)
    expect(watching.reader.events.map(({ event }) => event)).toEqual(['presence', 'join', 'presence'])
  })

  test('gives a reader that was slow for a little while the changes alone', async () => {
    const { one } = two()
    const watching = one.watch()
    await pass(100)
    watching.reader.hasRoom = false
    one.enter('ada')
    await pass(100)
    one.enter('bob')
    await pass(100)
    watching.reader.takeAgain()
    await pass(100)
    expect(watching.changes).toEqual(['join ada', 'join bob'])
  })
})

describe('a member', () => {
  test('that comes back within graceMs has not left, and one that does not has', async () => {
    const { one, other } = two({ graceMs: 5000 })
    const watching = other.watch()
    const leave = one.enter('ada')
    await pass(2000)
    leave()
    await pass(4000)
    const again = other.enter('ada')
    await pass(20_000)
    expect(watching.changes).toEqual(['join ada'])
    again()
    await pass(4900)
    expect(watching.changes).toEqual(['join ada'])
    await pass(1000)
    expect(watching.changes).toEqual(['join ada', 'leave ada'])
  })

  test('that comes back with another info has changed', async () => {
    const { one, other } = two()
    const watching = other.watch()
    const leave = one.enter('ada', 'old')
    await pass(2000)
    leave()
    one.enter('ada', 'new')
    await pass(2000)
    expect(watching.changes).toEqual(['join ada', 'update ada'])
    expect(watching.members.get('ada')).toBe('new')
  })

  test('that changes on both nodes at once is the same on both', async () => {
    const { one, other, journals } = two()
    const watchings = [one.watch(), other.watch()] as const
    await pass(2000)
    // Neither hears of the other.
    for (const journal of journals) journal.fault = ({ topic }) => (isMembers.test(topic) ? 'away' : undefined)
    one.enter('ada', 'one')
    other.enter('ada', 'other')
    await pass(3000)
    expect(watchings.map(({ members }) => members.get('ada'))).toEqual(['one', 'other'])
    for (const journal of journals) journal.fault = () => undefined
    await pass(10_000)
    const [first, second] = watchings.map(({ members }) => members.get('ada'))
    expect(first).toBe(second)
  })
})

describe('a node', () => {
  test('that dies is missed within leaseMs, and its members leave, but for those of other nodes', async () => {
    for (const waitMs of [0, 900, 1700, 2500, 3300]) {
      const { one, other, journals } = two({ graceMs: 60_000 })
      one.enter('ada')
      one.enter('bob')
      other.enter('bob')
      const watching = other.watch()
      await pass(10_000 + waitMs)
      const [dying] = journals
      if (dying !== undefined) dying.fault = away
      await pass(leaseMs / 4)
      expect(watching.ids.toSorted()).toEqual(['ada', 'bob'])
      await pass((leaseMs * 3) / 4)
      expect(watching.changes.filter((change) => change.startsWith('leave'))).toEqual(['leave ada'])
    }
  })

  test('that was only held up comes back, without a word about members that others have as well', async () => {
    const { one, other, journals } = two()
    one.enter('ada')
    one.enter('bob')
    other.enter('bob')
    const watching = other.watch()
    await pass(10_000)
    const [held] = journals
    if (held === undefined) throw new Error('There is none.')
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
    const { one, other, journals } = two({ graceMs: 0 })
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

  test('that cannot reach the journal at all lists its own, and says that this may not be all', async () => {
    const { one, journals } = two()
    for (const journal of journals) journal.fault = away
    one.enter('ada')
    const list = one.list()
    await pass(5000)
    expect(await list).toEqual({ members: [{ id: 'ada' }], others: 0, isStale: true })
  })

  test.each([[1], [3], [10]])('tells anew what the journal has lost, of %i events', async (count) => {
    const journal = new RewindingJournal()
    const { one, other } = two({}, journal)
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
    const { one, other } = two({}, journal)
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

  test('tells of a member that is as it was before, if that counts more now', async () => {
    const { one, other } = two()
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
    const { one, journals } = two()
    const [journal] = journals
    const beats = async (): Promise<number> => {
      if (journal !== undefined) journal.calls.length = 0
      await pass(60_000)
      return journal?.calls.filter(isOf('append', beat)).length ?? NaN
    }
    expect(await beats()).toBe(0)
    const leave = one.enter('ada')
    expect(await beats()).toBeGreaterThanOrEqual(17)
    expect(journal?.calls.filter(({ kind }) => kind === 'append').length).toBeLessThanOrEqual(22)
    leave()
    await pass(leaseMs + 5000)
    expect(await beats()).toBe(0)
    expect(journal?.calls).toEqual([])
  })

  test('appends once a second at the most, however many come and go', async () => {
    const { one, other, journals } = two({ graceMs: 0 })
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
    const appends = journals[0]?.calls.filter(isOf('append', isMembers)).length ?? NaN
    expect(appends).toBeGreaterThan(5)
    expect(appends).toBeLessThanOrEqual(11)
    one.enter('ada')
    await pass(3000)
    expect(watching.ids).toEqual(['ada'])
  })

  test('keeps its log short, and a node that comes late learns everything from it', async () => {
    const inner = memoryJournal()
    const { one } = two({ graceMs: 0 }, inner)
    const info = 'x'.repeat(900)
    for (let round = 0; round < 40; round += 1) {
      const leaves = Array.from({ length: 30 }, (_, n) => one.enter(`member${round}-${n}`, info))
      await pass(1100)
      if (round < 39) for (const leave of leaves) leave()
    }
    await pass(2000)
    const late = new PresentNode(inner)
    const list = late.list()
    await pass(5000)
    expect((await list).members.length).toBe(30)
  })
})

test('topic.readers() counts the readers of this node, members or not', async () => {
  const { one, other } = two()
  const topic = one.channels.topic('room')
  expect(topic.readers()).toBe(0)
  const leave = one.enter('ada')
  const iteration = topic.subscribe()[Symbol.asyncIterator]()
  expect([topic.readers(), other.channels.topic('room').readers()]).toEqual([2, 0])
  await iteration.return?.()
  leave()
  expect(topic.readers()).toBe(0)
})

test('channels are closed although their journal is away, and say what others do not know', async () => {
  const { one, journals } = two()
  one.enter('ada')
  await pass(2000)
  for (const journal of journals) journal.fault = away
  await one.channels.close()
  expect(one.errors).toMatchObject([{ code: 'ERR_JOURNAL_UNAVAILABLE' }])
})

test('lists of closed channels end, and nobody enters any more', async () => {
  const { one } = two()
  const watching = one.watch()
  const iteration = one.presence.subscribe(one.channels.topic('room'))[Symbol.asyncIterator]()
  const first = iteration.next()
  await pass(100)
  await first
  const next = iteration.next()
  await Promise.all([one.channels.close(), expect(next).rejects.toMatchObject({ code: 'ERR_JOURNAL_CLOSED' })])
  expect(watching.reader.end).toEqual({ kind: 'reconnect', reason: 'disconnected' })
  await expect(one.list()).rejects.toMatchObject({ code: 'ERR_JOURNAL_CLOSED' })
})
