// Events that the helpers `chat.*` made: known by themselves, so that no look-alike and no copy is taken for one.
import type { DraftEvent } from '../draft.ts'

declare const made: unique symbol

/** An event that a helper made. A look-alike is taken for a chunk of somebody else's. */
export type MadeEvent<Event extends DraftEvent = DraftEvent> = Event & { readonly [made]: true }

const events = new WeakSet<object>()

/** Marks an event as made here, and freezes it: what was marked is what is sent. */
export function markMade<Event extends DraftEvent>(event: Event): MadeEvent<Event> {
  Object.freeze(event)
  events.add(event)
  return asMade(event)
}

/** Whether a value is an event that {@link markMade} marked, and not a copy of one. */
export function isMade(value: unknown): value is MadeEvent {
  return typeof value === 'object' && value !== null && events.has(value)
}

function asMade<Event extends DraftEvent>(event: Event): MadeEvent<Event> {
  if (isMarked(event)) return event
  throw new TypeError('not marked')
}

function isMarked<Event extends DraftEvent>(event: Event): event is MadeEvent<Event> {
  return events.has(event)
}
