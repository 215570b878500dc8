// The scripts of the former version of the journal in Redis, word for word, and the calls that it made: its data are read
// on, and it runs beside this version while nodes are replaced one by one.
import type { Redis } from 'ioredis'
import { createEpoch, createNonce } from '../../../src/journal/index.ts'

/** The former version's journal, as far as it is tried: one writer. */
export class FormerJournal {
  readonly #client: Redis
  readonly #writer = createEpoch().slice(0, 10)
  #count = 0

  constructor(client: Redis) {
    this.#client = client
  }

  /** Appends an event; returns the script's reply: `outcome, epoch, seq, nonce`. */
  async append(topic: string, data: string, options: FormerOptions = {}): Promise<string[]> {
    const { event, key, maxEvents, nonce = createNonce(), count = (this.#count += 1) } = options
    const head = `,${JSON.stringify([nonce, false, ...(event === undefined ? [] : [event])]).slice(1)}\n`
    const limits = [maxEvents === undefined ? '' : String(maxEvents), '', '', '']
    const message = [`tidings:{${topic}}:events`, head, `${nonce}.${data.length}.${event?.length ?? ''}.`]
    const values = [data, nonce, createEpoch(), '', '', optional(event), optional(key), '', ...limits]
    return this.#run(appendText, topic, [...values, `w:${this.#writer}`, String(count), ...message])
  }

  /** Reads after a position, or from the start; returns the script's reply, whose last two texts are marks and data. */
  async read(topic: string, after?: { epoch: string; seq: number; nonce: string }): Promise<string[]> {
    const from =
      after === undefined ? ['start', createEpoch(), '0', ''] : ['at', after.epoch, `${after.seq}`, after.nonce]
    return this.#run(readText, topic, [...from, '1000'])
  }

  async #run(text: string, topic: string, values: string[]): Promise<string[]> {
    const keys = ['meta', 'log', 'keys'].map((name) => `tidings:{${topic}}:${name}`)
    const reply: unknown = await this.#client.call('eval', [text, 3, ...keys, ...values])
    return Array.isArray(reply) ? reply.map(String) : []
  }
}

/** The options of a former append. */
export interface FormerOptions {
  readonly event?: string
  readonly key?: string
  readonly maxEvents?: number
  readonly nonce?: string
  readonly count?: number
}

/** Whether the former version takes events from a message: any other message makes it read. */
export function formerTakes(message: string): boolean {
  const end = message.indexOf('\n')
  const head: unknown = end < 0 ? [] : JSON.parse(message.slice(0, end))
  const [epoch, seq, previous, nonce, closed] = Array.isArray(head) ? head : []
  if (typeof epoch !== 'string' || typeof seq !== 'number') return false
  return typeof previous === 'string' && typeof nonce === 'string' && typeof closed === 'boolean'
}

function optional(text: string | undefined): string {
  return text === undefined ? '' : `=${text}`
}

const shared = `
local meta, log, keys = KEYS[1], KEYS[2], KEYS[3]

local function show(number)
  return string.format('%.0f', number)
end

local function isWhole(first, tail)
  return redis.call('XLEN', log) >= tail - first + 1
end

local function nonceIn(mark)
  return string.match(mark, '^[^.]*')
end

local function entry(seq)
  local id = show(seq) .. '-0'
  local found = redis.call('XRANGE', log, id, id)[1]
  local named = {m = '.0..0', d = ''}
  if not found then return named end
  for i = 1, #found[2], 2 do named[found[2][i]] = found[2][i + 1] end
  return named
end

local function forget(named)
  if named.k then redis.call('HDEL', keys, named.k) end
  return #named.d
end
`

const appendText = `${shared}
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
if #data <= 65536 then
  message = message .. head .. data
else
  message = message .. ']'
end
redis.call('PUBLISH', channel, message)
return {'appended', epoch, seq, nonce}
`

const readText = `${shared}
local from, epoch, seq, nonce, limit = ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4], tonumber(ARGV[5])

local state = redis.call('HMGET', meta, 'epoch', 'first', 'tail', 'nonce', 'closed')
local first, tail = tonumber(state[2]), tonumber(state[3])
if not state[1] or not isWhole(first, tail) then
  if from == 'at' then return {} end
  redis.call('HSET', meta, 'epoch', epoch, 'first', '1', 'tail', '0', 'bytes', '0', 'nonce', '', 'expires', '1')
  redis.call('HDEL', meta, 'closed')
  redis.call('DEL', log, keys)
  redis.call('PEXPIRE', meta, 86400000)
  return {epoch, '1', '0', '', '', '', '1', '', ''}
end
if tail == 0 and redis.call('PTTL', meta) < 43200000 then redis.call('PEXPIRE', meta, 86400000) end

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
`
