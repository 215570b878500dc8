// The database function that appends, in the steps of the contract: lock, key, close and fence, store, trim, notify.
import type { PostgresNames } from './name.ts'

/** The SQL of the function that appends the items of a JSON array to a topic, in order, with a result row for each. */
export const appendFunction = (names: PostgresNames): string => `\
create or replace function ${names.append}(_topic text, _items json, _wait_ms integer)
returns table (outcome text, epoch text, seq bigint, nonce text) language plpgsql as $tidings$
declare
  item record;
  held ${names.log}%rowtype;
  log_exists boolean := false;
  has_appended boolean := false;
  moment timestamptz;
  forget_after interval;
  size bigint;
  lock_timeout text := current_setting('lock_timeout');
begin
  perform set_config('lock_timeout', _wait_ms::text, true);
  for item in select * from json_to_recordset(_items) as (
    data text, event text, key text, expect_seq bigint, epoch text, close boolean, new_epoch text, nonce text,
    max_events bigint, max_bytes bigint, max_age_ms bigint, forget_after_ms bigint
  ) loop
${lock(names)}${refuse(names)}${store(names)}${trim(names)}  end loop;
  perform set_config('lock_timeout', lock_timeout, true);
${update(names)}end $tidings$;
`

// The lock on the log's row is held until the transaction ends, and so covers all items. `lock_timeout` ends the wait
// for it at the caller's deadline; the setting is restored, because the transaction may be the caller's. An append that
// expects an existing event (`expect_seq > 0`) creates no log.
const lock = ({ log, open }: PostgresNames): string => `
    while not log_exists loop
      select * into held from ${log} l where l.topic = _topic for update;
      log_exists := found and (held.forget_at > clock_timestamp()) is not false;
      exit when log_exists or item.expect_seq > 0;
      perform ${open}(_topic, coalesce(item.epoch, item.new_epoch));
    end loop;
`

// A refusal is a result row, not an error: an error would abort the caller's transaction.
const refuse = ({ event }: PostgresNames): string => `
    if item.key is not null and log_exists then
      return query select 'duplicate', held.epoch, e.seq, e.nonce
        from ${event} e where e.topic = _topic and e.key = item.key;
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

const store = ({ event }: PostgresNames): string => `
    moment := clock_timestamp();
    seq := seq + 1;
    epoch := held.epoch;
    nonce := item.nonce;
    return next;
    insert into ${event} (topic, seq, nonce, event, data, key, at)
      values (_topic, seq, item.nonce, item.event, item.data, item.key, moment);
    held.tail := seq;
    held.nonce := item.nonce;
    held.closed := coalesce(item.close, false);
    held.bytes := held.bytes + octet_length(item.data);
    forget_after := item.forget_after_ms * interval '1 millisecond';
    has_appended := true;
`

// Retention: drops events one by one from the start of the log, each by its primary key, so that there is no query plan
// to go wrong.
const trim = ({ event }: PostgresNames): string => `
    while held.first < held.tail loop
      exit when item.max_age_ms is null
        and (held.tail - held.first >= item.max_events) is not true and (held.bytes > item.max_bytes) is not true;
      delete from ${event} e where e.topic = _topic and e.seq = held.first
        and (held.tail - held.first >= item.max_events or held.bytes > item.max_bytes
          or e.at < moment - item.max_age_ms * interval '1 millisecond')
        returning octet_length(e.data) into size;
      exit when not found;
      held.first := held.first + 1;
      held.bytes := held.bytes - size;
    end loop;
`

// `sweep_at` may be up to `forget_after` later than `forget_at`, so that its index changes rarely. The payload of the
// notification is only the topic: Postgres merges equal notifications of a transaction.
const update = ({ log, channel }: PostgresNames): string => `
  if not has_appended then return; end if;
  held.forget_at := moment + forget_after;
  if (held.sweep_at between held.forget_at and held.forget_at + forget_after) is not true then
    held.sweep_at := held.forget_at + forget_after;
  end if;
  update ${log} l set tail = held.tail, first = held.first, nonce = held.nonce, bytes = held.bytes, closed = held.closed,
    forget_at = held.forget_at, sweep_at = held.sweep_at where l.topic = _topic;
  perform pg_notify('${channel}', _topic);
`
