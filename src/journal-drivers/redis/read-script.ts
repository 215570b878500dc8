// The Lua scripts that read a page and trim a log, and the script of a health check.
import { createEpoch, type ReadFrom } from '../../journal/index.ts'
import { createScript, type Script } from './script.ts'

/** How long an empty log, created by a read, is kept after its last read: a topic may never get an event. */
const emptyLogMs = 24 * 60 * 60 * 1000

/** The arguments of {@link readScript}, in the order of its ARGV. */
export function readArguments(from: ReadFrom, limit: number): string[] {
  if (typeof from === 'string') return [from, createEpoch(), '0', '', String(limit)]
  return ['at', from.epoch, String(from.seq), from.nonce, String(limit)]
}

/**
 * Reads a page atomically. Replies `{epoch, first, tail, nonce, closed, foreign, start, marks, texts}`, or `{}` if
 * there is no log.
 *
 * The events from sequence number `start` on are two texts, which take a quarter of the time that 256 entries take: all
 * marks, each followed by a comma, and all data and names, each event's data before its name, without separators.
 */
export const readScript: Script = createScript(`
local from, epoch, seq, nonce, limit = ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4], tonumber(ARGV[5])

local state = redis.call('HMGET', meta, 'epoch', 'first', 'tail', 'nonce', 'closed')
local first, tail = tonumber(state[2]), tonumber(state[3])
if not state[1] or not isWhole(first, tail) then
  if from == 'at' then return {} end
  redis.call('HSET', meta, 'epoch', epoch, 'first', '1', 'tail', '0', 'bytes', '0', 'nonce', '', 'expires', '1')
  redis.call('HDEL', meta, 'closed')
  redis.call('DEL', log, keys)
  redis.call('PEXPIRE', meta, ${emptyLogMs})
  return {epoch, '1', '0', '', '', '', '1', '', ''}
end
if tail == 0 and redis.call('PTTL', meta) < ${emptyLogMs / 2} then redis.call('PEXPIRE', meta, ${emptyLogMs}) end

local function isForeign()
  if from ~= 'at' then return false end
  if epoch ~= state[1] or seq > tail then return true end
  if nonce == '' or seq == 0 then return false end
  if seq == tail then return nonce ~= state[4] end
  return seq >= first and nonce ~= nonceIn(entry(seq).m)
end

local foreign = isForeign()
local start = math.max(first, seq + 1)
local marks, texts = {}, {}
if not foreign and from ~= 'now' and limit > 0 then
  local found = redis.call('XRANGE', log, show(start) .. '-0', '+', 'COUNT', show(limit))
  for i, one in ipairs(found) do
    local fields = one[2]
    marks[i] = fields[2] .. ','
    texts[#texts + 1] = fields[4]
    if fields[5] == 'e' then texts[#texts + 1] = fields[6] end
  end
  local last = found[#found]
  if last and last[1] ~= show(start + #found - 1) .. '-0' then
    return redis.error_reply('ERR events were deleted from the middle of ' .. log)
  end
end
return {state[1], state[2], state[3], state[4], state[5] or '', foreign and '1' or '', show(start),
  table.concat(marks), table.concat(texts)}
`)

/** Drops the events with sequence numbers below `ARGV[1]`. Linear in their count. */
export const trimScript: Script = createScript(`
local state = redis.call('HMGET', meta, 'epoch', 'first', 'tail', 'bytes')
local first, tail, bytes = tonumber(state[2]), tonumber(state[3]), tonumber(state[4])
if not state[1] or not isWhole(first, tail) then return 0 end
local before = math.min(tonumber(ARGV[1]), tail + 1)
if before <= first then return 0 end
for seq = first, before - 1 do bytes = bytes - forget(entry(seq)) end
redis.call('XTRIM', log, 'MINID', show(before) .. '-0')
redis.call('HSET', meta, 'first', show(before), 'bytes', show(bytes))
return 1
`)

/** Replies 1 and does nothing: a health check that needs scripts to run. */
export const pingScript: Script = createScript('return 1')
