// Clocks that are set: the age of an event is measured by its engine, and whatever that trims is announced.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { createChannels, type Topic } from '../../src/channel/index.ts'
import { memoryJournal, type Journal } from '../../src/journal/index.ts'
import { sqliteJournal } from '../../src/journal-drivers/sqlite/index.ts'
import { FrameReader } from '../support/channel/frame-reader.ts'

const dayMs = 86_400_000
const noon = Date.UTC(2026, 5, 1, 12)

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: noon })
})
afterEach(() => {
  vi.useRealTimers()
})

function openFile(): Journal {
  const folder = mkdtempSync(join(tmpdir(), 'tidings-clock-'))
  const journal = sqliteJournal(join(folder, 'clock.db'), { synchronous: 'normal', pollMs: 5 })
  onTestFinished(async () => {
    await journal.close()
    rmSync(folder, { recursive: true, force: true })
  })
  return journal
}

function openTopic(journal: Journal): Topic {
  const channels = createChannels({ journal, healMs: 20, retention: { maxAgeMs: 60_000 } })
  onTestFinished(() => channels.close())
  return channels.topic<unknown>('clock')
}

describe.each([
  { name: 'in memory', open: memoryJournal },
  { name: 'in a file', open: openFile },
])('a journal $name', ({ open }) => {
  test.each([
    ['forward', dayMs],
    ['back', -dayMs],
  ])('whose clock is set %s by a day: a reader gets each event once', async (_, jumpMs) => {
    const topic = openTopic(open())
    const reader = new FrameReader(topic.subscribe())
    await reader.until(1)
    for (let n = 1; n <= 9; n += 1) {
      if (n % 3 === 0) vi.setSystemTime(Date.now() + (n === 6 ? -jumpMs : jumpMs))
      await topic.publish(n)
    }
    await reader.until(10)
    expect(reader.seen.slice(1)).toEqual(['1', '2', '3', '4', '5', '6', '7', '8', '9'])
  })
})

/** What a reader is told that has had the first of three events, before the last of which a day has passed on the wall. */
async function comeBackADayLater(journal: Journal): Promise<readonly string[]> {
  const topic = openTopic(journal)
  const { id } = await topic.publish(1)
  await topic.publish(2)
  vi.setSystemTime(noon + dayMs)
  await topic.publish(3)
  const reader = new FrameReader(topic.subscribe({ after: id }))
  await reader.until(2)
  return reader.seen
}

test('what a clock that was set forward has trimmed is announced to who comes back for it', async () => {
  expect(await comeBackADayLater(openFile())).toEqual([expect.stringMatching(/^tidings:gap /), '3'])
})

test('an age in memory is not that of the clock on the wall', async () => {
  expect(await comeBackADayLater(memoryJournal())).toEqual(['2', '3'])
})
