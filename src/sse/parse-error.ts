// The error of the SSE parser: an ignored line, or an event that is too large.
import { TidingsError } from '../base/index.ts'

/** The kind of a {@link ParseError}, by its name in `eventsource-parser`. */
export type ErrorType = 'invalid-retry' | 'unknown-field' | 'max-buffer-size-exceeded'

/** The details of a {@link ParseError}: its kind and, for an ignored line, that line. */
export interface ParseErrorOptions {
  /** What went wrong. */
  readonly type: ErrorType
  /** The unknown field's name. */
  readonly field?: string | undefined
  /** The field's value. */
  readonly value?: string | undefined
  /** The whole line; of an unknown field at most its first 65,536 characters. */
  readonly line?: string | undefined
}

/**
 * An error of the SSE parser, passed to `onError`. `code` is `ERR_EVENT_TOO_LARGE` if `type` is
 * `max-buffer-size-exceeded` (the parser has stopped until `reset()`), else `ERR_EVENT_FIELD` (the line was ignored, as
 * HTML 9.2.6 requires).
 */
export class ParseError extends TidingsError {
  // Not `readonly`: as in `eventsource-parser`.
  /** What went wrong. */
  type: ErrorType
  /** The unknown field's name; nothing where no field is meant. */
  field?: string | undefined
  /** The field's value; nothing where no field is meant. */
  value?: string | undefined
  /** The whole line; of an unknown field at most its first 65,536 characters. */
  line?: string | undefined

  constructor(message: string, options: ParseErrorOptions) {
    super(options.type === 'max-buffer-size-exceeded' ? 'ERR_EVENT_TOO_LARGE' : 'ERR_EVENT_FIELD', message)
    this.name = 'ParseError'
    this.type = options.type
    this.field = options.field
    this.value = options.value
    this.line = options.line
  }
}
