// The token counts of OpenAI chat completions.
import type { Usage } from '../../chat-model/index.ts'

/** Its counts are all numbers: one that is not known is 0. */
export function openAiUsage(usage: Usage): object {
  const { inputTokens = 0, outputTokens = 0, reasoningTokens, cacheReadTokens } = usage
  return {
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
    ...(cacheReadTokens !== undefined && { prompt_tokens_details: { cached_tokens: cacheReadTokens } }),
    ...(reasoningTokens !== undefined && { completion_tokens_details: { reasoning_tokens: reasoningTokens } }),
  }
}
