// The reference model of a journal: a list in memory, without atomicity, time or storage.
import {
  fillRetention,
  type AppendOptions,
  type Page,
  type Position,
  type ReadFrom,
  type Retention,
  type StoredEvent,
} from '../../../journal/index.ts'

/** A stored event with its idempotency key. */
export interface ModelEvent extends StoredEvent {
  readonly key: string | undefined
}

/** The expected state of a topic's log. There is no log while `epoch` is `''`. */
export interface LogModel {
  epoch: string
  tail: number
  /** The nonce of the last event; random, and so copied from the journal's result. */
  nonce: string
  closed: boolean
  events: ModelEvent[]
}

/** The expected outcome of an append: a refusal with an error code, a duplicate, or the next sequence number. */
export type Verdict = { readonly refused: string } | { readonly duplicateOf: ModelEvent } | { readonly seq: number }

/** Creates the model of a topic without a log. */
export function createLogModel(): LogModel {
  return { epoch: '', tail: 0, nonce: '', closed: false, events: [] }
}

/** The expected outcome of an append with these options; does not change the model. */
export function judgeAppend(log: LogModel, { key, expectSeq, epoch }: AppendOptions): Verdict {
  const known = key === undefined ? undefined : log.events.find((event) => event.key === key)
  if (known !== undefined) return { duplicateOf: known }
  if (log.closed) return { refused: 'ERR_LOG_CLOSED' }
  if (expectSeq !== undefined && expectSeq !== log.tail) return { refused: 'ERR_FENCED' }
  if (epoch !== undefined && log.epoch !== '' && epoch !== log.epoch) return { refused: 'ERR_FENCED' }
  return { seq: log.tail + 1 }
}

/** Applies an append that succeeded, with the epoch, sequence number and nonce that the journal returned. */
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

/** Applies a read from `start` or `now`, which creates the log if there is none. */
export function applyRead(log: LogModel, page: Page): void {
  if (log.epoch === '') log.epoch = page.epoch
}

/** Drops the events with sequence numbers below `before`. */
export function applyTrim(log: LogModel, before: number): void {
  log.events = log.events.filter(({ seq }) => seq >= before)
}

/** The page that a read should return. */
export function expectPage(log: LogModel, from: ReadFrom, limit: number): Page {
  const { epoch, tail, nonce, closed } = log
  const foreign = typeof from !== 'string' && isForeign(log, from)
  const page = { epoch, first: log.events[0]?.seq ?? tail + 1, tail, nonce, closed, foreign }
  if (foreign || from === 'now') return { ...page, events: [] }
  const after = from === 'start' ? 0 : from.seq
  const events = log.events.filter(({ seq }) => seq > after).slice(0, limit)
  return { ...page, events: events.map(withoutKey) }
}

/** The nonce of a kept event or of the last one; `undefined` for any other. */
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

/** The events that retention keeps. Age is not modelled: it depends on the clock of the engine. */
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
