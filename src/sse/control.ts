// Reserved names: those of control events, and the suffix of the id of a stream that has ended.

/** The prefix of a control event's name; a user event's name may not begin with it. */
export const controlPrefix = 'tidings:' as const

/** Permits its holder to create control events: sibling rooms can import it, users cannot. */
export const controlToken: unique symbol = Symbol('control event')

/** The suffix of the last event id once a stream has ended for good; a user event's id may not end in it. */
export const endSuffix = '~end'

/**
 * The names of the control events: `open` (the position where a new reader joins), `gap` (events were missed and cannot
 * be recovered), `reset` (the log was replaced), `end` (the stream has ended for good).
 */
export type ControlName = 'open' | 'gap' | 'reset' | 'end'

/** The id of the end of a stream at `position`, which may be such an id already. */
export function endIdOf(position: string): string {
  return isEndId(position) ? position : position + endSuffix
}

/** Whether this last event id says that its reader has already received the end of the stream. */
export function isEndId(id: string): boolean {
  return id.endsWith(endSuffix)
}
