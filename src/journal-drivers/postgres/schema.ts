// The SQL schema of the journal: its tables, and the functions that change a log under the lock on its row.
import { appendFunction } from './append-function.ts'
import { nameTables, type PostgresNames, type PostgresNaming } from './name.ts'

/**
 * Returns the SQL statements that create the tables and functions of a journal, for a migration. They may run again,
 * and concurrently. A role that uses the journal needs SELECT, INSERT, UPDATE and DELETE on both tables.
 *
 * @throws TidingsError `ERR_OPTION` for an invalid schema or prefix
 */
export function postgresSchema(naming: PostgresNaming = {}): string {
  const names = nameTables(naming)
  const parts = [tables, openFunction, appendFunction, readFunction, trimFunction, sweepFunction]
  return parts.map((part) => part(names)).join('\n')
}

// The advisory lock is there because concurrent `create ... if not exists` can still fail; its number is arbitrary.
// Names are compared byte by byte (collation "C"): faster, and a new version of the system's collations cannot corrupt
// the indexes. Every append updates `tail`: free space on the page (fillfactor) and no index on the columns that
// always change keep those updates cheap.
const tables = ({ log, event, sweepIndex, keyIndex }: PostgresNames): string => `\
select pg_advisory_xact_lock(7143895220318462);

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
`

/** The function that creates a log if there is none, or replaces one that has expired. Other logs stay unchanged. */
const openFunction = ({ log, event, open }: PostgresNames): string => `\
create or replace function ${open}(_topic text, _epoch text) returns void language plpgsql as $tidings$
begin
  insert into ${log} (topic, epoch) values (_topic, _epoch) on conflict (topic) do nothing;
  if found then return; end if;
  perform from ${log} where topic = _topic and forget_at <= clock_timestamp() for update;
  if not found then return; end if;
  delete from ${event} where topic = _topic;
  update ${log} set epoch = _epoch, first = default, tail = default, nonce = default, closed = default, bytes = default,
    forget_at = default, sweep_at = default where topic = _topic;
end $tidings$;
`

// Stable: all of its statements see the same snapshot. Sequence numbers have no gaps, and so a range of them bounds the
// rows: with a `limit` instead, a table that was never analysed would be read and sorted to its end.
const readFunction = ({ log, event, read }: PostgresNames): string => `\
create or replace function ${read}(_topic text, _epoch text, _after bigint, _nonce text, _limit bigint)
returns table (
  epoch text, first bigint, tail bigint, tail_nonce text, closed boolean, is_foreign boolean,
  seq bigint, nonce text, event text, data text
) language plpgsql stable as $tidings$
declare
  known text;
begin
  select l.epoch, l.first, l.tail, l.nonce, l.closed into epoch, first, tail, tail_nonce, closed
    from ${log} l where l.topic = _topic and (l.forget_at > clock_timestamp()) is not false;
  if not found then return; end if;
  if _nonce <> '' and _after > 0 then
    known := tail_nonce;
    if _after <> tail then select e.nonce into known from ${event} e where e.topic = _topic and e.seq = _after; end if;
  end if;
  is_foreign := (_epoch <> epoch) is true or _after > tail or (_nonce <> known) is true;
  if not is_foreign then
    return query select epoch, first, tail, tail_nonce, closed, is_foreign, e.seq, e.nonce, e.event, e.data
      from ${event} e where e.topic = _topic
        and e.seq > _after and e.seq >= first and e.seq <= least(tail, greatest(_after, first - 1) + _limit)
      order by e.seq;
    if found then return; end if;
  end if;
  return next;
end $tidings$;
`

const trimFunction = ({ log, event, trim }: PostgresNames): string => `\
create or replace function ${trim}(_topic text, _before bigint) returns void language plpgsql as $tidings$
declare
  held ${log}%rowtype;
  dropped bigint;
begin
  select * into held from ${log} where topic = _topic for update;
  if not found or held.first >= _before then return; end if;
  with gone as (delete from ${event} where topic = _topic and seq < _before returning octet_length(data) as size)
    select coalesce(sum(size), 0) into dropped from gone;
  update ${log} set first = least(_before, held.tail + 1), bytes = held.bytes - dropped where topic = _topic;
end $tidings$;
`

/** The function that deletes expired logs, up to about `_max_events` events; returns whether there may be more. */
const sweepFunction = ({ log, event, sweep }: PostgresNames): string => `\
create or replace function ${sweep}(_max_events bigint) returns boolean language plpgsql as $tidings$
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
