// A position in a log, and its text form: the id of an event.

/** A position in a log: after the event with the sequence number `seq`. */
export interface Position {
  /** Which log of the topic it is. */
  readonly epoch: string
  /** 0 is the position before the first event. */
  readonly seq: number
  /** The nonce of that event; `''` if it is not known, or the journal does not use nonces. */
  readonly nonce: string
}

/** Formats a position as an event's id: `<epoch>.<seq>[.<nonce>]`, with `seq` in base 36. */
export function formatPosition({ epoch, seq, nonce }: Position): string {
  return nonce === '' ? `${epoch}.${seq.toString(36)}` : `${epoch}.${seq.toString(36)}.${nonce}`
}

const positionPattern = /^([0-9a-z]{1,32})\.(0|[1-9a-z][0-9a-z]{0,10})(?:\.([0-9a-z]{1,12}))?(?:~end)?$/

/** Parses an event's id; undefined if it is no position. The id of an ended stream (`~end`) gives its last position. */
export function parsePosition(id: string): Position | undefined {
  const [, epoch, digits, nonce = ''] = positionPattern.exec(id) ?? []
  if (epoch === undefined || digits === undefined) return undefined
  const seq = Number.parseInt(digits, 36)
  return Number.isSafeInteger(seq) ? { epoch, seq, nonce } : undefined
}

/** Creates an epoch that no other log has: 67 random bits, short because each event's id contains it. */
export function createEpoch(): string {
  return randomDigits(13)
}

/** Creates an epoch that cannot be guessed either: 129 random bits. */
export function createSecretEpoch(): string {
  return randomDigits(25)
}

/** Creates a nonce, which tells two events of the same number apart: the nonces of 1 in 60 million pairs are equal. */
export function createNonce(): string {
  return randomDigits(5)
}

const digits = '0123456789abcdefghijklmnopqrstuvwxyz'

/** `length` random digits in base 36, of 5.17 bits each. */
function randomDigits(length: number): string {
  let text = ''
  while (text.length < length) {
    const byte = randomByte()
    // 252 is the largest multiple of 36 in a byte: values from there on would make some digits more likely.
    if (byte < 252) text += digits[byte % 36] ?? ''
  }
  return text
}

const pool = new Uint8Array(256)
let used = pool.length

/** A random byte from a pool: requesting a few bytes at a time would cost an append two microseconds. */
function randomByte(): number {
  if (used === pool.length) {
    crypto.getRandomValues(pool)
    used = 0
  }
  const byte = pool[used] ?? 0
  // Erased, so that a later view of the memory does not reveal an epoch.
  pool[used] = 0
  used += 1
  return byte
}
