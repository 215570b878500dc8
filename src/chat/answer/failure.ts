// What a person is told when an answer fails.
import { codeOfStatus, type ChatErrorCode, type ErrorEvent } from '../../chat-model/index.ts'
import { ChatFailure } from '../../chat-model/internal.ts'
import { ResponseError } from '../../client/index.ts'

/** The event of a failure that the chat itself has found. */
function failure(code: ChatErrorCode, message: string, retryable: boolean): ErrorEvent {
  return { type: 'error', code, message, retryable }
}

/** The answer broke off, and cannot be continued. */
export const brokenOff: ErrorEvent = failure('interrupted', 'The answer was interrupted.', true)

/** The event of whatever reading an answer has thrown. */
export function describeFailure(error: unknown, hasBegun: boolean): ErrorEvent {
  if (error instanceof ResponseError) return describeResponse(error, hasBegun)
  if (error instanceof ChatFailure) {
    const { code, cause, retryable } = error
    return failure(code, wordsOf(cause) ?? 'The answer has failed.', retryable)
  }
  const { code }: { code?: unknown } = Object(error)
  if (code === 'ERR_EVENT_TOO_LARGE') return failure('output_too_large', 'The answer is too long.', false)
  if (code === 'ERR_OPTION') return failure('invalid_request', wordsOf(error) ?? 'The request cannot be sent.', false)
  if (hasBegun) return brokenOff
  return failure('interrupted', 'The server cannot be reached.', true)
}

/** Whether a response has the server's own words for why it refuses: it is no proxy's. */
export function hasFault({ body }: ResponseError): boolean {
  return typeof Object(body).code === 'string'
}

function describeResponse(error: ResponseError, hasBegun: boolean): ErrorEvent {
  const { status, body } = error
  // What was being followed is not there any more: its server was started anew, or has forgotten it.
  if (hasBegun && (status === 404 || status === 410)) return brokenOff
  const { code, requestId }: { code?: unknown; requestId?: unknown } = Object(body)
  const known = isCode(code) ? code : codeOfStatus(status)
  const retryable = status >= 500 || status === 429 || status === 408 || status === 409
  const made = failure(known, wordsOf(body) ?? error.message, retryable)
  return typeof requestId === 'string' ? { ...made, requestId } : made
}

/** The words of an error: as text, in `message`, or in the `error` inside it. */
function wordsOf(error: unknown): string | undefined {
  if (typeof error === 'string') return error === '' || /^\s*</.test(error) ? undefined : error.slice(0, 1000)
  const { message, error: inner }: { message?: unknown; error?: unknown } = Object(error)
  if (typeof message === 'string' && message !== '') return message.slice(0, 1000)
  return inner === undefined ? undefined : wordsOf(inner)
}

function isCode(value: unknown): value is ChatErrorCode {
  return typeof value === 'string' && Object.hasOwn(codes, value)
}

const codes: Readonly<Record<ChatErrorCode, true>> = {
  invalid_request: true,
  unauthorized: true,
  forbidden: true,
  not_found: true,
  busy: true,
  rate_limited: true,
  overloaded: true,
  output_too_large: true,
  timeout: true,
  interrupted: true,
  internal: true,
}
