// The names of the journal's tables, functions, indexes and channel.
import { describeValue, TidingsError } from '../../base/index.ts'

/** The schema and the name prefix of a journal's tables and functions. */
export interface PostgresNaming {
  /** The schema of the tables; it must exist. Default: the first one in the connection's `search_path`. */
  readonly schema?: string | undefined
  /** The prefix of all names: `tidings_log`, `tidings_event`, ... Default `tidings`. */
  readonly prefix?: string | undefined
}

/** The names in the form in which a statement contains them: quoted, and with the schema. */
export interface PostgresNames {
  readonly log: string
  readonly event: string
  readonly append: string
  readonly open: string
  readonly read: string
  readonly trim: string
  readonly sweep: string
  /** Without the schema, as `create index` requires: an index is in the schema of its table. */
  readonly sweepIndex: string
  readonly keyIndex: string
  /**
   * The channel of NOTIFY, without quotes. Channels belong to no schema: journals in other schemas with the same prefix
   * cause needless notifications.
   */
  readonly channel: string
}

/**
 * Names the tables, functions and the channel of a journal.
 *
 * @throws TidingsError `ERR_OPTION` for an invalid schema or prefix
 */
export function nameTables({ schema, prefix = 'tidings' }: PostgresNaming): PostgresNames {
  if (schema !== undefined) checkName('schema', schema, /^[\p{L}_][\p{L}\p{N}_ -]{0,47}$/u)
  checkName('prefix', prefix, /^[a-z_][a-z0-9_]{0,47}$/)
  const place = schema === undefined ? '' : `"${schema}".`
  const named = (what: string): string => `${place}"${prefix}_${what}"`
  return {
    log: named('log'),
    event: named('event'),
    append: named('append'),
    open: named('open'),
    read: named('read'),
    trim: named('trim'),
    sweep: named('sweep'),
    sweepIndex: `"${prefix}_log_sweep"`,
    keyIndex: `"${prefix}_event_key"`,
    channel: `${prefix}_event`,
  }
}

/** Refuses an invalid name. Quotes and `$` are invalid: so a name is safe wherever a statement quotes it. */
function checkName(option: string, name: string, shape: RegExp): void {
  if (typeof name === 'string' && shape.test(name)) return
  throw new TidingsError(
    'ERR_OPTION',
    `Invalid ${option} ${describeValue(name)}: use 1 to 48 letters (a-z in a prefix), digits and underscores; no digit first.`,
  )
}
