// What every server sends: one event of about 80 bytes, made and serialised anew for each event.

/** The event that carries `sequence`; its JSON is 77 bytes and the digits of `sequence`. */
export function createEvent(sequence) {
  return { sequence, kind: 'progress', message: 'one more document indexed', finished: false }
}

/** What `/json` answers. */
export const greeting = { hello: 'world', from: 'one plain route' }

/** Never settles. An idle stream waits on it; being reachable from here, its waiters stay in memory as real ones do. */
export const never = new Promise(() => {})
