// What a parser reports when the bytes are not the event stream they should be.
import { TidingsError } from '../base/index.ts'

/** What went wrong: the names that `eventsource-parser` gives it. */
export type ErrorType = 'invalid-retry' | 'unknown-field' | 'max-buffer-size-exceeded'

/** Where it went wrong, as far as there is a line to show. */
export interface ParseErrorOptions {
  readonly type: ErrorType
  /** The unknown field's name. */
  readonly field?: string | undefined
  /** The field's value. */
  readonly value?: string | undefined
  /** The whole line; of an unknown field at most its first 65,536 characters. */
  readonly line?: string | undefined
}

/**
 * Handed to `onError`. `code` is `ERR_EVENT_TOO_LARGE` where `type` is `max-buffer-size-exceeded` (the parser has
 * stopped and waits for `reset()`), otherwise `ERR_EVENT_FIELD` (the line was ignored, as HTML 9.2.6 says).
 */
export class ParseError extends TidingsError {
  readonly type: ErrorType
  readonly field: string | undefined
  readonly value: string | undefined
  readonly line: string | undefined

  constructor(message: string, options: ParseErrorOptions) {
    super(options.type === 'max-buffer-size-exceeded' ? 'ERR_EVENT_TOO_LARGE' : 'ERR_EVENT_FIELD', message)
    this.name = 'ParseError'
    this.type = options.type
    this.field = options.field
    this.value = options.value
    this.line = options.line
  }
}
