// The base class of every error that Tidings creates, and the closed set of their codes.

/** Every code that a {@link TidingsError} can carry; docs/errors.md explains each one. */
export type ErrorCode =
  | 'ERR_CASSETTE'
  | 'ERR_CHAT_EVENT'
  | 'ERR_EVENT_DATA'
  | 'ERR_EVENT_FIELD'
  | 'ERR_EVENT_INVALID'
  | 'ERR_EVENT_TOO_LARGE'
  | 'ERR_FENCED'
  | 'ERR_HTTP'
  | 'ERR_JOURNAL_CLOSED'
  | 'ERR_JOURNAL_FULL'
  | 'ERR_JOURNAL_UNAVAILABLE'
  | 'ERR_LINE_INVALID'
  | 'ERR_LOG_CLOSED'
  | 'ERR_MEDIA_TYPE'
  | 'ERR_MEMBER'
  | 'ERR_OPTION'
  | 'ERR_PARSER_FAILED'
  | 'ERR_RESPONSE'
  | 'ERR_ROUTE'
  | 'ERR_STREAM_ENDED'
  | 'ERR_STREAM_FAILED'
  | 'ERR_STREAM_INTERRUPTED'
  | 'ERR_STREAM_UNKNOWN'
  | 'ERR_TOPIC'

/** The class of the errors that Tidings throws: `code` is stable, `message` says what happened and what to do. */
export class TidingsError extends Error {
  /** What went wrong: a stable name, described in docs/errors.md. */
  readonly code: ErrorCode

  constructor(code: ErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options)
    this.name = 'TidingsError'
    this.code = code
  }
}

/** The `reason` of an `AbortSignal` that Tidings aborts: says why. `name` is `AbortError`, as on the web platform. */
export class EndedError<Reason extends string> extends TidingsError {
  readonly reason: Reason

  constructor(reason: Reason, message: string) {
    super('ERR_STREAM_ENDED', message)
    this.name = 'AbortError'
    this.reason = reason
  }
}
