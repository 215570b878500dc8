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
 * `show` formats whole numbers: Lua's own `tostring` writes 1e+15.
 *
 * `open` returns the state of the log, or nil if there is none. A log whose events have been evicted counts as absent.
 * The optional argument is a further field of `meta`, returned in `state.more`.
 *
 * `create` replaces whatever is left of a log by an empty one. Its first command is one that Redis refuses when it is out
 * of memory, so that a refusal leaves everything as it was.
 *
 * `walk` calls `visit(seq, fields, isMissing)` for the events from `from` to `to`, until one call returns true. It takes
 * them from the stream in chunks of at most 32: `size(count, bytes)` says how many should be next, after so many events
 * and bytes of data. Events that are missing from the stream were erased, or deleted by somebody else. Entries whose id
 * does not end in `-0` are no events.
 *
 * `drop` deletes the events from the first on for which `isOver(seq, fields)` holds, with their idempotency keys; at
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
      return {'m', mark, 'd', '', key ~= '' and 'k' or '', string.sub(key, 2)}
    end
  end
  return {'m', '.x..0', 'd', ''}
end

local function walk(state, from, to, size, visit)
  local count, bytes = 0, 0
  local function passMissing(last)
    while from <= last do
      if visit(from, missing(state, from), true) then return true end
      from = from + 1
    end
  end
  while from <= to do
    local most = math.min(math.max(math.floor(size(count, bytes)), 1), 32, to - from + 1)
    local found = redis.call('XRANGE', log, show(from) .. '-0', show(to) .. '-0', 'COUNT', most)
    for _, one in ipairs(found) do
      local id, fields = one[1], one[2]
      if string.sub(id, -2) == '-0' then
        local seq = tonumber(string.sub(id, 1, -3))
        if passMissing(seq - 1) or visit(seq, fields) then return end
        from, count, bytes = seq + 1, count + 1, bytes + #fields[4]
      elseif passMissing(tonumber(string.match(id, '^%d+'))) then
        return
      end
    end
    if #found < most and passMissing(to) then return end
  end
end

local function event(state, seq)
  local its, isMissing
  walk(state, seq, seq, function() return 1 end, function(_, fields, gone) its, isMissing = fields, gone end)
  return its, isMissing
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
  walk(state, state.first, limit - 1, function(count) return count end, function(seq, fields, isMissing)
    if bytes > most or not isOver(seq, fields) then return true end
    local key = keyIn(fields)
    if key then redis.call('HDEL', keys, key) end
    if isMissing and state.erasures > 0 then redis.call('HDEL', meta, 'x:' .. show(seq)) end
    bytes, last = bytes + #fields[4], fields
    state.bytes = state.bytes - #fields[4]
    state.first = seq + 1
  end)
  if not last then return false end
  state.trimmed = state.first > state.tail and state.nonce or nonceIn(last[2])
  return true
end
`
