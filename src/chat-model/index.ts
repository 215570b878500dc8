// chat-model: the events of a chat's answer, and the messages that they come to; shared by servers and clients.
export type {
  ChatErrorCode,
  ChatEvent,
  Citation,
  CustomEvent,
  DataEvent,
  ErrorEvent,
  FileEvent,
  FinishReason,
  Json,
  MessageEnd,
  MessageMetadata,
  MessageStart,
  PartDelta,
  PartEnd,
  PartKind,
  PartStart,
  ProtocolName,
  ProviderMetadata,
  RunEnd,
  RunOutcome,
  RunStart,
  Source,
  SourceRef,
  StepEnd,
  StepReset,
  StepStart,
  ToolApprovalRequest,
  ToolApprovalResponse,
  ToolExecutor,
  ToolInputAvailable,
  ToolInputDelta,
  ToolInputError,
  ToolInputStart,
  ToolMetadata,
  ToolOutputAvailable,
  ToolOutputDenied,
  ToolOutputError,
  Usage,
} from './event.ts'
export type { DraftEvent } from './draft.ts'
export type { ChatMessage, ChatPart, ToolApproval, ToolPart, ToolPartState } from './message.ts'
export { OpenParts, type OpenCall, type OpenPart, type OpenText } from './open-parts.ts'
export type { MadeEvent } from './lift/made.ts'
export { ChatFold } from './fold.ts'
export { IncrementalJson } from './incremental-json.ts'
export { TidingsError, type ErrorCode } from '../base/index.ts'
export { codeOfStatus } from './status-code.ts'
