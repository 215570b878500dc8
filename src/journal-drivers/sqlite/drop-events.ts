// Drops the oldest events of a log, within a transaction.
import type { RetentionLimits } from '../../journal/index.ts'
import type { EventSize, EventTable } from './event-table.ts'
import type { Log } from './log-table.ts'

/** The log whose events are dropped, and the table that holds them. */
export interface Dropping {
  readonly events: EventTable
  readonly log: Log
}

/**
 * The most events that one transaction drops of a log, for all of an append: other writers must not wait for a log that
 * has got lower limits. The next appends drop the rest.
 */
const mostDropped = 500

/**
 * Drops the oldest events of a log until it is within the limits, but never the last event. `comingBytes` is the size
 * of an event that is about to be appended: the log is within the limits together with it.
 */
export function dropBeyond(dropping: Dropping, limits: RetentionLimits, now: number, comingBytes?: number): void {
  const { log } = dropping
  const end = comingBytes === undefined ? log.tail : log.tail + 1
  const isOver = ({ seq, at }: { readonly seq: number; readonly at: number }): boolean =>
    seq < end &&
    (end + 1 - log.first > limits.maxEvents ||
      log.bytes + (comingBytes ?? 0) > limits.maxBytes ||
      at < now - limits.maxAgeMs)
  // Without an age limit most appends need not read any event.
  if (limits.maxAgeMs === Infinity && !isOver({ seq: log.first, at: now })) return
  dropWhile(dropping, isOver, mostDropped)
}

/** Drops the events with sequence numbers below `before`. */
export function dropBelow(dropping: Dropping, before: number): void {
  dropWhile(dropping, ({ seq }) => seq < before, Infinity)
}

function dropWhile({ events, log }: Dropping, isDropped: (event: EventSize) => boolean, most: number): void {
  // A full log drops about as many events as were appended; one with new, lower limits drops pages of them.
  let dropped = 0
  for (let pageSize = 2; dropped < most; pageSize = 100) {
    const page = events.sizes(log.id, pageSize)
    const count = countOut(log, page, isDropped)
    if (count > 0) events.drop(log.id, log.first)
    dropped += count
    if (count < page.length || page.length < pageSize) return
  }
}

/** Takes the first events of the page out of the log's counts, while `isDropped` is true; returns their number. */
function countOut(log: Log, page: readonly EventSize[], isDropped: (event: EventSize) => boolean): number {
  let count = 0
  for (const event of page) {
    // `isDropped` reads the counts of the log, which this loop changes.
    if (!isDropped(event)) break
    log.first = event.seq + 1
    log.bytes -= event.bytes
    log.trimmedSeq = event.seq
    log.trimmedNonce = event.nonce
    count += 1
  }
  return count
}
