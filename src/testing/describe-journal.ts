// The suite that every journal has to pass: the rules of the contract one by one, and long random sequences against a model.
import type { Journal } from '../journal/index.ts'
import { appendCases } from './journal-append-cases.ts'
import { freshTopic, type JournalCase, type Stage } from './journal-case.ts'
import { concurrencyCases } from './journal-concurrency-cases.ts'
import { fenceCases } from './journal-fence-cases.ts'
import { lifeCases } from './journal-life-cases.ts'
import { propertyCases } from './journal-property.ts'
import { readCases } from './journal-read-cases.ts'
import { retentionCases } from './journal-retention-cases.ts'
import { topicCases } from './journal-topic-cases.ts'
import { watchCases } from './journal-watch-cases.ts'

/** The two functions that the suite needs of a test runner: those of vitest, `node:test`, `bun:test` and others fit. */
export interface TestRunner {
  readonly describe: (name: string, body: () => void) => unknown
  readonly test: (name: string, body: () => Promise<void>) => unknown
}

/** A journal to be tried. */
export interface JournalSubject {
  /**
   * One more handle on the same storage, as another process would have it. The suite closes it. Called for each test; what
   * must be there first (a server, a file) is the business of your runner's hooks.
   */
  open(): Promise<Journal>
  /**
   * Whether handles share what they store, and find what closed ones have stored. `false` for a journal whose storage is the
   * handle itself: the suite then uses one handle as all, and expects new epochs from a new one.
   */
  readonly durable: boolean
  /** What the random sequences begin from; a failure prints it. Default: another one each time. */
  readonly seed?: number | undefined
  /** How many random sequences are tried. Default 10. */
  readonly sequences?: number | undefined
}

/**
 * Registers tests of everything that a journal promises. Topics have random names, so that the storage may be shared
 * and need not be empty; nothing is cleaned up in it.
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
    'fences and keys': fenceCases,
    read: readCases,
    topics: topicCases,
    'trim and retention': retentionCases,
    watch: watchCases,
    'many at once': concurrencyCases,
    'a life': lifeCases,
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
    for (const { name, run } of cases) runner.test(name, () => onStage(subject, run))
  })
}

async function onStage(subject: JournalSubject, run: (stage: Stage) => Promise<void>): Promise<void> {
  const opened: Journal[] = []
  try {
    await run(await createStage(subject, opened))
  } finally {
    await Promise.all(opened.map((journal) => journal.close()))
  }
}

async function createStage(subject: JournalSubject, opened: Journal[]): Promise<Stage> {
  const openFirst = async (): Promise<Journal> => {
    const journal = await subject.open()
    opened.push(journal)
    return journal
  }
  const journal = await openFirst()
  const open = async (): Promise<Journal> => (subject.durable ? openFirst() : journal)
  const restart = async (): Promise<Stage> => {
    await Promise.all(opened.splice(0).map((handle) => handle.close()))
    return createStage(subject, opened)
  }
  return { topic: freshTopic(), journal, other: await open(), durable: subject.durable, open, restart }
}
