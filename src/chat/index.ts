// chat: conversations with a server, without a framework; and the transport for `useChat` of `@ai-sdk/react`.
export { createChat, type Chat } from './chat.ts'
export type {
  ChatRetryOptions,
  ChatTurn,
  ClientTool,
  ClientToolCall,
  CreateChatOptions,
  SavedState,
} from './options.ts'
export type { ChatSnapshot, ChatStatus } from './snapshot.ts'
export {
  createChatTransport,
  type ChatTransportOptions,
  type ReconnectOptions,
  type SendMessagesOptions,
  type UiChatTransport,
} from './ui/transport.ts'
export type { FileLink, UserInput } from './history/user-message.ts'
export type {
  ChatErrorCode,
  ChatMessage,
  ChatPart,
  CustomEvent,
  DataEvent,
  ErrorEvent,
  Json,
  RunOutcome,
  ToolPart,
} from '../chat-model/index.ts'
export { TidingsError, type ErrorCode } from '../base/index.ts'
