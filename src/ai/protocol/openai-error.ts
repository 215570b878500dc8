// The errors of OpenAI's protocols.
import type { ChatErrorCode } from '../../chat-model/index.ts'
import type { ChatFault } from './protocol.ts'

const types: Readonly<Partial<Record<ChatErrorCode, string>>> = {
  invalid_request: 'invalid_request_error',
  unauthorized: 'authentication_error',
  forbidden: 'permission_error',
  not_found: 'invalid_request_error',
  busy: 'invalid_request_error',
  rate_limited: 'rate_limit_error',
}

/** The type of an error, in OpenAI's words. */
export function openAiErrorType(code: ChatErrorCode): string {
  return types[code] ?? 'server_error'
}

/** The body of an answer that failed before its stream began. */
export function openAiErrorBody({ code, message }: ChatFault): object {
  return { error: { message, type: openAiErrorType(code), param: null, code } }
}
