// The database function that reads: a page of events, and the state of the log at the same moment.
import type { PostgresNames } from './name.ts'

/**
 * The SQL of the function that reads. It returns a row for each event, and then one with the state of the log, as JSON. Its
 * `until` is the number of the last event that the page covers: one up to there that has no row is missing.
 *
 * Stable: all of its statements see the same snapshot. Sequence numbers have no gaps, and so a range of them bounds the
 * rows. The loop ends the scan of the index once the page is full, and `octet_length` does not fetch a large value that is
 * stored apart. A plan that sorts would read the whole range first, and is ruled out.
 */
export const readFunction = (names: PostgresNames): string => `\
create or replace function ${names.read}(
  _topic text, _epoch text, _after bigint, _nonce text, _limit bigint, _max_bytes bigint
) returns table (
  seq bigint, nonce text, event text, data text, erased boolean, state text
) language plpgsql stable ${names.settings} set enable_seqscan to off set enable_bitmapscan to off as $tidings$
declare
  held ${names.log}%rowtype;
  known text;
  trimmed text;
  is_foreign boolean;
  until bigint;
  size bigint;
  room bigint := _max_bytes;
  shown bigint;
begin
  select * into held from ${names.log} l where l.topic = _topic and (l.forget_at > clock_timestamp()) is not false;
  if not found then return; end if;
${judge(names)}${show(names)}
  return query select null::bigint, null, null, null, null::boolean, json_build_object(
    'epoch', held.epoch, 'first', held.first, 'tail', held.tail, 'nonce', held.nonce, 'trimmedNonce', trimmed,
    'erasures', held.erasures, 'closed', held.closed, 'foreign', is_foreign, 'until', until)::text;
end $tidings$;
`

// The nonce before the first event is only good for the log and the `first` that it was stored with: a function of an
// older version may have trimmed since. An unknown nonce (`''`) tells nothing.
const judge = ({ event }: PostgresNames): string => `
  trimmed := held.epoch || '.' || held.first - 1 || '.';
  trimmed := case
    when held.first > held.tail then held.nonce
    when starts_with(held.trimmed_position, trimmed) then substr(held.trimmed_position, length(trimmed) + 1)
    else '' end;
  if _nonce <> '' then
    if _after = held.tail then known := held.nonce;
    elsif _after = held.first - 1 then known := trimmed;
    else select e.nonce into known from ${event} e where e.topic = _topic and e.seq = _after; end if;
  end if;
  is_foreign := (_epoch <> held.epoch) is true or _after > held.tail or (_nonce <> nullif(known, '')) is true;
`

const show = ({ event }: PostgresNames): string => `
  if not is_foreign then
    until := least(held.tail, greatest(_after, held.first - 1) + _limit);
    for seq, nonce, event, data, erased, size in
      select e.seq, e.nonce, e.event, e.data, e.erased, case when e.erased then 0 else octet_length(e.data) end
      from ${event} e where e.topic = _topic and e.seq > _after and e.seq >= held.first and e.seq <= until order by e.seq
    loop
      room := room - size;
      if room < 0 and shown is not null then
        until := shown;
        exit;
      end if;
      return next;
      shown := seq;
    end loop;
  end if;
`
