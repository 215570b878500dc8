// What the journal's tables, functions and channel are called.
import { describeValue, TidingsError } from '../../base/index.ts'

/** Where the tables of a journal are. */
export interface PostgresNaming {
  /** The schema of the tables; it must exist. Default: the first one of the connection's `search_path`. */
  readonly schema?: string | undefined
  /** What the names of tables and functions begin with: `tidings_log`, `tidings_event`, ... Default `tidings`. */
  readonly prefix?: string | undefined
}

/** Names as they are written in a statement. */
export interface PostgresNames {
  readonly log: string
  readonly event: string
  readonly append: string
  readonly open: string
  readonly read: string
  readonly trim: string
  readonly sweep: string
  /** An index is in the schema of its table, and is named without it. */
  readonly sweepIndex: string
  readonly keyIndex: string
  /** The channel of NOTIFY, without quotes. Channels have no schema: another schema's journal causes a hint too many. */
  readonly channel: string
}

/**
 * Names the tables, functions and the channel of a journal.
 *
 * @throws TidingsError `ERR_OPTION` for what cannot be such a name.
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

/** Quotes and `$` are not among what is allowed: a name is safe wherever a statement quotes it. */
function checkName(option: string, name: string, shape: RegExp): void {
  if (typeof name === 'string' && shape.test(name)) return
  throw new TidingsError(
    'ERR_OPTION',
    `${option} must be 1 to 48 letters, digits and underscores, not ${describeValue(name)}.`,
  )
}
