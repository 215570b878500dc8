// The SQL schema of the journal: its tables, and the functions that change a log under the lock on its row.
import { checkOptions } from '../../base/index.ts'
import { appendFunction } from './append-function.ts'
import {
  namingChecks,
  functionKeys,
  functionName,
  nameTables,
  schemaVersion,
  type PostgresNames,
  type PostgresNaming,
} from './name.ts'
import { readFunction } from './read-function.ts'

/**
 * Returns the SQL statements that create the tables and functions of a journal, for a migration. They may run again,
 * and concurrently; run again, they bring the tables of an older version of this library up to date, which that version can
 * go on using. A role that uses the journal needs SELECT, INSERT, UPDATE and DELETE on both tables.
 *
 * Without `schema` they create everything in the first schema of the `search_path`.
 *
 * @throws TidingsError `ERR_OPTION` for an invalid schema or prefix
 */
export function postgresSchema(naming: PostgresNaming = {}): string {
  checkOptions('postgresSchema()', naming, namingChecks)
  return `select pg_advisory_xact_lock(${lockNumber});\n\n${definitions(nameTables(naming))}`
}

/**
 * The statement by which a journal creates its tables and functions: it creates nothing if another process did so while
 * it waited, and waits for users of the tables only shortly, because everybody else then waits behind it.
 */
export function createStatement(names: PostgresNames, isComplete: string, waitMs: number): string {
  return `\
do $create$ begin
  perform set_config('lock_timeout', '${waitMs}', true);
  perform pg_advisory_xact_lock(${lockNumber});
  if ${isComplete} then return; end if;
  perform set_config('lock_timeout', '500', true);
  execute $definitions$
${definitions(names)}
$definitions$;
end $create$`
}

/**
 * The statement that looks for the tables in the schema `$1`, or else in the first one of the `search_path`. It returns a row
 * with the `schema`, the `version` of the tables there, and whether all that this version needs `is_complete`. No row if there
 * is no such schema.
 */
export function stateStatement(prefix: string | undefined): string {
  return `select n.nspname::text as schema, ${versionOf(prefix)} as version, ${isCompleteIn(prefix)} as is_complete
from pg_namespace n where n.nspname = coalesce($1::text, current_schema()::text)`
}

/** The statement that tells whether the `search_path` of a connection is the one that it had at first. */
export const pathStatement = `select current_setting('search_path') = reset_val as is_default_path
  from pg_settings where name = 'search_path'`

/** The SQL expression that tells whether everything is there. */
export function completenessOf({ schema = '', prefix }: PostgresNaming): string {
  const text = `'${schema.replaceAll("'", "''")}'`
  return `exists (select from pg_namespace n where n.nspname = ${text} and ${isCompleteIn(prefix)})`
}

/** The version of the tables in the schema `n`; null if there are none. */
function versionOf(prefix = 'tidings'): string {
  const table = `to_regclass(format('%I.%I', n.nspname, '${prefix}_log'))`
  const stated = `substring(obj_description(${table}, 'pg_class') from '${versionPattern}')::integer`
  return `case when ${table} is not null then coalesce(${stated}, 1) end`
}

// Looks for the functions in the catalog: in a transaction, Postgres would remember of a function that it is missing.
function isCompleteIn(prefix = 'tidings'): string {
  const functions = functionKeys.map((key) => `'${functionName(key, prefix)}'`).join(', ')
  return `coalesce(${versionOf(prefix)} >= ${schemaVersion}, false)
    and to_regclass(format('%I.%I', n.nspname, '${prefix}_event')) is not null
    and (select count(distinct p.proname) from pg_proc p
      where p.pronamespace = n.oid and p.proname in (${functions})) = ${functionKeys.length}`
}

// The advisory lock is there because concurrent `create ... if not exists` can still fail; its number is arbitrary.
const lockNumber = '7143895220318462'

function definitions(names: PostgresNames): string {
  const parts = [
    tables,
    openFunction,
    appendFunction,
    readFunction,
    trimFunction,
    eraseFunction,
    sweepFunction,
    version,
  ]
  return parts.map((part) => part(names)).join('\n')
}

// Names are compared byte by byte (collation "C"): faster, and a new version of the system's collations cannot corrupt
// the indexes. Every append updates `tail`: free space on the page (fillfactor) and no index on the columns that
// always change keep those updates cheap.
const tables = ({ log, event, sweepIndex, keyIndex }: PostgresNames): string => `\
-- One row per topic. An append locks it until its transaction ends; other appends to the topic wait for the lock.
create table if not exists ${log} (
  topic text collate "C" primary key,
  epoch text not null,
  first bigint not null default 1,
  tail bigint not null default 0,
  nonce text not null default '',
  closed boolean not null default false,
  bytes bigint not null default 0,
  forget_at timestamptz,
  sweep_at timestamptz
) with (fillfactor = 50);
create index if not exists ${sweepIndex} on ${log} (sweep_at) where sweep_at is not null;

create table if not exists ${event} (
  topic text collate "C" not null,
  seq bigint not null,
  nonce text not null,
  event text,
  data text not null,
  key text collate "C",
  at timestamptz not null,
  primary key (topic, seq)
);
create unique index if not exists ${keyIndex} on ${event} (topic, key) where key is not null;

-- Version 2. trimmed_position is the id of the last event that was dropped: <epoch>.<seq>.<nonce>.
alter table ${log} add column if not exists trimmed_position text;
alter table ${log} add column if not exists erasures bigint not null default 0;
alter table ${event} add column if not exists token text;
alter table ${event} add column if not exists erased boolean not null default false;
`

