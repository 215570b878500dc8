// Short logs, put together from their pieces.
import type { ChatEvent, FinishReason, ToolExecutor, Usage } from '../../../src/chat-model/index.ts'

/** How a log begins: the run and its message. */
export const begun: readonly ChatEvent[] = [
  {
    type: 'run-start',
    wire: 1,
    runId: 'r1',
    chatId: 'c1',
    protocol: 'events',
    at: 1_790_000_000_000,
    model: 'model-1',
    clientTools: ['locate'],
  },
  { type: 'message-start', id: 'msg_r1' },
]

/** A text that is said. */
export function said(id: string, ...deltas: readonly string[]): readonly ChatEvent[] {
  return [
    { type: 'text-start', id },
    ...deltas.map((delta): ChatEvent => ({ type: 'text-delta', id, delta })),
    { type: 'text-end', id },
  ]
}

/** A call with its input `{"city":"Oslo"}`. */
export function called(toolCallId: string, toolName: string, executor: ToolExecutor): readonly ChatEvent[] {
  return [
    { type: 'tool-input-start', toolCallId, toolName, executor },
    { type: 'tool-input-delta', toolCallId, inputTextDelta: '{"city":' },
    { type: 'tool-input-delta', toolCallId, inputTextDelta: '"Oslo"}' },
    { type: 'tool-input-available', toolCallId, toolName, executor, input: { city: 'Oslo' } },
  ]
}

/** How a log ends that has completed. */
export function ended(reason: FinishReason = 'stop', usage?: Usage): readonly ChatEvent[] {
  return [
    { type: 'message-end', id: 'msg_r1', reason, ...(usage !== undefined && { usage }) },
    { type: 'run-end', outcome: 'completed' },
  ]
}

/** How a log ends that was cut short. */
export function cut(outcome: 'failed' | 'stopped' | 'interrupted'): readonly ChatEvent[] {
  const failure: ChatEvent = { type: 'error', code: 'overloaded', message: 'The model is busy.', retryable: true }
  return [...(outcome === 'failed' ? [failure] : []), { type: 'run-end', outcome }]
}
