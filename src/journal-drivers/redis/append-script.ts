// The Lua script that appends events, atomically, and its arguments.
import type { AppendOptions, NewEvent, RetentionLimits } from '../../journal/index.ts'
import { pushedBytes } from './message.ts'
import { createScript, type Script } from './script.ts'

/** An append of one or more events, with the ids by which the script recognizes it when Redis gets it a second time. */
export interface AppendCall {
  readonly events: readonly NewEvent[]
  /** The key is that of the only event. */
  readonly options: Omit<AppendOptions, 'event' | 'retention'>
  readonly limits: RetentionLimits
  /** Random, and the same whenever this append is sent. */
  readonly token: string
  /** The epoch of the log, if this append creates it. */
  readonly epoch: string
  /** The id of the journal object that appends. */
  readonly writer: string
  /** The number of this append among the writer's appends: 1 for the first. */
  readonly count: number
}

/**
 * The arguments of {@link appendScript}, in the order of its ARGV: a line of words, the epoch, the key, the channel, and two for
 * each event. Few, because clients and Redis make several objects for each argument.
 */
export function appendArguments({ events, options, limits, ...ids }: AppendCall, channel: string): string[] {
  const { expectSeq = '', close = false } = options
  const age = `${limit(limits.maxAgeMs)} ${limit(limits.forgetAfterMs)}`
  const words = `${ids.token} ${ids.epoch} ${expectSeq} ${close ? '1' : ''} ${limit(limits.maxEvents)} ${limit(limits.maxBytes)}`
  const values = [`${words} ${age} a:${ids.writer} ${ids.count}`, options.epoch ?? '', optional(options.key), channel]
  for (const { data, event } of events) values.push(data, `${data.length}.${event?.length ?? ''}${optional(event)}`)
  return values
}

/** An optional text as an argument: `=` and the text, so that an empty text differs from an absent one. */
function optional(text: string | undefined): string {
  return text === undefined ? '' : `=${text}`
}

function limit(most: number): string {
  return most === Infinity ? '' : String(most)
}

/** How many events more than it adds an append drops at most: the rest goes with later ones. */
const mostDropped = 256
/** About how many bytes of data more than it adds an append drops at most. */
const mostBytesDropped = 4 * 1024 * 1024

/**
 * Appends events and publishes them to the topic's channel. Replies `{'appended' | 'duplicate', epoch, seq, nonce, lost}`
 * with the position of the last event, or `{'refused', epoch, tail, closed}`. `lost` is set if a log had to be
 * replaced because its idempotency keys had been evicted.
 *
 * A client may silently resend a command when its connection was lost before the reply. `count` detects that: it rises
 * with each append of a writer, and the log keeps each writer's highest, with the number of the event that it stored last. If `count` is
 * not higher, up to a thousand events from there on back are searched for the token: if it is there, the append was
 * resent; if not, a later one merely overtook it. A writer is forgotten once a thousand events have followed its last.
 *
 * Nothing is written before an append is accepted. The first command that writes is one that Redis refuses when it is out
 * of memory, so nothing is left half done.
 */
