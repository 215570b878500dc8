// One rule of the journals' contract, and the context that it is tried on.
import { createEpoch, type Journal, type Page, type ReadFrom, type StoredEvent } from '../../../journal/index.ts'
import { assert, assertEqual } from '../../assertion.ts'

/** One rule, as a sentence about a journal, and how to find out whether it is kept. */
export interface JournalCase {
  readonly name: string
  readonly run: (context: CaseContext) => Promise<void>
}

/** What a case has to work with. Handles are closed when it ends. */
export interface CaseContext {
  /** A name that nobody has used. */
  readonly topic: string
  readonly journal: Journal
  /** Another handle on the same storage; the same one where the storage is in the handle. */
  readonly other: Journal
  /** Whether handles share what they store, and find what closed ones have stored. */
  readonly durable: boolean
  /** One more handle, as {@link CaseContext.other}. */
  readonly open: () => Promise<Journal>
  /** Closes all handles and opens two new ones. */
  readonly restart: () => Promise<CaseContext>
}

/** A name for a topic that nobody has used. */
export function freshTopic(): string {
  return `suite ${createEpoch()}`
}

/** Appends each text as an event's data, one after the other. */
export async function appendAll(journal: Journal, topic: string, texts: readonly string[]): Promise<void> {
  for (const text of texts) await journal.append(topic, text)
}

/** JSON texts of the numbers from `first` to `last`. */
export function numbers(first: number, last: number): string[] {
  return Array.from({ length: last - first + 1 }, (_, index) => String(first + index))
}

/** The data of a page's events. */
export function dataOf(page: { readonly events: readonly StoredEvent[] }): string[] {
  return page.events.map(({ data }) => data)
}

/** Reads, and fails when the page contradicts itself. */
export async function readChecked(journal: Journal, topic: string, from: ReadFrom, limit = 1000): Promise<Page> {
  const page = await journal.read(topic, from, limit)
  checkPage(page, from, limit)
  return page
}

/**
 * Checks that a page does not contradict itself.
 *
 * @throws Error when no moment of a log can look like this.
 */
export function checkPage(page: Page, from: ReadFrom, limit: number): void {
  const what = `The page from ${JSON.stringify(from)}, at most ${limit}`
  const { first, tail, events, foreign } = page
  assert(first >= 1 && first <= tail + 1, `${what}: first is ${first} with tail ${tail}.`)
  const found = events.map(({ seq }) => seq)
  assertEqual(found, expectedNumbers(page, from, limit), `${what} (first ${first}, tail ${tail}): its numbers`)
  if (page.epoch === '') assertEqual([tail, foreign], [0, true], `${what}: tail and foreign where there is no log`)
}

function expectedNumbers({ first, tail, foreign }: Page, from: ReadFrom, limit: number): number[] {
  if (foreign || from === 'now') return []
  const start = Math.max(first, from === 'start' ? 1 : from.seq + 1)
  return numbers(start, Math.min(tail, start + limit - 1)).map(Number)
}
