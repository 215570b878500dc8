// Who follows a topic in this process, and what a hub tells all followers at once.
import type { Batch } from './batch.ts'

/** A follower of a topic: one reader's attachment or iteration. Its methods do not throw. */
export interface Follower {
  /** The number of the last event that it has taken: the frames behind it are kept for it. */
  readonly seq: number
  /** New events have arrived. `batch` has all of them, for a follower that is up to date. */
  advance(batch?: Batch): void
  /** The log was replaced: the follower continues from its first event. */
  reset(): void
  /** The hub has ended: the follower's reader is to reconnect. */
  dismiss(): void
  /** Called periodically: a reader that has taken nothing for too long is disconnected. */
  checkLag(): void
}