export const appendScript: Script = createScript(`
local token, newEpoch, expectSeq, close, maxEvents, maxBytes, maxAgeMs, forgetAfterMs, writer, count =
  string.match(ARGV[1], '^(%S*) (%S*) (%S*) (%S*) (%S*) (%S*) (%S*) (%S*) (%S*) (%S*)$')
maxEvents, maxBytes, maxAgeMs, count = tonumber(maxEvents), tonumber(maxBytes), tonumber(maxAgeMs), tonumber(count)
local wantedEpoch, key, channel = ARGV[2], ARGV[3], ARGV[4]
local added = (#ARGV - 4) / 2
local state = open(writer)
local counted, countedSeq = string.match(state and state.more or '', '^(%d+)%.(%d+)$')

local function tokenIn(mark)
  return string.match(mark, '^[^.]*%.[^.]*%.[^.]*%.([^.]*)%.')
end

local function findResent()
  local last = math.min(tonumber(countedSeq), state.tail)
  local least, step, seq, nonce = math.max(state.first, last - 999), 1, nil, nil
  while not seq and last >= least do
    walk(state, math.max(least, last - step + 1), last, step, function(from, events)
      for i, fields in ipairs(events) do
        if tokenIn(fields[2]) == token then seq, nonce = from + i - 1, nonceIn(fields[2]) end
      end
      return step
    end)
    last, step = last - step, math.min(step * 2, 32)
  end
  return seq and {'appended', state.epoch, show(seq), nonce, ''}
end

if state and key ~= '' then
  local known = redis.call('HGET', keys, string.sub(key, 2))
  if known then
    local seq, nonce = string.match(known, '^(%d+)%.(.*)$')
    local isMine = tokenIn(event(state, tonumber(seq))[2]) == token
    return {isMine and 'appended' or 'duplicate', state.epoch, seq, nonce, ''}
  end
end
if counted and tonumber(counted) >= count then
  local resent = findResent()
  if resent then return resent end
end

local lost = ''
if state and state.closed == '' and state.keyed >= state.first and redis.call('EXISTS', keys) == 0 then
  lost, state = '1', nil
  if wantedEpoch ~= '' then return {'refused', newEpoch, '0', ''} end
end
local tail = state and state.tail or 0
if state and state.closed ~= '' then return {'refused', state.epoch, show(tail), '1'} end
local isOther = state and wantedEpoch ~= '' and wantedEpoch ~= state.epoch
if isOther or (expectSeq ~= '' and tonumber(expectSeq) ~= tail) then
  return {'refused', state and state.epoch or '', show(tail), ''}
end

local isNew = not state
if isNew then state, counted = create(wantedEpoch ~= '' and wantedEpoch or newEpoch), nil end
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local previous, bytes, nonces, names, lengths = state.nonce, 0, {}, {}, {}
for index = 1, added do
  local data = ARGV[3 + index * 2]
  local sizes, name = string.match(ARGV[4 + index * 2], '^([%d.]*)(.*)$')
  names[index], lengths[index] = name, string.match(sizes, '^%d+')
  local nonce = string.sub(redis.sha1hex(state.nonce .. '.' .. token .. '.' .. index), 1, 8)
  local fields = {'m', nonce .. '.' .. sizes .. '.' .. token .. '.' .. show(now), 'd', data}
  if name ~= '' then fields[5], fields[6] = 'e', string.sub(name, 2) end
  if key ~= '' then
    fields[#fields + 1] = 'k'
    fields[#fields + 1] = string.sub(key, 2)
  end
  redis.call('XADD', log, show(tail + index) .. '-0', unpack(fields))
  state.nonce, nonces[index], bytes = nonce, nonce, bytes + #data
end
state.tail, state.bytes = tail + added, state.bytes + bytes
if key ~= '' then
  state.keyed = state.tail
  redis.call('HSET', keys, string.sub(key, 2), show(state.tail) .. '.' .. state.nonce)
end

local function isTooMuch(seq)
  return (maxEvents and state.tail - seq >= maxEvents) or (maxBytes and state.bytes > maxBytes)
end
local isTrimmed = (maxAgeMs or isTooMuch(state.first)) and
  drop(state, math.min(state.tail, state.first + added + ${mostDropped}), bytes + ${mostBytesDropped},
    function(seq, fields)
      return isTooMuch(seq) or (maxAgeMs and now - tonumber(string.match(fields[2], '%d+$')) > maxAgeMs)
    end)
if isTrimmed then redis.call('XTRIM', log, 'MINID', '~', show(state.first) .. '-0') end

if not counted and redis.call('HLEN', meta) > 100 then
  local found, former = redis.call('HGETALL', meta), {}
  for i = 1, #found, 2 do
    local kind = string.sub(found[i], 1, 2)
    if kind == 'w:' then former[#former + 1] = found[i] end
    if kind == 'a:' and tonumber(string.match(found[i + 1], '%d+$')) <= tail - 1000 then
      redis.call('HDEL', meta, found[i])
    end
  end
  for i = 1, #former > 100 and #former or 0 do redis.call('HDEL', meta, former[i]) end
end
local highest = show(math.max(count, tonumber(counted or 0))) .. '.' .. show(state.tail)
local values = {'epoch', state.epoch, 'tail', show(state.tail), 'first', show(state.first), 'bytes', show(state.bytes),
  'nonce', state.nonce, writer, highest}
local function set(field, value)
  values[#values + 1] = field
  values[#values + 1] = value
end
if isNew or isTrimmed or key ~= '' then set('also', alsoOf(state)) end
if close ~= '' then set('closed', '1') end
if forgetAfterMs ~= '' and not state.expires then set('expires', '1') end
redis.call('HSET', meta, unpack(values))

if forgetAfterMs ~= '' then
  for i = 1, 3 do redis.call('PEXPIRE', KEYS[i], forgetAfterMs) end
elseif state.expires then
  redis.call('HDEL', meta, 'expires')
  for i = 1, 3 do redis.call('PERSIST', KEYS[i]) end
end

local closed = close ~= '' and 'true' or 'false'
local message = '["' .. state.epoch .. '",'
if bytes > ${pushedBytes} then
  message = message .. show(state.tail) .. ',"' .. previous .. '"]'
else
  local heads, texts = {}, {}
  for index = 1, added do
    local name = names[index]
    name = name ~= '' and ',' .. cjson.encode(string.sub(name, 2)) or ''
    local its = added == 1 and closed or lengths[index]
    heads[index], texts[index] = '"' .. nonces[index] .. '",' .. its .. name, ARGV[3 + index * 2]
  end
  if added == 1 then
    message = message .. show(state.tail) .. ',"' .. previous .. '",' .. heads[1] .. ']\\n' .. texts[1]
  else
    message = message .. '[' .. show(tail + 1) .. ',"' .. previous .. '",' .. closed .. '],[' ..
      table.concat(heads, '],[') .. ']]\\n' .. table.concat(texts)
  end
end
redis.call('PUBLISH', channel, message)
return {'appended', state.epoch, show(state.tail), state.nonce, lost}
`)
