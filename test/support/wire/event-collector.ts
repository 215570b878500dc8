// A callback for a parser, and what it was called with.
import type { ParsedEvent } from '../../../src/sse/index.ts'

/** The data of each event that `onEvent` has been given. */
export function collect(): { events: string[]; onEvent: (event: ParsedEvent) => void } {
  const events: string[] = []
  return { events, onEvent: (event) => events.push(event.data) }
}
