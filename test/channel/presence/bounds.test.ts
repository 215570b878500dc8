// What a list and what waits for its readers are bounded by, when much changes at once.
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { memoryJournal } from '../../../src/journal/index.ts'
import { passInSteps as pass } from '../../support/channel/silent-runs.ts'
import { PresentNode } from '../../support/channel/present-node.ts'
import { holdTime } from '../../support/time/held-time.ts'

beforeEach(holdTime)
afterEach(() => void vi.useRealTimers())

const longInfo = 'x'.repeat(1000)

test('a reader with room gets the list when more has changed in one turn than may wait for it', async () => {
  const node = new PresentNode(memoryJournal(), { graceMs: 0 })
  const watching = node.watch()
  await pass(1000)
  const leaves = Array.from({ length: 400 }, (_, n) => node.enter(`member${n}`, longInfo))
  await pass(1000)
  expect(watching.ids.length).toBe(400)
  for (const leave of leaves) leave()
  await pass(1000)
  expect(watching.ids).toEqual([])
})

test('infos that grow make a list no larger than it may be: who has no room any more waits for it', async () => {
  const node = new PresentNode(memoryJournal(), { graceMs: 0 })
  const ids = Array.from({ length: 5000 }, (_, n) => `member${n}`)
  const leaves = ids.map((id) => node.enter(id))
  const watching = node.watch()
  await pass(1000)
  for (const id of ids) node.enter(id, longInfo)
  await pass(1000)
  const full = await node.list()
  expect(full.members.length).toBe(watching.ids.length)
  expect(full.members.length + full.others).toBe(5000)
  expect(JSON.stringify(full).length).toBeLessThan(4.3 * 1024 * 1024)
  expect(full.members.length).toBeGreaterThan(4000)
  // Of those that shrink nobody leaves, and there is room for all.
  for (const id of ids.slice(0, 2000)) node.enter(id, 'x')
  await pass(1000)
  expect(watching.ids.length).toBe(5000)
  expect(await node.list()).toMatchObject({ others: 0 })
  for (const leave of leaves) leave()
})
