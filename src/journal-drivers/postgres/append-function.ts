// The database function that appends, in the steps of the contract: lock, key, close and fence, store, trim, notify.
import type { PostgresNames } from './name.ts'

/** The most events that one statement drops beyond twice as many as it adds: later appends drop the rest. */
const mostDropped = 256

/**
 * The SQL of the function that appends to several topics in one transaction: a JSON array of `{ topic, items }`, in the order
 * of the topics, so that two callers never wait for each other. An item is one append, all or nothing; there is a result
 * row for each. With `_skip_locked`, a topic whose log is locked is left out: its rows have the outcome `locked`.
 */
export const appendFunction = (names: PostgresNames): string => `\
create or replace function ${names.append}(_batches json, _wait_ms integer, _skip_locked boolean)
returns table (outcome text, epoch text, seq bigint, nonce text, previous text, nonces text)
language plpgsql ${names.settings} as $tidings$
declare
  batch record;
  item record;
  oldest record;
  held ${names.log}%rowtype;
  log_exists boolean;
  has_appended boolean;
  made text[];
  trimmed text;
  room bigint := ${mostDropped};
  moment timestamptz;
  forget_after interval;
  size bigint;
  lock_timeout text := current_setting('lock_timeout');
begin
  perform set_config('lock_timeout', _wait_ms::text, true);
  for batch in select * from json_to_recordset(_batches) as (topic text, items json) loop
  log_exists := false;
  has_appended := false;
${skip(names)}
  for item in select * from json_to_recordset(batch.items) as (
    events json, key text, expect_seq bigint, epoch text, close boolean, new_epoch text, token text,
    max_events bigint, max_bytes bigint, max_age_ms bigint, forget_after_ms bigint
  ) loop
${lock(names)}${refuse(names)}${store(names)}${trim(names)}  end loop;
${update(names)}  end loop;
  perform set_config('lock_timeout', lock_timeout, true);
end $tidings$;
`

const skip = ({ log }: PostgresNames): string => `
  if _skip_locked then
    perform from ${log} l where l.topic = batch.topic for update skip locked;
    if not found and exists (select from ${log} l where l.topic = batch.topic) then
      return query select 'locked', null, null::bigint, null, null, null from json_array_elements(batch.items);
      continue;
    end if;
  end if;
`

// The lock on the log's row is held until the transaction ends, and so covers all items. `lock_timeout` ends the wait
// for it; the setting is restored, because the transaction may be the caller's. An append that expects an existing event
// (`expect_seq > 0`) creates no log.
const lock = ({ log, open }: PostgresNames): string => `
    while not log_exists loop
      select * into held from ${log} l where l.topic = batch.topic for update;
      log_exists := found and (held.forget_at > clock_timestamp()) is not false;
      exit when log_exists or item.expect_seq > 0;
      perform ${open}(batch.topic, coalesce(item.epoch, item.new_epoch));
    end loop;
`

// A refusal is a result row, not an error: an error would abort the caller's transaction.
const refuse = ({ event }: PostgresNames): string => `
    previous := null;
    nonces := null;
    if item.key is not null and log_exists then
      return query select 'duplicate', held.epoch, e.seq, e.nonce, null, null
        from ${event} e where e.topic = batch.topic and e.key = item.key;
      continue when found;
    end if;
    seq := case when log_exists then held.tail else 0 end;
    outcome := case
      when log_exists and held.closed then 'closed'
      when item.expect_seq <> seq or item.epoch <> held.epoch then 'fenced'
      else 'appended' end;
    if outcome <> 'appended' then
      return next;
      continue;
    end if;
`

// The nonce of an event is computed from the one before it and the token of the append: events with equal numbers and
// nonces have the same events before them, also if this database has lost its end and continued.
const store = ({ event }: PostgresNames): string => `
    moment := clock_timestamp();
    epoch := held.epoch;
    previous := held.nonce;
    made := '{}';
    for count in 1 .. json_array_length(item.events) loop
      held.nonce := substr(encode(sha256(convert_to(held.nonce || item.token, 'UTF8')), 'hex'), 1, 8);
      made := made || held.nonce;
    end loop;
    with stored as (
      insert into ${event} (topic, seq, nonce, event, data, key, at, token)
      select batch.topic, held.tail + e.number, made[e.number], e.event, e.data, item.key, moment, item.token
      from rows from (json_to_recordset(item.events) as (data text, event text))
        with ordinality as e(data, event, number)
      returning octet_length(data) as size
    ) select sum(stored.size) into size from stored;
    room := room + 2 * cardinality(made);
    held.tail := held.tail + cardinality(made);
    held.closed := coalesce(item.close, false);
    held.bytes := held.bytes + size;
    seq := held.tail;
    nonce := held.nonce;
    nonces := array_to_string(made, ',');
    forget_after := item.forget_after_ms * interval '1 millisecond';
    has_appended := true;
    return next;
`

// Retention: drops events one by one from the start of the log, each by its primary key, so that there is no query plan
// to go wrong. A row that is missing must not end it, and shows that the sum of the bytes is wrong: it is then made anew.
const trim = ({ event }: PostgresNames): string => `
    trimmed := null;
    while held.first < held.tail and room > 0 loop
      exit when item.max_age_ms is null
        and (held.tail - held.first >= item.max_events) is not true and (held.bytes > item.max_bytes) is not true;
      select e.nonce, e.at, case when e.erased then 0 else octet_length(e.data) end as size into oldest
        from ${event} e where e.topic = batch.topic and e.seq = held.first;
      if found then
        exit when (held.tail - held.first >= item.max_events) is not true and (held.bytes > item.max_bytes) is not true
          and oldest.at >= moment - item.max_age_ms * interval '1 millisecond';
        delete from ${event} e where e.topic = batch.topic and e.seq = held.first;
        held.bytes := held.bytes - oldest.size;
        trimmed := oldest.nonce;
      else
        select min(e.seq) - 1, sum(case when e.erased then 0 else octet_length(e.data) end) into held.first, held.bytes
          from ${event} e where e.topic = batch.topic and e.seq > held.first;
        trimmed := '';
      end if;
      held.first := held.first + 1;
      room := room - 1;
    end loop;
    if trimmed is not null then
      held.trimmed_position := held.epoch || '.' || held.first - 1 || '.' || trimmed;
    end if;
`

// `sweep_at` may be up to `forget_after` later than `forget_at`, so that its index changes rarely. The payload of the
// notification is only the topic: Postgres merges equal notifications of a transaction.
const update = ({ log, channel }: PostgresNames): string => `
  continue when not has_appended;
  held.forget_at := moment + forget_after;
  if (held.sweep_at between held.forget_at and held.forget_at + forget_after) is not true then
    held.sweep_at := held.forget_at + forget_after;
  end if;
  update ${log} l set tail = held.tail, first = held.first, nonce = held.nonce, bytes = held.bytes, closed = held.closed,
    forget_at = held.forget_at, sweep_at = held.sweep_at, trimmed_position = held.trimmed_position
    where l.topic = batch.topic;
  perform pg_notify('${channel}', batch.topic);
`
