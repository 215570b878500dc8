// The database function that reads: a page of events, and the state of the log at the same moment.
import type { PostgresNames } from './name.ts'

/**
 * The SQL of the function that reads. It returns a row for each event, and then one with the state of the log, as JSON. Its
 * `until` is the number of the last event that the page covers: one up to there that has no row is missing.
 *
 * Stable: all of its statements see the same snapshot. Sequence numbers have no gaps, and so a range of them bounds the
 * rows. The scan of the index ends soon after the page is full, and a large value that is stored apart is fetched only if it is
 * returned. A plan that sorts would read the whole range first, and is ruled out.
 */
export const readFunction = (names: PostgresNames): string => `\
create or replace function ${names.read}(
  _topic text, _epoch text, _after bigint, _nonce text, _limit bigint, _max_bytes bigint
) returns table (
  seq bigint, nonce text, event text, data text, state text
) language plpgsql stable ${names.settings} set enable_seqscan to off set enable_bitmapscan to off as $tidings$
declare
  held ${names.log}%rowtype;
  known text;
  trimmed text;
  is_foreign boolean;
  until bigint;
  erased json;
  size bigint;
  room bigint := _max_bytes;
  shown bigint;
  covered bigint;
  part bigint;
begin
  select * into held from ${names.log} l where l.topic = _topic and (l.forget_at > clock_timestamp()) is not false;
  if not found then return; end if;
${judge(names)}${show(names)}
  return query select null::bigint, null, null, null, json_build_object(
    'epoch', held.epoch, 'first', held.first, 'tail', held.tail, 'nonce', held.nonce, 'trimmedNonce', trimmed,
    'erasures', held.erasures, 'closed', held.closed, 'foreign', is_foreign, 'until', until, 'erased', erased)::text;
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

// By parts: those that fit as a whole are returned at once, and only the last one row by row.
const show = ({ event }: PostgresNames): string => `
  if not is_foreign then
    until := least(held.tail, greatest(_after, held.first - 1) + _limit);
    covered := greatest(_after, held.first - 1);
    while covered < until loop
      part := least(until, covered + ${partRows});
      select coalesce(sum(${sizeOfEvent}), 0) into size
        from ${event} e where e.topic = _topic and e.seq > covered and e.seq <= part;
      if size <= room then
        return query select e.seq, e.nonce, e.event, e.data, null
          from ${event} e where e.topic = _topic and e.seq > covered and e.seq <= part order by e.seq;
        shown := part;
        room := room - size;
      else
        for seq, nonce, event, data, size in
          select e.seq, e.nonce, e.event, e.data, ${sizeOfEvent}
          from ${event} e where e.topic = _topic and e.seq > covered and e.seq <= part order by e.seq
        loop
          room := room - size;
          if room < 0 and shown is not null then until := shown; end if;
          exit when room < 0 and shown is not null;
          return next;
          shown := seq;
        end loop;
      end if;
      covered := part;
    end loop;
    if held.erasures > 0 then
      select json_agg(e.seq) into erased from ${event} e where e.topic = _topic and e.seq > _after and e.seq <= until and e.erased;
    end if;
  end if;
`

const partRows = 256

/** The bytes of an event `e`. The size of a large value is known without fetching it. */
const sizeOfEvent = 'case when e.erased then 0 else octet_length(e.data) end'
