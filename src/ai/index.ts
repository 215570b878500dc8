// ai: chat routes, whose one handler answers the clients of seven protocols.
export { chat, type CallRef, type SourceInput } from './chat.ts'
export { chatRoute, chatRoutes, type ChatRoutesOptions } from './chat-routes.ts'
export type {
  ChatContext,
  ChatHandler,
  ChatLoss,
  ChatOutput,
  ChatRouteOptions,
  ChatUiOptions,
  StreamResult,
} from './chat-options.ts'
export type { ChatBody, ChatEventStream, ChatPostRoute, ChatRouteGroup } from './route-types.ts'
export type { ToolCall, Turn } from './answer/merge.ts'
export type { Sourced, ChatStream, ChatYield } from './answer/source.ts'
export type { Execute, JsonInput, ToolOptions } from './answer/tool-run.ts'
export type { ChatInput, ChatRequest, ChatSettings, ChatTool, RequestLimits } from './request/chat-request.ts'
export type { WhileRunning } from './run/admission.ts'
export type { RunResult } from './run/run-result.ts'
export {
  toAnthropicMessages,
  toOpenAIMessages,
  type AnthropicBlock,
  type AnthropicConversation,
  type AnthropicDocument,
  type AnthropicImage,
  type AnthropicMessage,
  type OpenAIContentPart,
  type OpenAIMessage,
  type OpenAIToolCall,
} from './provider-messages.ts'
export { TidingsError, type ErrorCode } from '../base/index.ts'
