// Reads one page of a log, within a transaction.
import type { Page, Position, ReadFrom } from '../../journal/index.ts'
import type { EventTable } from './event-table.ts'
import type { Log } from './log-table.ts'

/** Reads a page: the state of the log, and at most `limit` events from a position on. */
export function readPage(events: EventTable, log: Log, from: ReadFrom, limit: number): Page {
  const { epoch, first, tail, nonce, closed } = log
  const foreign = typeof from !== 'string' && isForeign(events, log, from)
  const page = { epoch, first, tail, nonce, closed, foreign }
  const after = typeof from === 'string' ? 0 : from.seq
  if (foreign || from === 'now' || after === tail) return { ...page, events: [] }
  return { ...page, events: events.read(log.id, after, limit) }
}

function isForeign(events: EventTable, log: Log, { epoch, seq, nonce }: Position): boolean {
  if (epoch !== log.epoch || seq > log.tail) return true
  if (seq === 0 || nonce === '') return false
  // The log keeps the nonce of its last event even when that was trimmed.
  const stored = seq === log.tail ? log.nonce : events.findNonce(log.id, seq)
  return stored !== undefined && stored !== nonce
}
