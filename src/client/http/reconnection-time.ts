// The limit of the pause before a reconnect that a server or the program requests.

/** One hour. `setTimeout` treats more than 2^31 - 1 ms as no delay, so that clients would reconnect at once. */
const maxReconnectionMs = 3_600_000

/** Limits a requested pause to one hour. */
export function toReconnectionMs(ms: number): number {
  return Math.min(ms, maxReconnectionMs)
}
