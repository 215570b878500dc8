// The error of the NDJSON parser: a line that is not JSON, or too long.
import { TidingsError } from '../base/index.ts'

/**
 * An error of the NDJSON parser. `code` is `ERR_LINE_INVALID` (not JSON: the line was skipped) or
 * `ERR_EVENT_TOO_LARGE` (longer than `maxLineBytes`: the parser has stopped until `reset()`).
 */
export class LineError extends TidingsError {
  /** The line's text, cut to 1,024 characters. */
  readonly line: string
  /** The line's number in the stream, from 1; blank lines count. */
  readonly lineNumber: number

  constructor(
    code: 'ERR_LINE_INVALID' | 'ERR_EVENT_TOO_LARGE',
    message: string,
    options: { readonly line: string; readonly lineNumber: number; readonly cause?: unknown },
  ) {
    super(code, message, options)
    this.name = 'LineError'
    this.line = options.line.slice(0, 1024)
    this.lineNumber = options.lineNumber
  }
}
