// The response object of OpenAI's Responses: in its first frames, its last one, and as a whole answer.
import type { ChatErrorCode, FinishReason, RunStart, Usage } from '../../chat-model/index.ts'
import type { Ended } from './ending.ts'

/** What becomes of a response. */
export interface ResponseState {
  readonly status: 'in_progress' | 'completed' | 'incomplete' | 'cancelled' | 'failed'
  readonly output: readonly object[]
  readonly error: object | null
  readonly incompleteReason: 'max_output_tokens' | 'content_filter' | 'cancelled' | undefined
  readonly usage: Usage | undefined
  readonly metadata: Readonly<Record<string, string>>
}

/** How a response begins. */
export const begun: Omit<ResponseState, 'output' | 'metadata'> = {
  status: 'in_progress',
  error: null,
  incompleteReason: undefined,
  usage: undefined,
}

/** The response of a run, with all fields that clients require. */
export function toResponse(run: RunStart, state: ResponseState): object {
  const { status, output, error, incompleteReason, usage, metadata } = state
  return {
    id: `resp_${run.runId}`,
    object: 'response',
    created_at: Math.floor(run.at / 1000),
    status,
    error,
    incomplete_details: incompleteReason === undefined ? null : { reason: incompleteReason },
    instructions: null,
    max_output_tokens: null,
    model: run.model ?? 'unknown',
    output,
    parallel_tool_calls: true,
    previous_response_id: run.options?.['previous_response_id'] ?? null,
    temperature: null,
    tool_choice: 'auto',
    tools: [],
    top_p: null,
    usage: usage === undefined ? null : toResponseUsage(usage),
    metadata,
  }
}

/** The state and the terminal event of a response that has ended. */
export function endOf({ reason, error, usage }: Ended): {
  readonly type: 'response.completed' | 'response.incomplete' | 'response.failed'
  readonly state: Omit<ResponseState, 'output' | 'metadata'>
} {
  const shared = { error: null, incompleteReason: undefined, usage }
  if (error !== undefined) {
    const told = { code: codes[error.code] ?? 'server_error', message: error.message }
    return { type: 'response.failed', state: { ...shared, status: 'failed', error: told } }
  }
  // There is no event of this name, and no reason: `@ai-sdk/openai` takes an answer without a reason for a whole one.
  if (reason === 'stopped') {
    return { type: 'response.incomplete', state: { ...shared, status: 'cancelled', incompleteReason: 'cancelled' } }
  }
  const incompleteReason = incompleteReasons[reason]
  if (incompleteReason === undefined) return { type: 'response.completed', state: { ...shared, status: 'completed' } }
  return { type: 'response.incomplete', state: { ...shared, status: 'incomplete', incompleteReason } }
}

const incompleteReasons: Readonly<Partial<Record<FinishReason, 'max_output_tokens' | 'content_filter'>>> = {
  length: 'max_output_tokens',
  'content-filter': 'content_filter',
}

/** The codes of failed responses are a closed list; what it lacks is a server_error. */
const codes: Readonly<Partial<Record<ChatErrorCode, string>>> = {
  rate_limited: 'rate_limit_exceeded',
  invalid_request: 'invalid_prompt',
}

/** All counts are required: one that is not known is 0. */
function toResponseUsage(usage: Usage): object {
  const { inputTokens = 0, outputTokens = 0, reasoningTokens = 0, cacheReadTokens = 0, cacheWriteTokens = 0 } = usage
  return {
    input_tokens: inputTokens,
    input_tokens_details: { cached_tokens: cacheReadTokens, cache_write_tokens: cacheWriteTokens },
    output_tokens: outputTokens,
    output_tokens_details: { reasoning_tokens: reasoningTokens },
    total_tokens: inputTokens + outputTokens,
  }
}
