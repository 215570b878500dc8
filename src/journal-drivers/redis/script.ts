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
 * idempotency key; always in this order. `entry` returns them by name. The mark is
 * `<nonce>.<length of data>.<length of name>.<time in ms>`; lengths are in UTF-16 code units, as in JavaScript, and the
 * length of an absent name is empty.
 *
 * `show` formats whole numbers: Lua's own `tostring` writes 1e+15.
 *
 * `isWhole` is false if the stream is shorter than `first` and `tail` say: Redis has evicted the log in part, and it
 * counts as absent. The stream may be longer, since it is trimmed by whole nodes; entries before `first` are not read.
 *
 * An entry that was deleted by another client is read as empty: an error half way would leave the log inconsistent.
 *
 * `forget` deletes an entry's idempotency key, and returns the number of its bytes.
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
