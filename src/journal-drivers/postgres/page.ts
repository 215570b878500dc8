// The statement of a read, and the conversion of its rows to a page.
import type { Page, ReadFrom, StoredEvent } from '../../journal/index.ts'
import type { PostgresNames } from './name.ts'
import type { PostgresRow } from './pool.ts'

/** The statement that reads. It returns a row for each event, one row if there are no events, none without a log. */
export const readStatement = ({ read }: PostgresNames): string => `
select epoch, first::text, tail::text, tail_nonce, closed, is_foreign, seq::text, nonce, event, data
from ${read}($1, $2, $3, $4, $5)`

/** The values of {@link readStatement}. */
export function readValues(topic: string, from: ReadFrom, limit: number): unknown[] {
  if (from === 'now') return [topic, null, 0, '', 0]
  const { epoch, seq, nonce } = from === 'start' ? { epoch: null, seq: 0, nonce: '' } : from
  return [topic, epoch, seq, nonce, Number.isFinite(limit) ? limit : null]
}

/** Converts the rows to a page; `undefined` if there is no log. */
export function toPage(rows: readonly PostgresRow[]): Page | undefined {
  const [row] = rows
  if (row === undefined) return undefined
  return {
    epoch: String(row['epoch']),
    first: Number(row['first']),
    tail: Number(row['tail']),
    nonce: String(row['tail_nonce']),
    closed: row['closed'] === true,
    foreign: row['is_foreign'] === true,
    events: rows.filter((row) => row['seq'] !== null).map(toEvent),
  }
}

function toEvent({ seq, nonce, event, data }: PostgresRow): StoredEvent {
  const name = typeof event === 'string' ? { event } : {}
  return { seq: Number(seq), nonce: String(nonce), ...name, data: String(data) }
}
