// The parser's output: the event, and the callbacks for events, ids, reconnection times, comments and errors.
import type { ParseError } from './parse-error.ts'

/** An event as it was parsed. */
export interface ParsedEvent {
  /** The event's type; undefined if the block has none or an empty one (clients then dispatch `message`). */
  readonly event: string | undefined
  /** The block's data lines, joined by LF. */
  readonly data: string
  /** The block's own id; undefined if it has none. The last event id is `Parser.lastEventId`. */
  readonly id: string | undefined
}

/**
 * The parser's callbacks, called synchronously within `feed` or `reset`. `feed` throws what a callback throws; the text
 * after the line it was called for is not lost: the next `feed` begins with it.
 */
export interface ParserCallbacks {
  /** Called for each event: at the end of a block with data. */
  readonly onEvent?: ((event: ParsedEvent) => void) | undefined
  /** Called at the end of a block with an id, with data or without; before `onEvent`. */
  readonly onId?: ((id: string) => void) | undefined
  /** Called for a `retry` line with the reconnection time in milliseconds, at most 2^53 - 1. */
  readonly onRetry?: ((retryMs: number) => void) | undefined
  /** Called with the text of a comment after its colon, spaces included. Left out, comments are not even buffered. */
  readonly onComment?: ((comment: string) => void) | undefined
  /** Called for an ignored line, and for an event that is too large (`ERR_EVENT_TOO_LARGE`: the parser has stopped). */
  readonly onError?: ((error: ParseError) => void) | undefined
}
