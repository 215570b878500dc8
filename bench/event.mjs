// What every server sends: one event of about 80 bytes, made and serialised anew for each event.

/** The event that carries `sequence`; its JSON is 77 bytes and the digits of `sequence`. */
export function createEvent(sequence) {
  return { sequence, kind: 'progress', message: 'one more document indexed', finished: false }
}

const atDigits = 15

/** What is published: an event of about 100 bytes that says when it was due, in microseconds and always as many digits. */
export function createTimedEvent(sequence, dueMs) {
  const at = String(Math.round(dueMs * 1000)).padStart(atDigits, '0')
  return { at, sequence, kind: 'progress', message: 'one more document indexed' }
}

/** The same from the text of an encoded event, wherever it stands in it; throws where there is none. */
export function parseTimedEvent(text) {
  const start = text.indexOf('"at":"') + 6
  if (start === 5) throw new Error(`not an event of the benchmark: ${text}`)
  const sequence = start + atDigits + '","sequence":'.length
  return {
    dueMs: Number(text.slice(start, start + atDigits)) / 1000,
    sequence: Number.parseInt(text.slice(sequence), 10),
  }
}

/** What `/json` answers. */
export const greeting = { hello: 'world', from: 'one plain route' }

/** Never settles. An idle stream waits on it; being reachable from here, its waiters stay in memory as real ones do. */
export const never = new Promise(() => {})
