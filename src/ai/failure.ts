// Failures of an answer: what the client is told, and with which status.
import { EndedError, TidingsError } from '../base/index.ts'
import { codeOfStatus, type ChatErrorCode, type ErrorEvent } from '../chat-model/index.ts'
import { ChatFailure } from '../chat-model/internal.ts'
import { HttpError } from '../server/index.ts'

/** The status of an answer that fails with this code before its stream begins. */
export function statusOf(code: ChatErrorCode): number {
  return statuses[code]
}

const statuses: Readonly<Record<ChatErrorCode, number>> = {
  invalid_request: 400,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  busy: 409,
  rate_limited: 429,
  internal: 500,
  output_too_large: 500,
  interrupted: 503,
  overloaded: 503,
  timeout: 504,
}

/** Sentences for the client that say nothing of the application. */
const sentences: Readonly<Record<ChatErrorCode, string>> = {
  invalid_request: 'The request was refused.',
  unauthorized: 'The request was refused.',
  forbidden: 'The request was refused.',
  not_found: 'The request was refused.',
  busy: 'An answer is being given already.',
  rate_limited: 'There are too many requests at the moment.',
  overloaded: 'The model is overloaded at the moment.',
  output_too_large: 'The answer is too long.',
  timeout: 'The answer took too long.',
  interrupted: 'The answer was interrupted.',
  internal: 'An error occurred.',
}

/** The `error` event of a failure without a message of its own. */
export function failureOf(code: ChatErrorCode, retryable: boolean): ErrorEvent {
  return { type: 'error', code, message: sentences[code], retryable }
}

/**
 * What the client is told of what a handler threw. Only the message of an `HttpError` is meant for it; `toClientError` may
 * make one of anything else.
 */
export function describeFailure(
  error: unknown,
  toClientError: ((error: unknown) => HttpError | undefined) | undefined,
): ErrorEvent {
  const meant = error instanceof HttpError ? error : toClientError?.(error)
  if (meant instanceof HttpError) {
    const { status, message } = meant
    return { type: 'error', code: codeOfStatus(status), message, retryable: status >= 500 || status === 429 }
  }
  if (error instanceof ChatFailure) return failureOf(error.code, error.retryable)
  if (error instanceof EndedError) return failureOf('interrupted', true)
  if (error instanceof TidingsError && error.code === 'ERR_EVENT_TOO_LARGE') return failureOf('output_too_large', false)
  return failureOf('internal', true)
}

/** Whether the application should be told of a failure: it is not meant for the client alone. */
export function isUnexpected(error: unknown): boolean {
  return !(error instanceof HttpError) && !(error instanceof EndedError)
}
