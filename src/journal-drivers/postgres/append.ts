// One append as the database function takes it, and the result or the error that a returned row means.
import { createHash } from 'node:crypto'
import type { TidingsError } from '../../base/index.ts'
import { createEpoch, createNonce, fillRetention, type Appended, type AppendOptions } from '../../journal/index.ts'
import { closedLogError, wrongEpochError, wrongSeqError } from '../../journal/internal.ts'
import type { PostgresNames } from './name.ts'
import type { PostgresRow } from './pool.ts'
import { waitMs } from './server.ts'

/** The parameters of one append, named as in the database function. A limit of `null` means unlimited. */
export interface AppendItem {
  readonly data: string
  readonly event: string | undefined
  readonly key: string | undefined
  readonly expect_seq: number | undefined
  readonly epoch: string | undefined
  readonly close: boolean | undefined
  /** The epoch of a log that this append creates, if `epoch` is left out. */
  readonly new_epoch: string
  readonly nonce: string
  readonly max_events: number | null
  readonly max_bytes: number | null
  readonly max_age_ms: number | null
  readonly forget_after_ms: number | null
}

/** Converts an append to its parameters. All random values are chosen here, so that the statement can be repeated. */
export function toAppendItem(data: string, options: AppendOptions): AppendItem {
  const { event, key, expectSeq, epoch, close } = options
  const { maxEvents, maxBytes, maxAgeMs, forgetAfterMs } = fillRetention(options.retention)
  return {
    data,
    event,
    key: key === undefined ? undefined : toStoredKey(key),
    expect_seq: expectSeq,
    epoch,
    close,
    new_epoch: createEpoch(),
    nonce: createNonce(),
    max_events: toCount(maxEvents),
    max_bytes: toCount(maxBytes),
    max_age_ms: toDuration(maxAgeMs),
    forget_after_ms: toDuration(forgetAfterMs),
  }
}

/** The statement that appends; it returns a row for each item. */
export const appendStatement = ({ append }: PostgresNames): string =>
  `select outcome, epoch, seq::text, nonce from ${append}($1, $2, $3)`

/** The values of {@link appendStatement}. */
export function appendValues(topic: string, items: readonly AppendItem[], deadline: number): unknown[] {
  return [topic, JSON.stringify(items), waitMs(deadline)]
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
