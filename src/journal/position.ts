// Where a reader stands in a log, and how that is written into an event's id.

/** A place in a log: behind its event number `seq`. */
export interface Position {
  readonly epoch: string
  /** 0 is the place before the first event. */
  readonly seq: number
  /** The nonce of that event; `''` where it is not known, or its journal has none. */
  readonly nonce: string
}

/** The id of an event at this position: `<epoch>.<seq>[.<nonce>]`, the number in base 36. */
export function formatPosition({ epoch, seq, nonce }: Position): string {
  return nonce === '' ? `${epoch}.${seq.toString(36)}` : `${epoch}.${seq.toString(36)}.${nonce}`
}

const shape = /^([0-9a-z]{1,32})\.(0|[1-9a-z][0-9a-z]{0,10})(?:\.([0-9a-z]{1,12}))?(?:~end)?$/

/** The position that an id names; nothing for every other text. An id of an ended stream names its last position. */
export function parsePosition(id: string): Position | undefined {
  const [, epoch, digits, nonce = ''] = shape.exec(id) ?? []
  if (epoch === undefined || digits === undefined) return undefined
  const seq = Number.parseInt(digits, 36)
  return Number.isSafeInteger(seq) ? { epoch, seq, nonce } : undefined
}

/** An epoch that no other log has: 67 random bits, short because each event's id has it. */
export function createEpoch(): string {
  return random(13)
}

/** An epoch that nobody can guess either: 129 random bits. */
export function createSecretEpoch(): string {
  return random(25)
}

/** Tells two events with the same number apart: one in 60 million is taken for the other. */
export function createNonce(): string {
  return random(5)
}

const digits = '0123456789abcdefghijklmnopqrstuvwxyz'

/** So many random digits in base 36; each has 5.17 bits. */
function random(length: number): string {
  let text = ''
  while (text.length < length) {
    const byte = randomByte()
    // 252 is the last multiple of 36: beyond it some digits would be likelier than others.
    if (byte < 252) text += digits[byte % 36] ?? ''
  }
  return text
}

const pool = new Uint8Array(256)
let used = pool.length

/** From a pool: asking for a few bytes at a time would cost an append two microseconds. */
function randomByte(): number {
  if (used === pool.length) {
    crypto.getRandomValues(pool)
    used = 0
  }
  const byte = pool[used] ?? 0
  // Nobody who sees the memory later shall know an epoch that was made before.
  pool[used] = 0
  used += 1
  return byte
}
