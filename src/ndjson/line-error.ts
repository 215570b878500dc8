// What is reported of a line that is not JSON, or that does not end.
import { TidingsError } from '../base/index.ts'

/** `ERR_LINE_INVALID` (the line was skipped) or `ERR_EVENT_TOO_LARGE` (the parser has stopped until `reset()`). */
export class LineError extends TidingsError {
  /** The line's text, at most its first 1,024 characters. */
  readonly line: string
  /** Which line of the stream it is, counted from 1, blank ones too. */
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
