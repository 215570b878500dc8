// What a parser remembers between two chunks: the block, the unfinished line, and where it stands.
import { Fragments } from '../base/index.ts'
import type { ParseError } from './parse-error.ts'
import type { ParsedEvent, ParserCallbacks } from './parser-callbacks.ts'

/** How the line that goes on in the next chunk is treated. */
export type LineKind = 'none' | 'field' | 'comment' | 'unknown' | 'skipped'

/** A position behind any text: the loop that reads it stops there, after a `reset()` or a failure in a callback. */
export const stopped = 0x3fffffff

/** All that lasts from one chunk to the next. */
export class ParserState {
  readonly onEvent: (event: ParsedEvent) => void
  readonly callbacks: ParserCallbacks
  /** How many characters of one block may be held. */
  readonly limit: number

  /** The id of the last block that ended (HTML 9.2.6: the last event ID string). */
  lastEventId: string

  // The block: HTML's data buffer, event type buffer and last event ID buffer.
  /** Whether the block has had none of data, event and id. */
  isFresh = true
  event = ''
  id: string | undefined
  dataLines = 0
  /** The data, while it is one line. */
  data = ''
  /** The data, from the second line on. */
  readonly dataFragments: Fragments = new Fragments('\n')
  /** How many characters the block holds. */
  size = 0

  // The line that the last chunk left unfinished.
  lineKind: LineKind = 'none'
  readonly line: Fragments = new Fragments()
  /** Its first characters, while they do not tell which field it is: at most five. */
  lineStart = ''

  /** Where to go on in the text being read; true before any callback is called. */
  position = 0
  /** Text that waits: behind a callback that threw, or fed while a callback ran. */
  waiting = ''
  isReading = false
  isAtStart = true
  /** The last chunk ended in CR, which has ended its line: an LF that follows belongs to it. */
  skipsLineFeed = false
  failure: ParseError | undefined

  constructor(callbacks: ParserCallbacks, limit: number, lastEventId: string) {
    this.onEvent = callbacks.onEvent ?? (() => {})
    this.callbacks = callbacks
    this.limit = limit
    this.lastEventId = lastEventId
  }
}

/** Forgets the block, unfinished or done. */
export function clearBlock(state: ParserState): void {
  if (state.dataLines > 1) state.dataFragments.clear()
  state.isFresh = true
  state.event = ''
  state.id = undefined
  state.dataLines = 0
  state.data = ''
  state.size = 0
}

/** Forgets the unfinished line. */
export function clearLine(state: ParserState): void {
  state.lineKind = 'none'
  state.line.clear()
  state.lineStart = ''
}

/** Stands at the beginning of a stream again; the last event id stays. A text that is being read is left there. */
export function clearStream(state: ParserState): void {
  clearBlock(state)
  clearLine(state)
  state.position = stopped
  state.waiting = ''
  state.isAtStart = true
  state.skipsLineFeed = false
  state.failure = undefined
}
