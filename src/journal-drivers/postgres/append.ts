// One append as the database function takes it, and the result or the error that a returned row means.
import { createHash } from 'node:crypto'
import type { TidingsError } from '../../base/index.ts'
import {
  createEpoch,
  createNonce,
  fillRetention,
  type Appended,
  type AppendOptions,
  type NewEvent,
  type WatchedEvent,
} from '../../journal/index.ts'
import { closedLogError, wrongEpochError, wrongSeqError } from '../../journal/internal.ts'
import type { PostgresNames } from './name.ts'
import type { PostgresRow } from './pool.ts'

/** The parameters of one append, named as in the database function. A limit of `null` means unlimited. */
export interface AppendItem {
  /** Stored all or none. */
  readonly events: readonly NewEvent[]
  readonly key: string | undefined
  readonly expect_seq: number | undefined
  readonly epoch: string | undefined
  readonly close: boolean | undefined
  /** The epoch of a log that this append creates, if `epoch` is left out. */
  readonly new_epoch: string
  /** Random: stored with the events, whose nonces are computed from it. */
  readonly token: string
  readonly max_events: number | null
  readonly max_bytes: number | null
  readonly max_age_ms: number | null
  readonly forget_after_ms: number | null
}

/** Appends to one topic that are sent together. */
export interface TopicAppends {
  readonly topic: string
  readonly items: readonly AppendItem[]
}

/**
 * Converts an append of one or more events to its parameters. All random values are chosen here, so that the statement can be
 * repeated.
 */
export function toAppendItem(
  events: readonly NewEvent[],
  { key, expectSeq, epoch, close, retention }: Omit<AppendOptions, 'event'>,
): AppendItem {
  const { maxEvents, maxBytes, maxAgeMs, forgetAfterMs } = fillRetention(retention)
  return {
    events: events.map(({ data, event }) => ({ data, event })),
    key: key === undefined ? undefined : toStoredKey(key),
    expect_seq: expectSeq,
    epoch,
    close,
    new_epoch: createEpoch(),
    token: createNonce(),
    max_events: toCount(maxEvents),
    max_bytes: toCount(maxBytes),
    max_age_ms: toDuration(maxAgeMs),
    forget_after_ms: toDuration(forgetAfterMs),
  }
}

/** About how long the item is as a part of a statement, in characters. */
export function lengthOf({ events }: AppendItem): number {
  return events.reduce((length, { data }) => length + data.length, 0)
}

/** The statement that appends; it returns a row for each item. */
export const appendStatement = ({ append }: PostgresNames): string =>
  `select outcome, epoch, seq::text, nonce, previous, nonces from ${append}($1, $2, $3)`

/** What {@link appendValues} says about the locks of logs that other transactions hold. */
export interface LockRules {
  /** How long to wait for each lock. */
  readonly waitMs: number
  /** Whether topics whose log is locked are left out, with the outcome `locked`. */
  readonly skipLocked: boolean
}

/** The values of {@link appendStatement}. */
export function appendValues(batches: readonly TopicAppends[], { waitMs, skipLocked }: LockRules): unknown[] {
  return [JSON.stringify(batches.map(({ topic, items }) => ({ topic, items }))), waitMs, skipLocked]
}

/** Whether the row says that the log is locked: nothing was done. */
export function isSkipped(row: PostgresRow | undefined): boolean {
  return row?.['outcome'] === 'locked'
}

/** Converts the row of an item to the result of the append, or to the error with which it is refused. */
export function toAppended(
  { expect_seq: expectSeq, epoch }: AppendItem,
  row: PostgresRow = {},
): Appended | TidingsError {
  const { outcome } = row
  const seq = Number(row['seq'])
  if (outcome === 'appended' || outcome === 'duplicate') {
    const position = { epoch: String(row['epoch']), seq, nonce: String(row['nonce']) }
    return { position, duplicate: outcome === 'duplicate' }
  }
  if (outcome === 'closed') return closedLogError(seq)
  return expectSeq === undefined || expectSeq === seq ? wrongEpochError(String(epoch)) : wrongSeqError(expectSeq, seq)
}

/** The events that an item has stored, for watchers; none if it was refused. */
export function toWatched({ events, close = false }: AppendItem, row: PostgresRow = {}): readonly WatchedEvent[] {
  if (!isStored(row)) return []
  const nonces = String(row['nonces']).split(',')
  const before = Number(row['seq']) - events.length
  return events.map(({ data, event }, index) => ({
    seq: before + index + 1,
    nonce: nonces[index] ?? '',
    ...(event === undefined ? {} : { event }),
    data,
    epoch: String(row['epoch']),
    closed: close && index === events.length - 1,
    previous: nonces[index - 1] ?? String(row['previous']),
  }))
}

/** Whether the row says that its item was stored. */
export function isStored(row: PostgresRow | undefined): boolean {
  return row?.['outcome'] === 'appended'
}

const maxKeyLength = 500

/**
 * The key, or its hash if Postgres cannot store it: an index entry holds no more than about 2,700 bytes, of which the
 * topic may need 768, and a text cannot contain a NUL or half a surrogate pair.
 */
function toStoredKey(key: string): string {
  if (key.length <= maxKeyLength && !/^sha256:|\0|\p{Cs}/u.test(key)) return key
  return `sha256:${createHash('sha256').update(key, 'utf16le').digest('hex')}`
}

function toCount(limit: number): number | null {
  return limit === Infinity ? null : limit
}

/** A century or more is unlimited (`null`): the database cannot represent a time that far away. */
function toDuration(ms: number): number | null {
  return ms > 100 * 365 * 86_400_000 ? null : ms
}
