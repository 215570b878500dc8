// The names of the journal's tables, functions, indexes and channel.
import { describeValue, TidingsError, type OptionCheck, type OptionChecks } from '../../base/index.ts'

/** The schema and the name prefix of a journal's tables and functions. */
export interface PostgresNaming {
  /**
   * The schema of the tables; it must exist. Default: the first one in the `search_path` of the pool's connections, asked
   * for once, before the journal's first call.
   */
  readonly schema?: string | undefined
  /** The prefix of all names: `tidings_log`, `tidings_event`, ... Default `tidings`. */
  readonly prefix?: string | undefined
}

/**
 * The version of the tables and functions. The names of the functions contain it: those of the version before stay, so that
 * two versions of this library can use the same tables at the same time. A new version adds columns with defaults, and
 * reads the rows that older functions have written.
 */
export const schemaVersion = 2

/** The names in the form in which a statement contains them: quoted, and with the schema. */
export interface PostgresNames {
  readonly log: string
  readonly event: string
  readonly append: string
  readonly open: string
  readonly read: string
  readonly trim: string
  readonly erase: string
  readonly sweep: string
  /** Without the schema, as `create index` requires: an index is in the schema of its table. */
  readonly sweepIndex: string
  readonly keyIndex: string
  /**
   * The channel of NOTIFY, without quotes. Channels belong to no schema: journals in other schemas with the same prefix
   * cause needless notifications.
   */
  readonly channel: string
  /** The clause of each function that fixes its `search_path`, so that the caller's does not matter. */
  readonly settings: string
}

/** The functions of this version, in the order in which they are created. */
export const functionKeys = ['open', 'append', 'read', 'trim', 'erase', 'sweep'] as const

/** The checks of {@link PostgresNaming}. Quotes and `$` are invalid: so a name is safe wherever a statement quotes it. */
export const namingChecks: OptionChecks<PostgresNaming> = {
  schema: named(/^[\p{L}_][\p{L}\p{N}_ -]{0,47}$/u),
  prefix: named(/^[a-z_][a-z0-9_]{0,47}$/),
}

/** Names the tables and functions of a journal, whose naming was checked. Without a schema they are where they are created. */
export function nameTables({ schema, prefix = 'tidings' }: PostgresNaming): PostgresNames {
  const place = schema === undefined ? '' : `${quote(schema)}.`
  const table = (what: string): string => `${place}"${prefix}_${what}"`
  const versioned = (what: string): string => `${place}"${functionName(what, prefix)}"`
  return {
    log: table('log'),
    event: table('event'),
    append: versioned('append'),
    open: versioned('open'),
    read: versioned('read'),
    trim: versioned('trim'),
    erase: versioned('erase'),
    sweep: versioned('sweep'),
    sweepIndex: `"${prefix}_log_sweep"`,
    keyIndex: `"${prefix}_event_key"`,
    channel: channelOf(prefix),
    settings: `set search_path ${schema === undefined ? 'from current' : `to ${quote(schema)}, pg_temp`}`,
  }
}

/** The name of a function of this version, without its schema and quotes. */
export function functionName(what: string, prefix = 'tidings'): string {
  return `${prefix}_${what}_${schemaVersion}`
}

/** The channel of NOTIFY. All versions use the same one, so that each hears of the appends of the others. */
export function channelOf(prefix = 'tidings'): string {
  return `${prefix}_event`
}

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

function named(shape: RegExp): OptionCheck {
  return (option, name) => {
    if (name === undefined || (typeof name === 'string' && shape.test(name))) return
    throw new TidingsError(
      'ERR_OPTION',
      `Invalid ${option} ${describeValue(name)}: use 1 to 48 letters (a-z in a prefix), digits and underscores; no digit first.`,
    )
  }
}
