// How long a reader waits before it comes back, as the server or the program asks for it.

/** One hour: `setTimeout` takes what is above 2^31 - 1 ms for nothing, and would ask again at once. */
const maxReconnectionMs = 3_600_000

/** The wait that a reader keeps to: `ms`, but never more than an hour. */
export function toReconnectionMs(ms: number): number {
  return Math.min(ms, maxReconnectionMs)
}
