// A Lua script, as Redis knows it: by the digest of its text.
import { createHash } from 'node:crypto'

/** One atomic step of the journal. */
export interface Script {
  readonly text: string
  /** The SHA-1 of the text, in hexadecimal: what EVALSHA asks for. */
  readonly digest: string
}

/** A script that begins with what all scripts share. */
export function createScript(body: string): Script {
  const text = `${shared}\n${body.trim()}\n`
  return { text, digest: createHash('sha1').update(text).digest('hex') }
}

/**
 * An entry of the stream is `m`, a mark; `d`, the data; and where there are some `e`, the event's name, and `k`, its key;
 * always in this order. `entry` gives them by name. The mark is `<nonce>.<length of data>.<length of name>.<time in ms>`;
 * lengths are JavaScript's, and where there is no name its length is empty.
 *
 * `show` writes whole numbers: Lua's own `tostring` writes 1e+15.
 *
 * A log whose stream is shorter than its numbers say has been evicted in part: `isWhole` is false, and it counts as none.
 * The stream may be longer, since it is trimmed by whole nodes; what lies before `first` is never looked at.
 *
 * An entry that somebody has deleted is an empty one: an error half way would leave the log at odds with itself.
 */
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
