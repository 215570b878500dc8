// The frames of AG-UI, and the fields of them that are lists.
import type { Json, ToolApprovalRequest, Usage } from '../../chat-model/index.ts'
import { dataFrame } from './frame.ts'

/** A frame. Fields that are undefined are left out: null is refused where a field is optional. */
export function agUiFrame(type: string, fields: object): string {
  return dataFrame(JSON.stringify({ type, ...fields }))
}

/** An event of ours that the protocol has no name for. */
export function customFrame(name: string, value: Json): string {
  return agUiFrame('CUSTOM', { name, value })
}

/** What a run waits for: a person's word on a call. The next request answers it by its id. */
export function toInterrupt({ approvalId, toolCallId, reason, extra }: ToolApprovalRequest): object {
  return { id: approvalId, reason: 'tool_call', message: reason, toolCallId, metadata: extra }
}

/** The list of what was used, by model. */
export function toTokenUsage(usage: Usage | undefined, model: string | undefined): readonly object[] | undefined {
  if (usage === undefined) return undefined
  const { inputTokens, outputTokens, reasoningTokens, cacheReadTokens, cacheWriteTokens } = usage
  const totalTokens = inputTokens === undefined || outputTokens === undefined ? undefined : inputTokens + outputTokens
  return [
    {
      model,
      inputTokens,
      outputTokens,
      totalTokens,
      reasoningTokens,
      cachedInputTokens: cacheReadTokens,
      cacheWriteInputTokens: cacheWriteTokens,
    },
  ]
}
