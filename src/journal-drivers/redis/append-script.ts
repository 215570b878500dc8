// The Lua script that appends an event, atomically, and its arguments.
import type { AppendOptions, RetentionLimits } from '../../journal/index.ts'
import { messageHead, pushedBytes } from './message.ts'
import { createScript, type Script } from './script.ts'

/** An append, with the ids by which the script recognizes it when Redis gets it a second time. */
export interface AppendCall {
  readonly data: string
  readonly options: AppendOptions
  readonly limits: RetentionLimits
  /** The event's nonce. */
  readonly nonce: string
  /** The epoch of the log, if this append creates it. */
  readonly epoch: string
  /** The id of the journal object that appends. */
  readonly writer: string
  /** The number of this append among the writer's appends: 1 for the first. */
  readonly count: number
}

/** The arguments of {@link appendScript}, in the order of its ARGV. */
export function appendArguments(call: AppendCall, channel: string): string[] {
  const { data, options, limits, nonce, epoch, writer, count } = call
  const { event, key, expectSeq, close = false } = options
  return [
    data,
    nonce,
    epoch,
    options.epoch ?? '',
    expectSeq === undefined ? '' : String(expectSeq),
    optional(event),
    optional(key),
    close ? '1' : '',
    limit(limits.maxEvents),
    limit(limits.maxBytes),
    limit(limits.maxAgeMs),
    limit(limits.forgetAfterMs),
    `w:${writer}`,
    String(count),
    channel,
    messageHead({ nonce, event, closed: close }),
    `${nonce}.${data.length}.${event?.length ?? ''}.`,
  ]
}

/** An optional text as an argument: `=` and the text, so that an empty text differs from an absent one. */
function optional(text: string | undefined): string {
  return text === undefined ? '' : `=${text}`
}

function limit(most: number): string {
  return most === Infinity ? '' : String(most)
}

/**
 * Appends an event and publishes it to the topic's channel. Replies `{'appended' | 'duplicate', epoch, seq, nonce}` or
 * `{'refused', epoch, tail, closed}`.
 *
 * A client may silently resend a command when its connection was lost before the reply. `count` detects that: it rises
 * with each append of a writer, and the log keeps each writer's highest. If `count` is not higher, the last thousand
 * events are searched for the nonce: if it is there, the append was resent; if not, a later one merely overtook it.
 *
 * The first command that adds data is one that Redis refuses when it is out of memory, so nothing is left half done.
 *
 * Linear in the events that retention drops: in most appends one or none.
 */
export const appendScript: Script = createScript(`
local data, nonce, newEpoch, wantedEpoch, expectSeq = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local event, key, close = ARGV[6], ARGV[7], ARGV[8]
local maxEvents, maxBytes = tonumber(ARGV[9]), tonumber(ARGV[10])
local maxAgeMs, forgetAfterMs = tonumber(ARGV[11]), ARGV[12]
local writer, count, channel, head, mark = ARGV[13], tonumber(ARGV[14]), ARGV[15], ARGV[16], ARGV[17]

local state = redis.call('HMGET', meta, 'epoch', 'tail', 'first', 'bytes', 'closed', 'expires', writer, 'nonce')
local epoch, closed, expires, counted, previous = state[1], state[5], state[6], state[7], state[8] or ''
local tail, first, bytes = tonumber(state[2]), tonumber(state[3]), tonumber(state[4])
if epoch and not isWhole(first, tail) then
  epoch, closed, expires, counted = false, false, false, false
  redis.call('DEL', meta)
end

if epoch and key ~= '' then
  local known = redis.call('HGET', keys, string.sub(key, 2))
  if known then
    local seq, itsNonce = string.match(known, '^(%d+)%.(.*)$')
    return {itsNonce == nonce and 'appended' or 'duplicate', epoch, seq, itsNonce}
  end
end
if counted and tonumber(counted) >= count then
  local oldest = show(math.max(first, tail - 999)) .. '-0'
  for _, found in ipairs(redis.call('XREVRANGE', log, '+', oldest)) do
    if nonceIn(found[2][2]) == nonce then
      return {'appended', epoch, string.match(found[1], '^%d+'), nonce}
    end
  end
end
if not epoch then tail, first, bytes, previous = 0, 1, 0, '' end
if closed then return {'refused', epoch, show(tail), '1'} end
local isOther = epoch and wantedEpoch ~= '' and wantedEpoch ~= epoch
if isOther or (expectSeq ~= '' and tonumber(expectSeq) ~= tail) then
  return {'refused', epoch or '', show(tail), ''}
end
if not epoch then
  epoch = wantedEpoch ~= '' and wantedEpoch or newEpoch
  if redis.call('EXISTS', log, keys) > 0 then redis.call('DEL', log, keys) end
end

local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
tail = tail + 1
local seq = show(tail)
local fields = {'m', mark .. show(now), 'd', data}
if event ~= '' then
  fields[#fields + 1] = 'e'
  fields[#fields + 1] = string.sub(event, 2)
end
if key ~= '' then
  fields[#fields + 1] = 'k'
  fields[#fields + 1] = string.sub(key, 2)
end
redis.call('XADD', log, seq .. '-0', unpack(fields))
if key ~= '' then redis.call('HSET', keys, string.sub(key, 2), seq .. '.' .. nonce) end
bytes = bytes + #data

local before = first
while first < tail do
  local tooMany = (maxEvents and tail - first + 1 > maxEvents) or (maxBytes and bytes > maxBytes)
  if not tooMany and not maxAgeMs then break end
  local oldest = entry(first)
  if not tooMany and now - tonumber(string.match(oldest.m, '%d+$')) <= maxAgeMs then break end
  bytes = bytes - forget(oldest)
  first = first + 1
end
if first > before then redis.call('XTRIM', log, 'MINID', '~', show(first) .. '-0') end

if not counted and redis.call('HLEN', meta) > 100 then
  for _, field in ipairs(redis.call('HKEYS', meta)) do
    if string.sub(field, 1, 2) == 'w:' then redis.call('HDEL', meta, field) end
  end
end
local highest = math.max(count, tonumber(counted or 0))
redis.call('HSET', meta, 'epoch', epoch, 'tail', seq, 'first', show(first), 'bytes', show(bytes), 'nonce', nonce,
  writer, show(highest))
if close ~= '' then redis.call('HSET', meta, 'closed', '1') end

if forgetAfterMs ~= '' then
  if not expires then redis.call('HSET', meta, 'expires', '1') end
  for i = 1, 3 do redis.call('PEXPIRE', KEYS[i], forgetAfterMs) end
elseif expires then
  redis.call('HDEL', meta, 'expires')
  for i = 1, 3 do redis.call('PERSIST', KEYS[i]) end
end

local message = '["' .. epoch .. '",' .. seq .. ',"' .. previous .. '"'
if #data <= ${pushedBytes} then
  message = message .. head .. data
else
  message = message .. ']'
end
redis.call('PUBLISH', channel, message)
return {'appended', epoch, seq, nonce}
`)
