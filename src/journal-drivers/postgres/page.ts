// The statement of a read, and the conversion of its rows to a page.
import type { Page, ReadFrom, ReadLimits, StoredEvent } from '../../journal/index.ts'
import type { PostgresNames } from './name.ts'
import type { PostgresRow } from './pool.ts'

/** The statement that reads. It returns a row for each event and then one with the state of the log; none without a log. */
export const readStatement = ({ read }: PostgresNames): string =>
  `select seq::text, nonce, event, data, state from ${read}($1, $2, $3, $4, $5, $6)`

/** The values of {@link readStatement}. */
export function readValues(topic: string, from: ReadFrom, { limit, maxBytes }: ReadLimits): unknown[] {
  if (from === 'now') return [topic, null, 0, '', 0, maxBytes]
  const { epoch, seq, nonce } = from === 'start' ? { epoch: null, seq: 0, nonce: '' } : from
  return [topic, epoch, seq, nonce, limit, maxBytes]
}

/** Converts the rows to a page; `undefined` if there is no log. */
export function toPage(rows: readonly PostgresRow[], from: ReadFrom): Page | undefined {
  const last = rows.at(-1)
  if (last === undefined) return undefined
  const state: unknown = JSON.parse(String(last['state']))
  const field = (name: string): unknown => Reflect.get(Object(state), name)
  const first = Number(field('first'))
  const after = typeof from === 'string' ? 0 : from.seq
  const range = { start: Math.max(first, after + 1), until: Number(field('until') ?? 0) }
  return {
    epoch: String(field('epoch')),
    first,
    tail: Number(field('tail')),
    nonce: String(field('nonce')),
    trimmedNonce: String(field('trimmedNonce')),
    erasures: Number(field('erasures')),
    closed: field('closed') === true,
    foreign: field('foreign') === true,
    events: withMissing(withErased(rows.slice(0, -1).map(toEvent), field('erased')), range),
  }
}

function toEvent({ seq, nonce, event, data }: PostgresRow): StoredEvent {
  const stored = { seq: Number(seq), nonce: String(nonce), data: String(data) }
  return typeof event === 'string' ? { ...stored, event } : stored
}

/** The events, of which those whose numbers are in the list are erased. */
function withErased(events: readonly StoredEvent[], list: unknown): readonly StoredEvent[] {
  if (!Array.isArray(list)) return events
  const erased = new Set(list.map(Number))
  return events.map(({ seq, nonce, ...rest }) =>
    erased.has(seq) ? { seq, nonce, data: 'null', erased: true } : { seq, nonce, ...rest },
  )
}

/** The events of a range of numbers: those whose rows the database has lost are erased events. */
function withMissing(
  found: readonly StoredEvent[],
  { start, until }: { readonly start: number; readonly until: number },
): readonly StoredEvent[] {
  if (found.length === until - start + 1) return found
  const events: StoredEvent[] = []
  let index = 0
  for (let seq = start; seq <= until; seq += 1) {
    const event = found[index]
    if (event?.seq === seq) index += 1
    events.push(event?.seq === seq ? event : { seq, nonce: '', data: 'null', erased: true })
  }
  return events
}
