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
export type { DraftEvent, Failure } from './draft.ts'
export type { ChatMessage, ChatPart, ToolApproval, ToolPart, ToolPartState } from './message.ts'
export { OpenParts, type OpenCall, type OpenPart, type OpenText } from './open-parts.ts'
export { describeUnknown, refusedYield } from './lift/refused.ts'
export type { LiftContext } from './lift/dialect-lifter.ts'
export { isMade, markMade, type MadeEvent } from './lift/made.ts'
export { SourceLifter } from './lift/source-lifter.ts'
export { ChatFailure } from './chat-failure.ts'
export { joinDelta } from './join-delta.ts'
export { Normaliser, type NormaliserOptions } from './normaliser.ts'
export { ChatFold } from './fold.ts'
export { IncrementalJson } from './incremental-json.ts'
export { TidingsError, type ErrorCode } from '../base/index.ts'
export { codeOfStatus } from './status-code.ts'
