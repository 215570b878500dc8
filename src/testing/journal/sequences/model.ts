// What a journal does, in its simplest form: a list, without atomicity, time or storage.
import {
  fillRetention,
  type AppendOptions,
  type Page,
  type Position,
  type ReadFrom,
  type Retention,
  type StoredEvent,
} from '../../../journal/index.ts'

/** An event as the model keeps it. */
export interface ModelEvent extends StoredEvent {
  readonly key: string | undefined
}

/** A topic's log as it should be. There is none while the epoch is `''`. */
export interface LogModel {
  epoch: string
  tail: number
  /** The nonce of the last event; random, and so taken from the answer. */
  nonce: string
  closed: boolean
  events: ModelEvent[]
}

/** What an append should do: refuse with a code, find a duplicate, or append under the next number. */
export type Verdict = { readonly refused: string } | { readonly duplicateOf: ModelEvent } | { readonly seq: number }

/** A topic that nobody has touched. */
export function createLogModel(): LogModel {
  return { epoch: '', tail: 0, nonce: '', closed: false, events: [] }
}

/** What an append with these options should do; changes nothing. */
export function judgeAppend(log: LogModel, { key, expectSeq, epoch }: AppendOptions): Verdict {
  const known = key === undefined ? undefined : log.events.find((event) => event.key === key)
  if (known !== undefined) return { duplicateOf: known }
  if (log.closed) return { refused: 'ERR_LOG_CLOSED' }
  if (expectSeq !== undefined && expectSeq !== log.tail) return { refused: 'ERR_FENCED' }
  if (epoch !== undefined && log.epoch !== '' && epoch !== log.epoch) return { refused: 'ERR_FENCED' }
  return { seq: log.tail + 1 }
}

/** Takes over an append that was done, with the epoch and the nonce that it was given. */
export function applyAppend(
  log: LogModel,
  data: string,
  options: AppendOptions,
  { epoch, seq, nonce }: Position,
): void {
  const { key, event, close = false, retention } = options
  log.epoch = epoch
  log.tail = seq
  log.nonce = nonce
  log.closed = close
  log.events.push({ seq, nonce, event, data, key })
  log.events = retain(log.events, retention)
}

/** Takes over that a log was made by reading, where there was none. */
export function applyRead(log: LogModel, page: Page): void {
  if (log.epoch === '') log.epoch = page.epoch
}

/** Drops what is numbered below. */
export function applyTrim(log: LogModel, before: number): void {
  log.events = log.events.filter(({ seq }) => seq >= before)
}

/** The page that reading should show. */
export function expectPage(log: LogModel, from: ReadFrom, limit: number): Page {
  const { epoch, tail, nonce, closed } = log
  const foreign = typeof from !== 'string' && isForeign(log, from)
  const page = { epoch, first: log.events[0]?.seq ?? tail + 1, tail, nonce, closed, foreign }
  if (foreign || from === 'now') return { ...page, events: [] }
  const after = from === 'start' ? 0 : from.seq
  const events = log.events.filter(({ seq }) => seq > after).slice(0, limit)
  return { ...page, events: events.map(withoutKey) }
}

/** The nonce of an event that the log remembers. */
export function nonceAt(log: LogModel, seq: number): string | undefined {
  return seq === log.tail && seq > 0 ? log.nonce : log.events.find((event) => event.seq === seq)?.nonce
}

function withoutKey({ seq, nonce, event, data }: ModelEvent): StoredEvent {
  return { seq, nonce, event, data }
}

function isForeign(log: LogModel, { epoch, seq, nonce }: Position): boolean {
  if (log.epoch === '' || epoch !== log.epoch || seq > log.tail) return true
  const stored = nonceAt(log, seq)
  return nonce !== '' && stored !== undefined && stored !== nonce
}

/** The events that stay. Age is not modelled: it needs the engine's clock. */
function retain<Event extends { readonly data: string }>(events: Event[], retention: Retention | undefined): Event[] {
  const { maxEvents, maxBytes } = fillRetention(retention)
  let kept = events.length > maxEvents ? events.slice(-maxEvents) : events
  while (kept.length > 1 && bytesOf(kept) > maxBytes) kept = kept.slice(1)
  return kept
}

function bytesOf(events: readonly { readonly data: string }[]): number {
  const encoder = new TextEncoder()
  return events.reduce((sum, { data }) => sum + encoder.encode(data).length, 0)
}
