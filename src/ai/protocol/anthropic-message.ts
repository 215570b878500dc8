// The message object of Anthropic's protocol, its reasons and its token counts.
import type { ChatErrorCode, FinishReason, RunStart, Usage } from '../../chat-model/index.ts'

/** A message with all fields that clients require. */
export function toMessage(
  run: RunStart | undefined,
  message: { readonly id: string; readonly content: readonly object[]; readonly stopReason: string | null },
  usage: Usage | undefined,
): object {
  return {
    id: message.id,
    type: 'message',
    role: 'assistant',
    model: run?.model ?? 'unknown',
    content: message.content,
    stop_reason: message.stopReason,
    stop_sequence: null,
    stop_details: null,
    container: null,
    diagnostics: null,
    usage: { ...toMessageUsage(usage), cache_creation: null, inference_geo: null, service_tier: null, speed: null },
  }
}

/** Anthropic counts what came from its cache apart from `input_tokens`; we count it within. */
export function toMessageUsage(usage: Usage = {}): object {
  const { inputTokens = 0, outputTokens = 0, reasoningTokens, cacheReadTokens, cacheWriteTokens } = usage
  return {
    input_tokens: Math.max(0, inputTokens - (cacheReadTokens ?? 0) - (cacheWriteTokens ?? 0)),
    cache_creation_input_tokens: cacheWriteTokens ?? null,
    cache_read_input_tokens: cacheReadTokens ?? null,
    output_tokens: outputTokens,
    output_tokens_details: reasoningTokens === undefined ? null : { thinking_tokens: reasoningTokens },
    server_tool_use: null,
  }
}

/** Why a message ended; a run that was stopped has no word for it. */
export function toStopReason(reason: FinishReason, hasRefusal: boolean): string | null {
  const word = stopReasons[reason] ?? null
  return hasRefusal && word === 'end_turn' ? 'refusal' : word
}

const stopReasons: Readonly<Partial<Record<FinishReason, string>>> = {
  stop: 'end_turn',
  length: 'max_tokens',
  'content-filter': 'refusal',
  refusal: 'refusal',
  'tool-calls': 'tool_use',
  pause: 'pause_turn',
  other: 'end_turn',
}

/** The type of an error, in Anthropic's words. */
export function toErrorType(code: ChatErrorCode): string {
  return errorTypes[code] ?? 'api_error'
}

const errorTypes: Readonly<Partial<Record<ChatErrorCode, string>>> = {
  invalid_request: 'invalid_request_error',
  unauthorized: 'authentication_error',
  forbidden: 'permission_error',
  not_found: 'not_found_error',
  busy: 'conflict_error',
  rate_limited: 'rate_limit_error',
  overloaded: 'overloaded_error',
  timeout: 'timeout_error',
}
