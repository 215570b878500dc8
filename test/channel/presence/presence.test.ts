// Who is listed, and when: on a clock that the tests move.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { passInSteps as pass } from '../../support/channel/silent-runs.ts'
import { isMembers, openTwo } from '../../support/channel/present-node.ts'
import { away } from '../../support/journal/faulty-journal.ts'
import { holdTime } from '../../support/time/held-time.ts'

beforeEach(holdTime)
afterEach(() => void vi.useRealTimers())

describe('the list', () => {
  test('comes first, and nothing that happens while it is made is lost or doubled', async () => {
    const { one, other } = openTwo()
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
    const { one } = openTwo()
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
    const { one, other } = openTwo()
    one.enter('ada', 1, 'here')
    one.enter('bob', 1, 'there')
    const watching = other.watch('here')
    await pass(2000)
    expect(watching.ids).toEqual(['ada'])
  })

  test('has no more than maxMembers: others are counted, and listed when there is room', async () => {
    const { one, other } = openTwo({ maxMembers: 2, graceMs: 0 })
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
    const { one, other } = openTwo({ graceMs: 0 })
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
    // The other node was not even told of that one.
    const iteration = other.channels.topic('room').subscribe()[Symbol.asyncIterator]()
    expect(other.channels.status().followed[0]?.members).toBe(10_000)
    await iteration.return?.()
    leaves[5]?.()
    await pass(2000)
    expect(await lists()).toEqual([
      [10_000, 0],
      [10_000, 0],
    ])
  })

  test('is sent anew to a reader that was too slow for the changes', async () => {
    const { one } = openTwo({ graceMs: 0 })
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
    const { one } = openTwo()
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
    const { one, other } = openTwo({ graceMs: 5000 })
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
    const { one, other } = openTwo()
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
    const { one, other, journals } = openTwo()
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

test('topic.readers() counts the readers of this node, members or not', async () => {
  const { one, other } = openTwo()
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
  const { one, journals } = openTwo()
  one.enter('ada')
  await pass(2000)
  for (const journal of journals) journal.fault = away
  await one.channels.close()
  expect(one.errors).toMatchObject([{ code: 'ERR_JOURNAL_UNAVAILABLE' }])
})

test('channels that were closed before presence was used are not opened by it', async () => {
  const { one, journals } = openTwo()
  await one.channels.close()
  await expect(one.list()).rejects.toMatchObject({ code: 'ERR_JOURNAL_CLOSED' })
  await pass(60_000)
  expect(journals[0].calls).toEqual([])
})

test('lists of closed channels end, and nobody enters any more', async () => {
  const { one } = openTwo()
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
