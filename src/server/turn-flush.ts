// One write for each stream and turn of the event loop, however many events the turn brought.
import { hasOwnTimers, nextTurn } from '../base/index.ts'

/** What can be flushed at the end of a turn. */
export interface Flushable {
  flushTurn(): void
}

let waiting: Flushable[] = []

/** Has `stream` flushed when this turn of the event loop is over. All streams of a turn share one callback. */
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
  for (const stream of streams) stream.flushTurn()
}
