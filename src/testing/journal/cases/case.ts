// One rule of the journal contract, and the context in which it is tested.
import {
  createEpoch,
  fillRead,
  type Journal,
  type Page,
  type ReadFrom,
  type ReadOptions,
  type StoredEvent,
} from '../../../journal/index.ts'
import { assert, assertEqual } from '../../assertion.ts'

/** One rule of the contract: a sentence about a journal, and the test of it. */
export interface JournalCase {
  readonly name: string
  readonly run: (context: CaseContext) => Promise<void>
}

/** The journal handles that a test works with. They are closed when it ends. */
export interface CaseContext {
  /** A topic name that was never used before. */
  readonly topic: string
  readonly journal: Journal
  /** Another handle on the same storage; the same handle if it is not durable. */
  readonly other: Journal
  /** Whether handles share their storage, and find what closed handles have stored. */
  readonly durable: boolean
  /** Opens one more handle, like {@link CaseContext.other}. */
  readonly open: () => Promise<Journal>
  /** Closes all handles and opens two new ones. */
  readonly restart: () => Promise<CaseContext>
}

/** A random topic name that was never used before. */
export function freshTopic(): string {
  return `suite ${createEpoch()}`
}

/** Appends each text as an event's data, one after the other. */
export async function appendEach(journal: Journal, topic: string, texts: readonly string[]): Promise<void> {
  for (const text of texts) await journal.append(topic, text)
}

/** The JSON texts of the whole numbers from `first` to `last`. */
export function numbers(first: number, last: number): string[] {
  return Array.from({ length: last - first + 1 }, (_, index) => String(first + index))
}

/** The data of a page's events. */
export function dataOf(page: { readonly events: readonly StoredEvent[] }): string[] {
  return page.events.map(({ data }) => data)
}

/** Reads a page, and fails if the page contradicts itself. */
export async function readChecked(
  journal: Journal,
  topic: string,
  from: ReadFrom,
  options?: ReadOptions,
): Promise<Page> {
  const page = await journal.read(topic, from, options)
  checkPage(page, from, options)
  return page
}

/**
 * Checks that a page does not contradict itself.
 *
 * @throws Error if no log can be in the state that the page shows.
 */
export function checkPage(page: Page, from: ReadFrom, options?: ReadOptions): void {
  const what = `The page from ${JSON.stringify(from)} with ${JSON.stringify(options ?? {})}`
  const { first, tail, events, foreign } = page
  assert(first >= 1 && first <= tail + 1, `${what}: first ${first} does not fit tail ${tail}.`)
  const found = events.map(({ seq }) => seq)
  assertEqual(
    found,
    expectedNumbers(page, from, options),
    `${what} (first ${first}, tail ${tail}): its sequence numbers`,
  )
  if (page.epoch === '') assertEqual([tail, foreign], [0, true], `${what}: tail and foreign without a log`)
  for (const { erased, event, data } of events) {
    if (erased !== undefined)
      assertEqual([event, data], [undefined, 'null'], `${what}: name and data of an erased event`)
  }
}

/** All that there are, up to `limit`; or fewer, if one more would be over `maxBytes`. */
function expectedNumbers(page: Page, from: ReadFrom, options?: ReadOptions): number[] {
  const { first, tail, foreign, events } = page
  if (foreign || from === 'now') return []
  const { limit, maxBytes } = fillRead(options)
  const start = Math.max(first, from === 'start' ? 1 : from.seq + 1)
  const all = numbers(start, Math.min(tail, start + limit - 1)).map(Number)
  const isCut = events.length > 0 && events.length < all.length
  if (!isCut) return all
  assert(bytesOf(events) <= maxBytes || events.length === 1, 'A page of several events is larger than maxBytes.')
  return all.slice(0, events.length)
}

/** The bytes of data that count: an erased event has none. */
export function bytesOf(events: readonly StoredEvent[]): number {
  const encoder = new TextEncoder()
  return events.reduce((sum, { data, erased }) => sum + (erased === true ? 0 : encoder.encode(data).length), 0)
}
