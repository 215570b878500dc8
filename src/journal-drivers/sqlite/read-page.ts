// Reads one page of a log, within a transaction.
import type { Page, Position, ReadFrom, ReadLimits, StoredEvent } from '../../journal/index.ts'
import type { EventTable } from './event-table.ts'
import type { Log } from './log-table.ts'

/** Reads a page: the state of the log, and the events from a position on that the limits allow. */
export function readPage(events: EventTable, log: Log, from: ReadFrom, limits: ReadLimits): Page {
  const { epoch, first, tail, nonce, erasures, closed } = log
  const foreign = typeof from !== 'string' && isForeign(events, log, from)
  const trimmedNonce = trimmedNonceOf(log)
  const page = { epoch, first, tail, nonce, trimmedNonce, erasures, closed, foreign }
  const after = typeof from === 'string' ? 0 : from.seq
  if (foreign || from === 'now') return { ...page, events: [] }
  return { ...page, events: readEvents(events, log, after, limits) }
}

/** The nonce of the event before `first`. Unknown after an earlier version of this package has dropped events. */
function trimmedNonceOf({ first, trimmedSeq, trimmedNonce }: Log): string {
  return trimmedSeq === first - 1 ? trimmedNonce : ''
}

function readEvents(events: EventTable, log: Log, after: number, { limit, maxBytes }: ReadLimits): StoredEvent[] {
  const start = Math.max(log.first, after + 1)
  const last = Math.min(log.tail, start + limit - 1)
  if (last < start) return []
  const beyond = events.firstBeyond(log.id, start, last, maxBytes)
  const end = beyond === undefined ? last : Math.max(start, beyond - 1)
  return withoutHoles(events.read(log.id, start, end), start, end)
}

/** Puts an erased event in the place of each that is missing: somebody has deleted its row. */
function withoutHoles(found: StoredEvent[], start: number, end: number): StoredEvent[] {
  if (found.length === end - start + 1) return found
  const bySeq = new Map(found.map((event) => [event.seq, event]))
  return Array.from({ length: end - start + 1 }, (_, index) => {
    const seq = start + index
    return bySeq.get(seq) ?? { seq, nonce: '', data: 'null', erased: true }
  })
}

function isForeign(events: EventTable, log: Log, { epoch, seq, nonce }: Position): boolean {
  if (epoch !== log.epoch || seq > log.tail) return true
  if (seq === 0 || nonce === '') return false
  const stored = nonceAt(events, log, seq)
  return stored !== '' && stored !== nonce
}

/** The nonce of an event; `''` if it is not known any more. That of the last event is kept even when it was trimmed. */
function nonceAt(events: EventTable, log: Log, seq: number): string {
  if (seq === log.tail) return log.nonce
  if (seq === log.first - 1) return trimmedNonceOf(log)
  return events.find(log.id, seq)?.nonce ?? ''
}
