// Token counts, added up.
import type { Usage } from '../../chat-model/index.ts'

const counts = ['inputTokens', 'outputTokens', 'reasoningTokens', 'cacheReadTokens', 'cacheWriteTokens'] as const

/** The sum of two; a count that neither has is left out. What the provider said of one of them alone is left out, too. */
export function addUsage(first: Usage | undefined, second: Usage | undefined): Usage | undefined {
  if (first === undefined || second === undefined) return first ?? second
  const sum: { -readonly [Name in (typeof counts)[number]]?: number } = {}
  for (const name of counts) {
    if (first[name] !== undefined || second[name] !== undefined) sum[name] = (first[name] ?? 0) + (second[name] ?? 0)
  }
  return sum
}
