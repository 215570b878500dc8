// What the lifters of all dialects have in common.
import type { DraftEvent } from '../draft.ts'
import type { Fields } from './fields.ts'

/** What lifters ask of the run that they work for. */
export interface LiftContext {
  /** An id for a call to which its source gave none. */
  newToolCallId(): string
  /** Told in words of what was left out, and of errors whose own words the client must not see. */
  readonly warn?: (message: string, cause?: unknown) => void
}

/** Lifts the values of one dialect, and keeps what it must remember of them. */
export interface DialectLifter {
  /** The events of a value of this dialect; `undefined` where it is not of it after all. */
  lift(value: Fields): readonly DraftEvent[] | undefined
  /** Something else is shown now: ends the parts that have no ids to go on by. */
  interrupt?(): readonly DraftEvent[]
  /** The source has ended: ends what it left open. */
  finish(): readonly DraftEvent[]
}

/** More calls, blocks or items than anything needs are open at once. */
export class TooManyError extends Error {
  override readonly name = 'TooManyError'
}

const most = 4096

/** Sets an entry of a map that a source fills; refuses more than 4,096. */
export function hold<Key, Value>(map: Map<Key, Value>, key: Key, value: Value): Value {
  if (map.size >= most && !map.has(key)) throw new TooManyError(`more than ${most} calls or parts are open at once`)
  map.set(key, value)
  return value
}
