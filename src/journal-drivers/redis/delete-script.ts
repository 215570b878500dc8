// The Lua scripts that delete events: the first of a log, or the content of one.
import { createScript, type Script } from './script.ts'

/**
 * Drops events with sequence numbers below `ARGV[1]`: at most 1,024 events and about 4 MiB, so that Redis is not
 * blocked. Replies 1 if some of them are left.
 */
export const trimScript: Script = createScript(`
local state = open()
if not state then return 0 end
local before = math.min(tonumber(ARGV[1]), state.tail + 1)
local limit = math.min(before, state.first + 1024)
if not drop(state, limit, ${4 * 1024 * 1024}, function() return true end) then return 0 end
redis.call('XTRIM', log, 'MINID', show(state.first) .. '-0')
redis.call('HSET', meta, 'first', show(state.first), 'bytes', show(state.bytes), 'also', alsoOf(state))
return state.first < before and 1 or 0
`)

/**
 * Erases the event at the position `ARGV[1]` (epoch), `ARGV[2]` (sequence number), `ARGV[3]` (nonce), and publishes a
 * hint to the channel `ARGV[4]`. Replies 1 if the event is erased now, 0 if it is not in the log.
 *
 * What stays of the event is in a field of `meta`: its nonce, token and time, and its key. An empty entry
 * after the last event keeps the length of the stream: the former version takes a log for evicted whose stream is
 * shorter than its numbers say.
 */
export const eraseScript: Script = createScript(`
local epoch, seq, nonce, channel = ARGV[1], tonumber(ARGV[2]), ARGV[3], ARGV[4]
local state = open()
if not state or state.epoch ~= epoch or seq < state.first or seq > state.tail then return 0 end
local known = nonceAt(state, seq)
if nonce ~= '' and known ~= '' and known ~= nonce then return 0 end
local fields = event(state, seq)
if fields.gone then return 1 end

local info, last = redis.call('XINFO', 'STREAM', log), nil
for i = 1, #info, 2 do
  if info[i] == 'last-generated-id' then last = info[i + 1] end
end
local tail, number = string.match(last, '^(%d+)%-(%d+)$')
redis.call('XDEL', log, show(seq) .. '-0')
redis.call('XADD', log, tail .. '-' .. show(tonumber(number) + 1), 'm', '.x..0', 'd', '')
local itsNonce, rest = string.match(fields[2], '^([^.]*)%.[^.]*%.[^.]*(%..*)$')
local key = keyIn(fields)
state.bytes, state.erasures = state.bytes - #fields[4], state.erasures + 1
redis.call('HSET', meta, 'x:' .. show(seq), state.epoch .. ' ' .. itsNonce .. '.x.' .. rest .. (key and ' =' .. key or ''),
  'bytes', show(state.bytes), 'also', alsoOf(state))
redis.call('PUBLISH', channel, '["' .. state.epoch .. '"]')
return 1
`)
