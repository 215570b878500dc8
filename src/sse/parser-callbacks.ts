// The parser's output: the event, and the callbacks for events, ids, reconnection times, comments and errors.
import type { ParseError } from './parse-error.ts'

// No property is `readonly`: as in `eventsource-parser`, for which programs may have been written that assign them.

/** An event as it was parsed. */
export interface ParsedEvent {
  /** The event's type; undefined if the block has none or an empty one (clients then dispatch `message`). */
  event?: string | undefined
  /** The block's own id; undefined if it has none. The last event id is `Parser.lastEventId`. */
  id?: string | undefined
  /** The block's data lines, joined by LF. */
  data: string
}

/**
 * The parser's callbacks, called synchronously within `feed` or `reset`. `feed` throws what a callback throws; the text
 * after the line it was called for is not lost: the next `feed` begins with it.
 */
export interface ParserCallbacks {
  /** Called for each event: at the end of a block with data. */
  onEvent?: ((event: ParsedEvent) => void) | undefined
  /** Called at the end of a block with an id, with data or without; before `onEvent`. */
  onId?: ((id: string) => void) | undefined
  /** Called for a `retry` line with the reconnection time in milliseconds, at most 2^53 - 1. */
  onRetry?: ((retryMs: number) => void) | undefined
  /**
   * Called with the text of a comment: what follows its colon, without one leading space. Left out, comments are not
   * even buffered.
   */
  onComment?: ((comment: string) => void) | undefined
  /**
   * Called for an ignored line, and for an event that is too large (`ERR_EVENT_TOO_LARGE`: the parser has stopped). Left
   * out, lines are ignored in silence, and `feed` throws the error of an event that is too large.
   */
  onError?: ((error: ParseError) => void) | undefined
}
