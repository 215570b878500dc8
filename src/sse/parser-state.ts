// The parser's state between two chunks: the block, the unfinished line and the last event id.
import { Fragments } from '../base/index.ts'
import type { ParseError } from './parse-error.ts'
import type { ParsedEvent, ParserCallbacks } from './parser-callbacks.ts'

/** The kind of the line that continues in the next chunk; `none` if there is none, or it is not known yet. */
export type LineKind = 'none' | 'field' | 'comment' | 'unknown' | 'skipped'

/** A position past the end of any text: ends the reading loop after a failure, or a `reset()` in a callback. */
export const stopped = 0x3fffffff

/** The parser's state: all that is kept from one chunk to the next. */
export class ParserState {
  readonly onEvent: (event: ParsedEvent) => void
  readonly callbacks: ParserCallbacks
  /** The largest block, in characters. */
  readonly limit: number

  /** The id of the last block that ended (HTML 9.2.6: the last event ID string). */
  lastEventId: string

  // The block: HTML's data buffer, event type buffer and last event ID buffer.
  /** Whether the block has no data, event or id so far. */
  isBlockEmpty = true
  event = ''
  id: string | undefined
  dataLines = 0
  /** The data, while it is a single line. */
  data = ''
  /** The data, from the second line on. */
  readonly dataFragments: Fragments = new Fragments('\n')
  /** The size of the block, in characters. */
  size = 0

  // The line that the last chunk left unfinished.
  lineKind: LineKind = 'none'
  readonly line: Fragments = new Fragments()
  /** Its first characters, at most five, while they do not yet tell which field it is. */
  lineStart = ''

  /** Where to continue in the text being read; already updated when a callback is called. */
  position = 0
  /** Text still to be read: the rest after a callback threw, or what was fed during a callback. */
  unread = ''
  isReading = false
  isAtStart = true
  /** Whether the last chunk ended in CR, so that an LF at the start of the next one is part of the same line break. */
  skipsLineFeed = false
  failure: ParseError | undefined

  constructor(callbacks: ParserCallbacks, limit: number, lastEventId: string) {
    this.onEvent = callbacks.onEvent ?? (() => {})
    this.callbacks = callbacks
    this.limit = limit
    this.lastEventId = lastEventId
  }
}

/** Clears the block, unfinished or dispatched. */
export function clearBlock(state: ParserState): void {
  if (state.dataLines > 1) state.dataFragments.clear()
  state.isBlockEmpty = true
  state.event = ''
  state.id = undefined
  state.dataLines = 0
  state.data = ''
  state.size = 0
}

/** Clears the unfinished line. */
export function clearLine(state: ParserState): void {
  state.lineKind = 'none'
  state.line.clear()
  state.lineStart = ''
}

/** Returns to the state at the beginning of a stream, but keeps the last event id. Stops reading the current text. */
export function clearStream(state: ParserState): void {
  clearBlock(state)
  clearLine(state)
  state.position = stopped
  state.unread = ''
  state.isAtStart = true
  state.skipsLineFeed = false
  state.failure = undefined
}
