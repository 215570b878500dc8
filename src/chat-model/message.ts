// The messages of a chat: what requests bring and what an answer comes to. They fit `UIMessage` of `ai`.

/** A message of a conversation. */
export interface ChatMessage {
  id: string
  role: 'system' | 'user' | 'assistant'
  metadata?: unknown
  parts: ChatPart[]
}

/** The answer of a person to a call that needed one. */
export interface ToolApproval {
  id: string
  requestReason?: string
}

/** How far a tool call has come. */
export type ToolPartState =
  | { state: 'input-streaming'; input: unknown; approval?: never }
  | { state: 'input-available'; input: unknown; approval?: never }
  | { state: 'approval-requested'; input: unknown; approval: ToolApproval }
  | { state: 'approval-responded'; input: unknown; approval: ToolApproval & { approved: boolean; reason?: string } }
  | { state: 'output-available'; input: unknown; output: unknown; preliminary?: boolean }
  | { state: 'output-error'; input: unknown; errorText: string }
  | { state: 'output-denied'; input: unknown; approval: ToolApproval & { approved: false; reason?: string } }

/** A tool call in a message, with its output once there is one. */
export type ToolPart = {
  type: 'dynamic-tool'
  toolName: string
  toolCallId: string
  title?: string
  providerExecuted?: boolean
} & ToolPartState

/** A part of a message. */
export type ChatPart =
  | { type: 'text'; text: string; state?: 'streaming' | 'done' }
  | { type: 'reasoning'; text: string; state?: 'streaming' | 'done' }
  | { type: 'file'; url: string; mediaType: string; filename?: string }
  | { type: 'source-url'; sourceId: string; url: string; title?: string }
  | { type: 'source-document'; sourceId: string; mediaType: string; title: string; filename?: string }
  | { type: 'step-start' }
  | { type: `data-${string}`; id?: string; data: unknown }
  | ToolPart
