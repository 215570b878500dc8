// The conformance suite for journals: the rules of the contract one by one, and random sequences compared with a model.
import type { Journal } from '../../journal/index.ts'
import { appendAllCases } from './cases/append-all.ts'
import { appendCases } from './cases/append.ts'
import { freshTopic, type JournalCase, type CaseContext } from './cases/case.ts'
import { concurrencyCases } from './cases/concurrency.ts'
import { eraseCases } from './cases/erase.ts'
import { fenceCases } from './cases/fence.ts'
import { lifeCases } from './cases/life.ts'
import { propertyCases } from './sequences/property.ts'
import type { JournalSubject } from './subject.ts'
import type { TestRunner } from '../test-runner.ts'
import { readCases } from './cases/read.ts'
import { retentionCases } from './cases/retention.ts'
import { topicCases } from './cases/topic.ts'
import { watchCases } from './cases/watch.ts'

/**
 * Registers tests of everything that the contract of {@link Journal} promises. Topics get random names, so the storage
 * may be shared and need not be empty; the topics are left in it.
 *
 * @example
 * import { describe, test } from 'node:test'
 * import { memoryJournal } from 'tidings/journal'
 * import { describeJournal } from 'tidings/testing'
 *
 * describeJournal({ describe, test }, 'the journal in memory', { open: async () => memoryJournal(), durable: false })
 */
export function describeJournal(runner: TestRunner, name: string, subject: JournalSubject): void {
  const groups: Record<string, readonly JournalCase[]> = {
    append: appendCases,
    'appending several': appendAllCases,
    'idempotency keys and fences': fenceCases,
    read: readCases,
    'topic names': topicCases,
    'trim and retention': retentionCases,
    erase: eraseCases,
    watch: watchCases,
    concurrency: concurrencyCases,
    'ready, close and restart': lifeCases,
    'random sequences': propertyCases(subject),
  }
  runner.describe(name, () => {
    for (const [title, cases] of Object.entries(groups)) describeCases(runner, title, cases, subject)
  })
}

function describeCases(
  runner: TestRunner,
  title: string,
  cases: readonly JournalCase[],
  subject: JournalSubject,
): void {
  runner.describe(title, () => {
    for (const { name, run } of cases) runner.test(name, () => withContext(subject, run))
  })
}

async function withContext(subject: JournalSubject, run: (context: CaseContext) => Promise<void>): Promise<void> {
  const opened: Journal[] = []
  try {
    await run(await createContext(subject, opened))
  } finally {
    await Promise.all(opened.map((journal) => journal.close()))
  }
}

async function createContext(subject: JournalSubject, opened: Journal[]): Promise<CaseContext> {
  const openFirst = async (): Promise<Journal> => {
    const journal = await subject.open()
    opened.push(journal)
    return journal
  }
  const journal = await openFirst()
  const open = async (): Promise<Journal> => (subject.durable ? openFirst() : journal)
  const restart = async (): Promise<CaseContext> => {
    await Promise.all(opened.splice(0).map((handle) => handle.close()))
    return createContext(subject, opened)
  }
  return { topic: freshTopic(), journal, other: await open(), durable: subject.durable, open, restart }
}
