// What a message had before the turn that goes on with it, as chunks of UI messages.
import type { ChatMessage, ChatPart, ToolPart } from '../../chat-model/index.ts'
import { dataFrame } from './frame.ts'
import type { EncoderOptions } from './protocol.ts'

/** The chunks that make the parts of a message, in a reader that has none of them. */
export function earlierChunks({ parts, metadata }: ChatMessage, version: EncoderOptions['uiVersion']): string {
  const told = metadata === undefined ? [] : [{ type: 'message-metadata', messageMetadata: metadata }]
  const chunks = [...told, ...parts.flatMap((part, index) => chunksOf(part, `earlier_${index + 1}`, version))]
  return chunks.map((chunk) => dataFrame(JSON.stringify(chunk))).join('')
}

function chunksOf(part: ChatPart, id: string, version: EncoderOptions['uiVersion']): readonly object[] {
  switch (part.type) {
    case 'text':
    case 'reasoning': {
      const providerMetadata = fieldOf(part, 'providerMetadata')
      return [
        { type: `${part.type}-start`, id },
        { type: `${part.type}-delta`, id, delta: part.text },
        { type: `${part.type}-end`, id, providerMetadata },
      ]
    }
    case 'step-start':
      return [{ type: 'start-step' }]
    case 'dynamic-tool':
      return callChunks(part, version)
    default:
      return [part]
  }
}

function callChunks(part: ToolPart, version: EncoderOptions['uiVersion']): readonly object[] {
  const { toolCallId, toolName, title, providerExecuted, input } = part
  const providerMetadata = fieldOf(part, 'callProviderMetadata')
  const call = { toolCallId, toolName, title, providerExecuted, providerMetadata }
  if (part.state === 'input-streaming') return [{ type: 'tool-input-start', ...call }]
  return [
    { type: 'tool-input-available', ...call, input: input ?? null },
    ...approvalChunks(part, version),
    ...outputChunks(part),
  ]
}

/** `ai` 6 has no chunk for an answer. */
function approvalChunks(part: ToolPart, version: EncoderOptions['uiVersion']): readonly object[] {
  const approval = 'approval' in part ? part.approval : undefined
  if (approval === undefined) return []
  const { id: approvalId, requestReason } = approval
  const request = { type: 'tool-approval-request', approvalId, toolCallId: part.toolCallId, reason: requestReason }
  if (version === 6 || !('approved' in approval)) return [request]
  return [
    request,
    { type: 'tool-approval-response', approvalId, approved: approval.approved, reason: fieldOf(approval, 'reason') },
  ]
}

function outputChunks(part: ToolPart): readonly object[] {
  const { toolCallId } = part
  switch (part.state) {
    case 'output-available':
      return [{ type: 'tool-output-available', toolCallId, output: part.output }]
    case 'output-error':
      return [{ type: 'tool-output-error', toolCallId, errorText: part.errorText }]
    case 'output-denied':
      return [{ type: 'tool-output-denied', toolCallId }]
    default:
      return []
  }
}

/** A field that `ai` has, and that nobody here looks at. */
function fieldOf(part: object, name: 'providerMetadata' | 'callProviderMetadata' | 'reason'): unknown {
  return Reflect.get(part, name)
}
