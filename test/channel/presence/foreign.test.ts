// What others may have done to the logs of presence: written into them what no node tells, or trimmed them.
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { memoryJournal, type Journal } from '../../../src/journal/index.ts'
import { isOf, passInSteps as pass } from '../../support/channel/silent-runs.ts'
import { isMembers, openTwo, PresentNode, type TwoPresent } from '../../support/channel/present-node.ts'
import { holdTime } from '../../support/time/held-time.ts'

beforeEach(holdTime)
afterEach(() => void vi.useRealTimers())

interface Present extends TwoPresent {
  readonly inner: Journal
  /** The log in which `one` tells of its members. */
  readonly log: string
}

/** Two nodes, with `ada` on one. */
async function openWithAda(): Promise<Present> {
  const inner = memoryJournal()
  const two = openTwo({ graceMs: 0 }, inner)
  two.one.enter('ada')
  await pass(3000)
  const { topic: log = '' } = two.journals[0].calls.find(isOf('append', isMembers)) ?? {}
  return { ...two, inner, log }
}

const room = { topic: 'room', others: 0, here: [], gone: [] }
const toldOf = (id: unknown, version: unknown, info: unknown): object => ({ ...room, here: [[id, version, info]] })

test.each<readonly [said: string, record: unknown]>([
  ['no object', 5],
  ['an unknown shape', { version: 2, members: [] }],
  ['a room that is none', { rooms: [null] }],
  ['fewer others than none', { rooms: [{ ...room, others: -5 }] }],
  ['half of an other', { rooms: [{ ...room, others: 0.5 }] }],
  ['a number that has gone', { rooms: [{ ...room, gone: [5] }] }],
  ['a member without an id', { rooms: [toldOf('', 0, '')] }],
  ['an id that is too long', { rooms: [toldOf('x'.repeat(257), 0, '')] }],
  ['an id with a line break', { rooms: [toldOf('a\nb', 0, '')] }],
  ['a version below the first', { rooms: [toldOf('eve', -1, '')] }],
  ['a version that cannot be counted on', { rooms: [toldOf('eve', 2 ** 53, '')] }],
  ['an info that is no JSON', { rooms: [toldOf('eve', 0, '}{')] }],
  ['an info that is no text', { rooms: [toldOf('eve', 0, { name: 'Eve' })] }],
  ['an info of more than 1,024 bytes', { rooms: [toldOf('eve', 0, JSON.stringify('x'.repeat(1023)))] }],
  ['an info that would be another event', { rooms: [toldOf('eve', 0, '1\n\nevent: join\ndata: {"id":"joe"}')] }],
  ['an info that would be another field', { rooms: [toldOf('eve', 0, '\r1')] }],
])('a record with %s is reported, and tells nobody anything', async (_, record) => {
  const { other, inner, log } = await openWithAda()
  const watching = other.watch()
  await pass(1000)
  await inner.append(log, JSON.stringify(record))
  other.enter('bob')
  await pass(15_000)
  expect(watching.changes).toEqual(['join bob'])
  expect(watching.ids).toEqual(['ada', 'bob'])
  expect(other.errors).toEqual([expect.objectContaining({ message: expect.stringContaining('cannot be read') })])
})

test('a log that others have trimmed is written anew with the next beat, and a late node learns everything', async () => {
  const { one, inner, log } = await openWithAda()
  one.enter('bob')
  await pass(3000)
  await inner.trim(log, 2)
  await pass(5000)
  const late = new PresentNode(inner)
  const list = late.list()
  await pass(5000)
  expect((await list).members.map(({ id }) => id)).toEqual(['ada', 'bob'])
})

test('a member that was told of with the greatest version is told of anew, and all can read it', async () => {
  const { one, other, inner, log } = await openWithAda()
  const watchings = [one.watch(), other.watch()]
  await inner.append(log, JSON.stringify({ rooms: [toldOf('ada', Number.MAX_SAFE_INTEGER, '"old"')] }))
  await pass(100, 10)
  other.enter('ada', 'new')
  one.enter('bob')
  await pass(15_000)
  expect(watchings.map(({ members }) => [...members])).toEqual([
    [
      ['ada', 'new'],
      ['bob', undefined],
    ],
    [
      ['ada', 'new'],
      ['bob', undefined],
    ],
  ])
  expect([...one.errors, ...other.errors].join()).not.toContain('cannot be read')
})
