// Drafts: what is made of one chunk of a source, before it is an event of the log.
import type {
  ChatErrorCode,
  Citation,
  CustomEvent,
  DataEvent,
  FileEvent,
  MessageEnd,
  MessageMetadata,
  MessageStart,
  PartDelta,
  PartEnd,
  PartStart,
  Source,
  StepEnd,
  StepReset,
  StepStart,
  ToolApprovalRequest,
  ToolApprovalResponse,
  ToolInputAvailable,
  ToolInputDelta,
  ToolInputError,
  ToolInputStart,
  ToolOutputAvailable,
  ToolOutputDenied,
  ToolOutputError,
} from './event.ts'

/** The ids of a draft are its source's own: two sources, or two steps of one, may use the same. */
type Draft<Event, Optional extends keyof Event = never> = Omit<Event, Optional> & Partial<Pick<Event, Optional>>

/**
 * An event as a source has it: ids are the source's own, starts may be missing, and ends, too. The normaliser makes
 * well-formed events of them. `text` is text without a part (a yielded string), `failure` an error of the source's.
 */
export type DraftEvent =
  | { readonly type: 'text'; readonly delta: string }
  | Draft<MessageStart, 'id'>
  | MessageMetadata
  | Draft<MessageEnd, 'id'>
  | StepStart
  | StepEnd
  | StepReset
  | PartStart
  | PartDelta
  | PartEnd
  | Draft<ToolInputStart, 'executor'>
  | ToolInputDelta
  | Draft<ToolInputAvailable, 'executor'>
  | Draft<ToolInputError, 'executor'>
  | ToolOutputAvailable
  | ToolOutputError
  | ToolOutputDenied
  | ToolApprovalRequest
  | ToolApprovalResponse
  | Draft<Source, 'id'>
  | FileEvent
  | Draft<Citation, 'partId'>
  | DataEvent
  | CustomEvent
  | Failure

/** A source has said that it failed. */
export interface Failure {
  readonly type: 'failure'
  /** What it said: for the log of the server, never for the client. */
  readonly error: unknown
  readonly code: ChatErrorCode
  readonly retryable: boolean
}
