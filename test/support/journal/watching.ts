// A watcher that counts.
import { expect } from 'vitest'
import type { Journal } from '../../../src/journal/index.ts'

/** What a watcher has been told so far. */
export interface Watching {
  readonly hints: number
  readonly reconnects: number
  /** Resolves once there were more hints than `hints`. */
  hintsAfter(hints: number): Promise<void>
  /** Resolves once it was told so often that the watch is there again. */
  reconnected(times: number): Promise<void>
}

/** Watches the topic until the journal is closed. */
export async function watchTopic(journal: Journal, topic: string): Promise<Watching> {
  let [hints, reconnects] = [0, 0]
  await journal.watch(topic, { onEvent: () => (hints += 1), onReconnect: () => (reconnects += 1) })
  return {
    get hints() {
      return hints
    },
    get reconnects() {
      return reconnects
    },
    hintsAfter: (before) => expect.poll(() => hints, { timeout: 20_000, interval: 5 }).toBeGreaterThan(before),
    reconnected: (times) =>
      expect.poll(() => reconnects, { timeout: 20_000, interval: 5 }).toBeGreaterThanOrEqual(times),
  }
}
