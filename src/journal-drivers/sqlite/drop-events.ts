// Dropping events from the beginning of a log, inside a transaction.
import type { RetentionLimits } from '../../journal/index.ts'
import type { EventSize, EventTable } from './event-table.ts'
import type { Log } from './log-table.ts'

/** Whose events are dropped. */
export interface Dropping {
  readonly events: EventTable
  readonly log: Log
}

/**
 * Drops what is beyond the limits, but not the last event. `comingBytes` are those of an event that is about to be
 * appended: what stays is within the limits together with it.
 */
export function dropBeyond(dropping: Dropping, limits: RetentionLimits, now: number, comingBytes?: number): void {
  const { log } = dropping
  const end = comingBytes === undefined ? log.tail : log.tail + 1
  const isOver = ({ seq, at }: { readonly seq: number; readonly at: number }): boolean =>
    seq < end &&
    (end + 1 - log.first > limits.maxEvents ||
      log.bytes + (comingBytes ?? 0) > limits.maxBytes ||
      at < now - limits.maxAgeMs)
  // Where age does not count, most appends need not look at any event.
  if (limits.maxAgeMs === Infinity && !isOver({ seq: log.first, at: now })) return
  dropWhile(dropping, isOver)
}

/** Drops the events numbered below. */
export function dropBelow(dropping: Dropping, before: number): void {
  dropWhile(dropping, ({ seq }) => seq < before)
}

function dropWhile({ events, log }: Dropping, isDropped: (event: EventSize) => boolean): void {
  // A full log drops a few events for those that have come; one that is told to shrink has pages of them to drop.
  for (let pageSize = 2; ; pageSize = 100) {
    const before = log.first
    const page = events.sizes(log.id, pageSize)
    const isDone = page.some((event) => !isDropped(event) || countOut(log, event))
    if (log.first > before) events.drop(log.id, log.first)
    if (isDone || page.length < pageSize) return
  }
}

function countOut(log: Log, { seq, bytes }: EventSize): false {
  log.first = seq + 1
  log.bytes -= bytes
  return false
}
