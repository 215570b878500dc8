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
