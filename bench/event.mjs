// The event that every server sends: about 80 bytes, created and serialised anew each time.

/** The event with this sequence number; its JSON is 77 bytes and the digits of `sequence`. */
export function createEvent(sequence) {
  return { sequence, kind: 'progress', message: 'one more document indexed', finished: false }
}

const atDigits = 15

/**
 * The event that is published: about 100 bytes, with its due time in microseconds, padded to a fixed number of digits.
 */
export function createTimedEvent(sequence, dueMs) {
  const at = String(Math.round(dueMs * 1000)).padStart(atDigits, '0')
  return { at, sequence, kind: 'progress', message: 'one more document indexed' }
}

/**
 * The due time and the sequence number of an event in `text`, which may have other text around it; throws if there is
 * none.
 */
export function parseTimedEvent(text) {
  const start = text.indexOf('"at":"') + 6
  if (start === 5) throw new Error(`not an event of the benchmark: ${text}`)
  const sequence = start + atDigits + '","sequence":'.length
  return {
    dueMs: Number(text.slice(start, start + atDigits)) / 1000,
    sequence: Number.parseInt(text.slice(sequence), 10),
  }
}

/** The response of `/json`. */
export const greeting = { hello: 'world', from: 'one plain route' }

/**
 * A promise that never settles. Idle streams await it; as it is reachable from here, they stay in memory as real ones
 * do.
 */
export const never = new Promise(() => {})
