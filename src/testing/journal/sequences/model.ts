// The reference model of a journal: a list in memory, without atomicity, time or storage.
import {
  fillRead,
  fillRetention,
  type AppendAllOptions,
  type AppendOptions,
  type NewEvent,
  type Page,
  type Position,
  type ReadFrom,
  type ReadOptions,
  type Retention,
  type StoredEvent,
} from '../../../journal/index.ts'
import { bytesOf } from '../cases/case.ts'

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
  /** The nonce of the last event that was dropped. */
  trimmedNonce: string
  erasures: number
  events: ModelEvent[]
}

/** The expected outcome of an append: a refusal with an error code, a duplicate, or the next sequence number. */
export type Verdict = { readonly refused: string } | { readonly duplicateOf: ModelEvent } | { readonly seq: number }

/** Creates the model of a topic without a log. */
export function createLogModel(): LogModel {
  return { epoch: '', tail: 0, nonce: '', closed: false, trimmedNonce: '', erasures: 0, events: [] }
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
  keep(log, retain(log.events, retention))
}

/** Applies an append of several events that succeeded, with their nonces as the journal has stored them. */
export function applyAppendAll(
  log: LogModel,
  events: readonly NewEvent[],
  options: AppendAllOptions,
  { epoch, nonces }: { readonly epoch: string; readonly nonces: readonly string[] },
): void {
  for (const [index, { data, event }] of events.entries()) {
    const [seq, nonce] = [log.tail + 1, nonces[index] ?? '']
    log.events.push({ seq, nonce, event, data, key: undefined })
    Object.assign(log, { epoch, tail: seq, nonce })
  }
  log.closed = options.close === true
  keep(log, retain(log.events, options.retention))
}

/** Erases an event; returns whether the log has it. */
export function applyErase(log: LogModel, { epoch, seq, nonce }: Position): boolean {
  const index = log.events.findIndex((event) => event.seq === seq)
  const known = log.events[index]
  if (known === undefined || epoch !== log.epoch || (nonce !== '' && nonce !== known.nonce)) return false
  if (known.erased === true) return true
  log.events[index] = { seq, nonce: known.nonce, data: 'null', key: known.key, erased: true }
  log.erasures += 1
  return true
}

/** Applies a read from `start` or `now`, which creates the log if there is none. */
export function applyRead(log: LogModel, page: Page): void {
  if (log.epoch === '') log.epoch = page.epoch
}

/** Drops the events with sequence numbers below `before`. */
export function applyTrim(log: LogModel, before: number): void {
  keep(
    log,
    log.events.filter(({ seq }) => seq >= before),
  )
}

/** Keeps these events, the last of the log, and remembers the nonce of the last one that goes. */
function keep(log: LogModel, events: ModelEvent[]): void {
  log.trimmedNonce = log.events.at(-events.length - 1)?.nonce ?? log.trimmedNonce
  log.events = events
}

/** The page that a read should return. */
export function expectPage(log: LogModel, from: ReadFrom, options: ReadOptions): Page {
  const { epoch, tail, nonce, closed, trimmedNonce, erasures } = log
  const foreign = typeof from !== 'string' && isForeign(log, from)
  const state = { epoch, first: log.events[0]?.seq ?? tail + 1, tail, nonce, trimmedNonce, erasures, closed, foreign }
  if (foreign || from === 'now') return { ...state, events: [] }
  const { limit, maxBytes } = fillRead(options)
  const after = from === 'start' ? 0 : from.seq
  const events = log.events.filter(({ seq }) => seq > after).slice(0, limit)
  while (events.length > 1 && bytesOf(events) > maxBytes) events.pop()
  return { ...state, events: events.map(withoutKey) }
}

/** The nonce of a kept event, of the last one, or of the last that was dropped; `undefined` for any other. */
export function nonceAt(log: LogModel, seq: number): string | undefined {
  const first = log.events[0]?.seq ?? log.tail + 1
  if (seq === first - 1 && seq > 0) return log.trimmedNonce
  return seq === log.tail && seq > 0 ? log.nonce : log.events.find((event) => event.seq === seq)?.nonce
}

function withoutKey({ seq, nonce, event, data, erased }: ModelEvent): StoredEvent {
  return { seq, nonce, event, data, erased }
}

function isForeign(log: LogModel, { epoch, seq, nonce }: Position): boolean {
  if (log.epoch === '' || epoch !== log.epoch || seq > log.tail) return true
  const stored = nonceAt(log, seq)
  return nonce !== '' && stored !== undefined && stored !== nonce
}

/** The events that retention keeps. Age is not modelled: it depends on the clock of the engine. */
function retain<Event extends StoredEvent>(events: Event[], retention: Retention | undefined): Event[] {
  const { maxEvents, maxBytes } = fillRetention(retention)
  let kept = events.length > maxEvents ? events.slice(-maxEvents) : events
  while (kept.length > 1 && bytesOf(kept) > maxBytes) kept = kept.slice(1)
  return kept
}
