// Token counts of providers, and their words for why an answer ended.
import type { FinishReason, Usage } from '../event.ts'
import { countOf, fieldsOf, given, isFields, jsonOf } from './fields.ts'

/** The usage of OpenAI chat; its cached tokens stand in different places at different servers. */
export function chatUsage(value: unknown): Usage | undefined {
  if (!isFields(value)) return undefined
  const prompt = fieldsOf(value['prompt_tokens_details'])
  const completion = fieldsOf(value['completion_tokens_details'])
  return usageOf({
    inputTokens: countOf(value['prompt_tokens']),
    outputTokens: countOf(value['completion_tokens']),
    reasoningTokens: countOf(completion['reasoning_tokens']),
    cacheReadTokens: countOf(prompt['cached_tokens']) ?? countOf(value['prompt_cache_hit_tokens']),
    cacheWriteTokens: countOf(prompt['cache_write_tokens']),
    raw: value,
  })
}

/** The usage of OpenAI responses. */
export function responsesUsage(value: unknown): Usage | undefined {
  if (!isFields(value)) return undefined
  const input = fieldsOf(value['input_tokens_details'])
  return usageOf({
    inputTokens: countOf(value['input_tokens']),
    outputTokens: countOf(value['output_tokens']),
    reasoningTokens: countOf(fieldsOf(value['output_tokens_details'])['reasoning_tokens']),
    cacheReadTokens: countOf(input['cached_tokens']),
    cacheWriteTokens: countOf(input['cache_write_tokens']),
    raw: value,
  })
}

/** The usage of Anthropic, whose `input_tokens` leave out what was read from the cache or written to it. */
export function anthropicUsage(value: unknown): Usage | undefined {
  if (!isFields(value)) return undefined
  const cacheReadTokens = countOf(value['cache_read_input_tokens'])
  const cacheWriteTokens = countOf(value['cache_creation_input_tokens'])
  const input = countOf(value['input_tokens'])
  return usageOf({
    inputTokens: input === undefined ? undefined : input + (cacheReadTokens ?? 0) + (cacheWriteTokens ?? 0),
    outputTokens: countOf(value['output_tokens']),
    reasoningTokens: countOf(fieldsOf(value['output_tokens_details'])['thinking_tokens']),
    cacheReadTokens,
    cacheWriteTokens,
    raw: value,
  })
}

/** The usage of `ai`: 6 has some counts beside their details. */
export function aiUsage(value: unknown): Usage | undefined {
  if (!isFields(value)) return undefined
  const input = fieldsOf(value['inputTokenDetails'])
  const output = fieldsOf(value['outputTokenDetails'])
  return usageOf({
    inputTokens: countOf(value['inputTokens']),
    outputTokens: countOf(value['outputTokens']),
    reasoningTokens: countOf(output['reasoningTokens']) ?? countOf(value['reasoningTokens']),
    cacheReadTokens: countOf(input['cacheReadTokens']) ?? countOf(value['cachedInputTokens']),
    cacheWriteTokens: countOf(input['cacheWriteTokens']),
    raw: value['raw'],
  })
}

/** The usage of AG-UI, a list by model, or that of TanStack AI, one object. */
export function agUiUsage(value: unknown): Usage | undefined {
  const entries = (Array.isArray(value) ? value : [value]).filter(isFields)
  if (entries.length === 0) return undefined
  const sum = (...names: readonly string[]): number | undefined => {
    const counts = entries.flatMap((entry) => names.map((name) => countOf(entry[name])).find(isCount) ?? [])
    return counts.length === 0 ? undefined : counts.reduce((total, count) => total + count, 0)
  }
  return usageOf({
    inputTokens: sum('inputTokens', 'promptTokens'),
    outputTokens: sum('outputTokens', 'completionTokens'),
    reasoningTokens: sum('reasoningTokens'),
    cacheReadTokens: sum('cachedInputTokens'),
    cacheWriteTokens: sum('cacheWriteInputTokens'),
    raw: value,
  })
}

function usageOf({ raw, ...counts }: { [Name in keyof Usage]: unknown } & Counts): Usage | undefined {
  const known = given({ ...counts, raw: raw === undefined ? undefined : jsonOf(raw) })
  return Object.keys(known).length === 0 ? undefined : known
}

interface Counts {
  inputTokens: number | undefined
  outputTokens: number | undefined
  reasoningTokens: number | undefined
  cacheReadTokens: number | undefined
  cacheWriteTokens: number | undefined
}

function isCount(count: number | undefined): count is number {
  return count !== undefined
}

type ReasonDialect = 'chat' | 'responses' | 'anthropic' | 'ai'

// Maps, and no objects: the words come from other people's servers, and may be `constructor`.
const words: Readonly<Record<ReasonDialect, ReadonlyMap<string, FinishReason>>> = {
  chat: new Map<string, FinishReason>([
    ['stop', 'stop'],
    ['length', 'length'],
    ['model_length', 'length'],
    ['tool_calls', 'tool-calls'],
    ['function_call', 'tool-calls'],
    ['content_filter', 'content-filter'],
    ['error', 'error'],
  ]),
  responses: new Map<string, FinishReason>([
    ['max_output_tokens', 'length'],
    ['content_filter', 'content-filter'],
  ]),
  anthropic: new Map<string, FinishReason>([
    ['end_turn', 'stop'],
    ['stop_sequence', 'stop'],
    ['max_tokens', 'length'],
    ['model_context_window_exceeded', 'length'],
    ['tool_use', 'tool-calls'],
    ['pause_turn', 'pause'],
    ['refusal', 'refusal'],
  ]),
  ai: new Map<string, FinishReason>([
    ['stop', 'stop'],
    ['length', 'length'],
    ['content-filter', 'content-filter'],
    ['tool-calls', 'tool-calls'],
    ['error', 'error'],
    ['interrupted', 'interrupted'],
  ]),
}

/** A dialect's word for why an answer ended, in ours; `other` for one that is not known. */
export function reasonOf(dialect: ReasonDialect, word: string): FinishReason {
  return words[dialect].get(word) ?? 'other'
}
