import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, describe, expect, test } from 'vitest'
import type { Journal } from '../../../src/journal/index.ts'
import { sqliteJournal } from '../../../src/journal-drivers/sqlite/index.ts'
import { describeJournal } from '../../../src/testing/index.ts'
import { describeWith, pathOf } from '../../support/component/component.ts'
import { Appender, connect, open, temporaryFile, temporaryFolder, type Acknowledged } from './file.ts'

const folder = mkdtempSync(join(tmpdir(), 'tidings-sqlite-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describeJournal({ describe, test }, 'the journal in a file', {
  open: async () => sqliteJournal(join(folder, 'suite.db'), { pollMs: 5 }),
  durable: true,
})

describeJournal({ describe, test }, 'the journal in a database that is handed in', {
  open: async () => sqliteJournal(connect(join(folder, 'handed.db')), { synchronous: 'normal', pollMs: 5 }),
  durable: true,
})

describeWith('node24', 'the journal in a file, by SQLite of Node 24', () => {
  test('passes the same suite', async () => {
    const script = fileURLToPath(new URL('suite.mjs', import.meta.url))
    const run = promisify(execFile)(pathOf('node24'), ['--test-reporter=tap', script, temporaryFolder()])
    const { stdout } = await run
    expect(stdout).toMatch(/^# fail 0$/m)
    expect(Number(/^# pass (\d+)$/m.exec(stdout)?.[1])).toBeGreaterThan(70)
  })
})

describe('processes that share a file', () => {
  test('number their events densely, and each hears of the appends of the others', async () => {
    const file = temporaryFile()
    const journal = open(file)
    const heard = new Promise<void>((resolve) => {
      // An event comes with an append of this process; without one, another process has appended.
      void journal.watch('shared', { onEvent: (event) => event === undefined && resolve(), onReconnect() {} })
    })
    const appenders = ['one', 'two'].map((name) => new Appender(file, name, 300, 10))
    const own = Promise.all(Array.from({ length: 300 }, () => journal.append('shared', '"own"')))
    for (const appender of appenders) expect(await appender.end()).toEqual({ code: 0, errors: '' })
    await Promise.all([own, heard])
    await expectAll(
      journal,
      900,
      appenders.flatMap(({ acknowledged }) => acknowledged),
    )
  })

  test('lose nothing that was acknowledged, and no number, when one is killed fifteen times', async () => {
    const file = temporaryFile()
    const acknowledged: Acknowledged[] = []
    for (let round = 0; round < 15; round += 1) {
      const appender = new Appender(file, `round ${round}`, 1_000_000, 1 + (round % 5) * 10)
      await appender.reaches(1 + round * 30)
      await appender.kill()
      acknowledged.push(...appender.acknowledged)
      expect(appender.acknowledged.length).toBeGreaterThan(round * 30)
      await withJournal(sqliteJournal(file), (journal) => expectAll(journal, undefined, acknowledged))
    }
  })
})

/** The log is dense, has so many events where that is known, and has everything that was acknowledged. */
async function expectAll(journal: Journal, tail: number | undefined, acknowledged: Acknowledged[]): Promise<void> {
  const page = await journal.read('shared', 'start', { limit: 1_000_000 })
  expect([page.first, page.events.length]).toEqual([1, tail ?? page.tail])
  expect(page.events.every(({ seq }, index) => seq === index + 1)).toBe(true)
  const stored = acknowledged.map(({ seq }) => page.events[seq - 1])
  expect(stored).toEqual(acknowledged)
}

async function withJournal(journal: Journal, work: (journal: Journal) => Promise<void>): Promise<void> {
  try {
    await work(journal)
  } finally {
    await journal.close()
  }
}