/** The function that creates a log if there is none, or replaces one that has expired. Other logs stay unchanged. */
const openFunction = ({ log, event, open, settings }: PostgresNames): string => `\
create or replace function ${open}(_topic text, _epoch text) returns void language plpgsql ${settings} as $tidings$
begin
  insert into ${log} (topic, epoch) values (_topic, _epoch) on conflict (topic) do nothing;
  if found then return; end if;
  perform from ${log} where topic = _topic and forget_at <= clock_timestamp() for update;
  if not found then return; end if;
  delete from ${event} where topic = _topic;
  update ${log} set epoch = _epoch, first = default, tail = default, nonce = default, closed = default, bytes = default,
    forget_at = default, sweep_at = default, trimmed_position = default, erasures = default where topic = _topic;
end $tidings$;
`

const trimFunction = ({ log, event, trim, settings }: PostgresNames): string => `\
create or replace function ${trim}(_topic text, _before bigint) returns void language plpgsql ${settings} as $tidings$
declare
  held ${log}%rowtype;
  dropped bigint;
  trimmed text;
begin
  select * into held from ${log} where topic = _topic for update;
  if not found or held.first >= _before or held.first > held.tail then return; end if;
  held.first := least(_before, held.tail + 1);
  with gone as (
    delete from ${event} where topic = _topic and seq < held.first
    returning seq, nonce, case when erased then 0 else octet_length(data) end as size
  ) select coalesce(sum(size), 0), max(nonce) filter (where seq = held.first - 1) into dropped, trimmed from gone;
  update ${log} set first = held.first, bytes = held.bytes - dropped,
    trimmed_position = held.epoch || '.' || held.first - 1 || '.' || coalesce(trimmed, '') where topic = _topic;
end $tidings$;
`

/** The function that erases an event; returns whether it is erased now. A row that is missing is as good as erased. */
const eraseFunction = ({ log, event, erase, channel, settings }: PostgresNames): string => `\
create or replace function ${erase}(_topic text, _epoch text, _seq bigint, _nonce text) returns boolean
language plpgsql ${settings} as $tidings$
declare
  held ${log}%rowtype;
  known record;
begin
  select * into held from ${log} where topic = _topic and (forget_at > clock_timestamp()) is not false for update;
  if not found or held.epoch <> _epoch or _seq < held.first or _seq > held.tail then return false; end if;
  select nonce, erased, octet_length(data) as size into known from ${event} where topic = _topic and seq = _seq;
  if not found then return true; end if;
  if _nonce <> '' and known.nonce <> _nonce then return false; end if;
  if known.erased then return true; end if;
  update ${event} set data = 'null', event = null, erased = true where topic = _topic and seq = _seq;
  update ${log} set bytes = held.bytes - known.size, erasures = held.erasures + 1 where topic = _topic;
  perform pg_notify('${channel}', _topic);
  return true;
end $tidings$;
`

/** The function that deletes expired logs, up to about `_max_events` events; returns whether there may be more. */
const sweepFunction = ({ log, event, sweep, settings }: PostgresNames): string => `\
create or replace function ${sweep}(_max_events bigint) returns boolean language plpgsql ${settings} as $tidings$
declare
  gone ${log}%rowtype;
  dropped bigint := 0;
begin
  while dropped < _max_events loop
    delete from ${log} where topic = (
      select topic from ${log} where sweep_at < clock_timestamp() order by sweep_at limit 1 for update skip locked
    ) returning * into gone;
    if not found then return false; end if;
    delete from ${event} where topic = gone.topic;
    dropped := dropped + 1 + gone.tail - gone.first + 1;
  end loop;
  return true;
end $tidings$;
`

/** The version is the comment of the table: everybody may read it, and it goes with the table. A newer one stays. */
const version = ({ log }: PostgresNames): string => `\
do $tidings$ begin
  if coalesce(substring(obj_description('${log}'::regclass, 'pg_class') from '${versionPattern}'), '1')::integer < ${schemaVersion} then
    comment on table ${log} is 'Tidings journal, schema version ${schemaVersion}';
  end if;
end $tidings$;
`

/** Finds the version in the comment of the table of logs. */
const versionPattern = 'schema version ([0-9]+)'
