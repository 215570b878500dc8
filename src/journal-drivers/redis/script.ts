// Lua scripts, which Redis caches by the digest of their text, and the functions that they share.
import { createHash } from 'node:crypto'

/** A Lua script: one atomic operation of the journal. */
export interface Script {
  readonly text: string
  /** The SHA-1 of the text, in hexadecimal, for EVALSHA. */
  readonly digest: string
}

/** Creates a script: the shared functions, then the body. */
export function createScript(body: string): Script {
  const text = `${shared}\n${body.trim()}\n`
  return { text, digest: createHash('sha1').update(text).digest('hex') }
}

/**
 * The functions that all scripts share.
 *
 * A stream entry has the fields `m`, a mark; `d`, the data; and optionally `e`, the event's name, and `k`, its
 * idempotency key; always in this order. The mark is `<nonce>.<length of data>.<length of name>.<token>.<time in ms>`;
 * lengths are in UTF-16 code units, as in JavaScript, and the length of an absent name is empty. The former version wrote
 * marks without a token. In the mark of an erased event the length of data is `x`.
 *
 * The hash `keys` has `<seq>.<nonce>` for each key. The hash `meta` has, beside the fields that `open` reads,
 * `a:<writer>`, `<count>.<seq>` of a writer's last append (`w:<writer>`: of the former version); `x:<seq>`,
 * `<epoch> <mark>[ =<key>]` of an erased event; and `also`, `<epoch> <seq>.<nonce> <erasures> <keyed>`: the last event that
 * was dropped, how many were erased, and the number of the last with a key. The epoch is there because the former version
 * replaces a log and leaves these fields.
 *
 * `show` formats whole numbers: Lua's own `tostring` writes 1e+15.
 *
 * `open` returns the state of the log, or nil if there is none. A log whose events have been evicted counts as absent.
 * The optional argument is a further field of `meta`, returned in `state.more`.
 *
 * `create` replaces whatever is left of a log by an empty one. Its first command is one that Redis refuses when it is out
 * of memory, so that a refusal leaves everything as it was.
 *
 * `walk` calls `visit(seq, events)` for the events from `from` to `to`, in chunks of at most 32: `seq` is the number of the
 * first, and an event is its list of fields. `most` is the size of the first chunk, and each call returns that of the next,
 * or nil to stop. Events that are missing from the stream have `gone`: they were erased, or deleted by somebody
 * else. Entries of the stream whose id does not end in `-0` are no events.
 *
 * `drop` deletes the events from the first on for which `isOver(seq, event)` holds, with their idempotency keys; at
 * most those before `limit`, and about `most` bytes. The caller stores the state, and trims the stream.
 */
const shared = `
local meta, log, keys = KEYS[1], KEYS[2], KEYS[3]

local function show(number)
  return string.format('%.0f', number)
end

local function nonceIn(mark)
  return string.match(mark, '^[^.]*')
end

local function keyIn(fields)
  if fields[5] == 'k' then return fields[6] end
  if fields[7] == 'k' then return fields[8] end
end

local function open(field)
  local found = redis.call('HMGET', meta, 'epoch', 'first', 'tail', 'bytes', 'nonce', 'closed', 'also', 'expires',
    field or 'epoch')
  local epoch, first, tail = found[1], tonumber(found[2]), tonumber(found[3])
  if not epoch or not tail or (first <= tail and redis.call('EXISTS', log) == 0) then return nil end
  local state = {epoch = epoch, first = first, tail = tail, bytes = tonumber(found[4]), nonce = found[5] or '',
    closed = found[6] or '', expires = found[8], more = found[9], erasures = 0, keyed = 0, trimmed = ''}
  local its, seq, nonce, erasures, keyed = string.match(found[7] or '', '^(%S+) (%d+)%.(%w*) (%d+) (%d+)$')
  if its == epoch then
    state.erasures, state.keyed = tonumber(erasures), tonumber(keyed)
    if tonumber(seq) == first - 1 then state.trimmed = nonce end
  end
  return state
end

local function alsoOf(state)
  return state.epoch .. ' ' .. show(state.first - 1) .. '.' .. state.trimmed .. ' ' .. show(state.erasures) .. ' ' ..
    show(state.keyed)
end

local function create(epoch)
  redis.call('HSET', meta, 'epoch', epoch)
  redis.call('DEL', meta, log, keys)
  return {epoch = epoch, first = 1, tail = 0, bytes = 0, nonce = '', closed = '', erasures = 0, keyed = 0, trimmed = ''}
end

local function missing(state, seq)
  local known = state.erasures > 0 and redis.call('HGET', meta, 'x:' .. show(seq))
  if known then
    local epoch, mark, key = string.match(known, '^(%S+) (%S+) ?(.*)$')
    if epoch == state.epoch then
      return {'m', mark, 'd', '', key ~= '' and 'k' or '', string.sub(key, 2), gone = true}
    end
  end
  return {'m', '.x..0', 'd', '', gone = true}
end

local function walk(state, from, to, most, visit)
  while most and from <= to do
    most = math.min(math.max(math.floor(most), 1), 32, to - from + 1)
    local found = redis.call('XRANGE', log, show(from) .. '-0', show(to) .. '-0', 'COUNT', most)
    local events, count, last = {}, #found, found[#found]
    if state.erasures == 0 and last and last[1] == show(from + count - 1) .. '-0' then
      for i = 1, count do events[i] = found[i][2] end
    else
      count = 0
      for _, one in ipairs(found) do
        local isEvent, seq = string.sub(one[1], -2) == '-0', tonumber(string.match(one[1], '^%d+'))
        for absent = from + count, isEvent and seq - 1 or seq do
          count = count + 1
          events[count] = missing(state, absent)
        end
        if isEvent then
          count = count + 1
          events[count] = one[2]
        end
      end
    end
    for absent = from + count, #found < most and to or 0 do
      count = count + 1
      events[count] = missing(state, absent)
    end
    most = visit(from, events)
    from = from + count
  end
end

local function event(state, seq)
  local its
  walk(state, seq, seq, 1, function(_, events) its = events[1] end)
  return its
end

local function nonceAt(state, seq)
  if seq == state.tail then return state.nonce end
  if seq >= state.first then return nonceIn(event(state, seq)[2]) end
  if seq ~= state.first - 1 or seq == 0 then return '' end
  if state.trimmed ~= '' then return state.trimmed end
  local found = redis.call('XRANGE', log, show(seq) .. '-0', show(seq) .. '-0')[1]
  return found and nonceIn(found[2][2]) or ''
end

local function drop(state, limit, most, isOver)
  local bytes, last = 0, nil
  walk(state, state.first, limit - 1, 1, function(from, events)
    for i, fields in ipairs(events) do
      local seq, key = from + i - 1, keyIn(fields)
      if bytes > most or not isOver(seq, fields) then return nil end
      if key then redis.call('HDEL', keys, key) end
      if fields.gone then redis.call('HDEL', meta, 'x:' .. show(seq)) end
      bytes, last = bytes + #fields[4], fields
      state.bytes = state.bytes - #fields[4]
      state.first = seq + 1
    end
    return #events * 2
  end)
  if not last then return false end
  state.trimmed = state.first > state.tail and state.nonce or nonceIn(last[2])
  return true
end
`
