// What retention should leave of a list of events.
import { fillRetention, type Retention } from '../journal/index.ts'

/** The events that stay. Age is not modelled: it needs the engine's clock. */
export function retain<Event extends { readonly data: string }>(
  events: Event[],
  retention: Retention | undefined,
): Event[] {
  const { maxEvents, maxBytes } = fillRetention(retention)
  let kept = events.length > maxEvents ? events.slice(-maxEvents) : events
  while (kept.length > 1 && bytesOf(kept) > maxBytes) kept = kept.slice(1)
  return kept
}

function bytesOf(events: readonly { readonly data: string }[]): number {
  const encoder = new TextEncoder()
  return events.reduce((sum, { data }) => sum + encoder.encode(data).length, 0)
}
