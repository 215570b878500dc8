// The names that the framework keeps for itself: control events, and the ids that mean a stream has ended.

/** What `event` begins with in a control event; user events may not. */
export const controlPrefix = 'tidings:' as const

/** Hands the right to make control events to whoever can import it: the sibling rooms, and no user. */
export const controlToken: unique symbol = Symbol('control event')

/** What an id ends with once its stream has ended; user ids may not. */
export const endSuffix = '~end'

/**
 * The control events: `open` (where a fresh reader joins), `gap` (events missed for good), `reset` (the log was
 * replaced), `end` (the stream is over, for good).
 */
export type ControlName = 'open' | 'gap' | 'reset' | 'end'

/** Whether a reader that hands in this id has already had the end of its stream. */
export function isEndId(id: string): boolean {
  return id.endsWith(endSuffix)
}
