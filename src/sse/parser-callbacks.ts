// What a parser reports: events, positions, reconnection times, comments, errors.
import type { ParseError } from './parse-error.ts'

/** An event as the wire had it. */
export interface ParsedEvent {
  /** The event's type; undefined where the block names none or an empty one (a client takes that for `message`). */
  readonly event: string | undefined
  /** The block's data lines, joined by LF. */
  readonly data: string
  /** The block's own id; undefined where it has none. Where the reader stands is `Parser.lastEventId`. */
  readonly id: string | undefined
}

/**
 * What a parser calls, always from within `feed` or `reset`. A callback that throws does so out of `feed`; the text
 * behind what it was called for is not lost: the next `feed` begins with it.
 */
export interface ParserCallbacks {
  /** A block with data has ended. */
  readonly onEvent?: ((event: ParsedEvent) => void) | undefined
  /** A block with an id has ended, with data or without; called before `onEvent`. */
  readonly onId?: ((id: string) => void) | undefined
  /** A `retry` line was read: milliseconds, at most 2^53 - 1. */
  readonly onRetry?: ((retryMs: number) => void) | undefined
  /** A comment line was read; its text behind the colon, with its spaces. Left out, comments are not even buffered. */
  readonly onComment?: ((comment: string) => void) | undefined
  /** A line was ignored, or an event is too large (`error.code` is `ERR_EVENT_TOO_LARGE`: the parser has stopped). */
  readonly onError?: ((error: ParseError) => void) | undefined
}
