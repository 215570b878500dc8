// Flushes streams at the end of a turn of the event loop: one write for each stream, however many events the turn had.
import { hasOwnTimers, nextTurn } from '../base/index.ts'

/** What can be flushed at the end of a turn. */
export interface Flushable {
  flushTurn(): void
}

let waiting: Flushable[] = []

/**
 * Schedules a flush of `stream` for the end of this turn of the event loop. All streams of a turn share one callback.
 */
export function flushAfterTurn(stream: Flushable): void {
  if (hasOwnTimers) {
    nextTurn(() => stream.flushTurn())
    return
  }
  if (waiting.length === 0) nextTurn(flushAll)
  waiting.push(stream)
}

function flushAll(): void {
  const streams = waiting
  waiting = []
  let flushed = 0
  try {
    for (const stream of streams) {
      flushed += 1
      stream.flushTurn()
    }
  } finally {
    // The error of one stream is reported as that of any callback. It takes nothing from the others.
    for (const stream of streams.slice(flushed)) flushAfterTurn(stream)
  }
}
