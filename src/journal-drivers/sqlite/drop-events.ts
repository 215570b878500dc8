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
    const page = events.sizes(log.id, pageSize)
    const count = countOut(log, page, isDropped)
    if (count > 0) events.drop(log.id, log.first)
    if (count < page.length || page.length < pageSize) return
  }
}

/** Counts the first events of the page out of the log, for as long as they are dropped; returns how many those are. */
function countOut(log: Log, page: readonly EventSize[], isDropped: (event: EventSize) => boolean): number {
  let count = 0
  for (const event of page) {
    // Depends on what is counted out already.
    if (!isDropped(event)) break
    log.first = event.seq + 1
    log.bytes -= event.bytes
    count += 1
  }
  return count
}
