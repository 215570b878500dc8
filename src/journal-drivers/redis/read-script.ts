// The Lua script that reads a page, and the script of a health check.
import { createEpoch, type ReadFrom, type ReadLimits } from '../../journal/index.ts'
import { createScript, type Script } from './script.ts'

/** How long an empty log, created by a read, is kept after its last read: a topic may never get an event. */
const emptyLogMs = 24 * 60 * 60 * 1000

/** The arguments of {@link readScript}, in the order of its ARGV. */
export function readArguments(from: ReadFrom, { limit, maxBytes }: ReadLimits): string[] {
  const limits = [String(limit), String(maxBytes)]
  if (typeof from === 'string') return [from, createEpoch(), '0', '', ...limits]
  return ['at', from.epoch, String(from.seq), from.nonce, ...limits]
}

/**
 * Reads a page atomically. Replies `{epoch, first, tail, nonce, closed, foreign, start, marks, texts, trimmedNonce,
 * erasures}`, or `{}` if there is no log.
 *
 * The events from sequence number `start` on are a text and a list: all marks, separated by commas, and the data of each event,
 * followed by its name if it has one. Entries as XRANGE has them, each a list in a list, take a client four times as long; and
 * one text of all data takes Redis three times as long where events have a kilobyte, because Lua copies it again and again.
 *
 * How many entries it takes from the stream at a time depends on how large those before were; at first, on the log's average.
 */
export const readScript: Script = createScript(`
local from, epoch, seq, nonce = ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4]
local limit, maxBytes = tonumber(ARGV[5]), tonumber(ARGV[6])

local state = open()
if not state then
  if from == 'at' then return {} end
  state = create(epoch)
  redis.call('HSET', meta, 'epoch', epoch, 'first', '1', 'tail', '0', 'bytes', '0', 'nonce', '', 'expires', '1')
  redis.call('PEXPIRE', meta, ${emptyLogMs})
elseif state.tail == 0 and redis.call('PTTL', meta) < ${emptyLogMs / 2} then
  redis.call('PEXPIRE', meta, ${emptyLogMs})
end
local first, tail = state.first, state.tail

local function isForeign()
  if from ~= 'at' then return false end
  if epoch ~= state.epoch or seq > tail then return true end
  if nonce == '' or seq == 0 then return false end
  local known = nonceAt(state, seq)
  return known ~= '' and known ~= nonce
end

local foreign = isForeign()
local start = math.max(first, seq + 1)
local marks, texts, marked, texted, bytes = {}, {}, 0, 0, 0
if not foreign and from ~= 'now' and limit > 0 then
  local average = math.max(state.bytes / math.max(tail - first + 1, 1), 1)
  walk(state, start, math.min(tail, start + limit - 1), math.min(maxBytes / average, 4), function(_, events)
    local before = bytes
    for i = 1, #events do
      local fields = events[i]
      local data = fields[4]
      bytes = bytes + #data
      if bytes > maxBytes and marked > 0 then return nil end
      marked, texted = marked + 1, texted + 1
      marks[marked], texts[texted] = fields[2], data
      if fields[5] == 'e' then
        texted = texted + 1
        texts[texted] = fields[6]
      end
    end
    if bytes <= maxBytes then return (maxBytes - bytes) / math.max((bytes - before) / #events, 1) end
  end)
end
return {state.epoch, show(first), show(tail), state.nonce, state.closed, foreign and '1' or '', show(start),
  table.concat(marks, ','), texts, nonceAt(state, first - 1), show(state.erasures)}
`)

/** Replies 1 and does nothing: a health check that needs scripts to run. */
export const pingScript: Script = createScript('return 1')
