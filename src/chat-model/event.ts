// The events of a chat's answer: what the log of a run holds, and what every protocol is made from.
import type { ChatMessage } from './message.ts'

/** What JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined }

/** The kinds of text in a message: what is said, what was thought, and a refusal. */
export type PartKind = 'text' | 'reasoning' | 'refusal'

/** Why a message ended. `stopped`, `interrupted` and `error` are for messages that did not end by themselves. */
export type FinishReason =
  | 'stop'
  | 'length'
  | 'content-filter'
  | 'refusal'
  | 'tool-calls'
  | 'pause'
  | 'error'
  | 'stopped'
  | 'interrupted'
  | 'other'

/** The protocols of chat clients. `events` is our own. */
export type ProtocolName = 'ui-message' | 'text' | 'openai-chat' | 'openai-responses' | 'anthropic' | 'ag-ui' | 'events'

/** Token counts; a count that is not known is left out, never 0. */
export interface Usage {
  readonly inputTokens?: number
  readonly outputTokens?: number
  /** A part of `outputTokens`. */
  readonly reasoningTokens?: number
  /** Parts of `inputTokens`. */
  readonly cacheReadTokens?: number
  readonly cacheWriteTokens?: number
  /** As the provider has given it. */
  readonly raw?: Json
}

/** What a provider wants back with the next request (signatures, item ids, encrypted reasoning), by provider. */
export interface ProviderMetadata {
  readonly [provider: string]: { readonly [key: string]: Json }
}

/** What a tool says of itself, as `ai` passes it on with its calls. */
export interface ToolMetadata {
  readonly [key: string]: Json
}

/** Who runs a tool: the client that asked, this server, or the provider of the model. */
export type ToolExecutor = 'client' | 'server' | 'provider'

/** The first event of every run. Encoders take the time, the ids and the starter's options from it, and from nowhere else. */
export interface RunStart {
  readonly type: 'run-start'
  /** The version of the encoders' framing: positions that count frames hold within one version only. */
  readonly wire: 1
  readonly runId: string
  readonly chatId: string
  /** The run id that the client chose (AG-UI, TanStack AI); sent back to it. */
  readonly clientRunId?: string
  /** The protocol of the request that started the run. */
  readonly protocol: ProtocolName
  /** When the run started, in milliseconds since 1970. */
  readonly at: number
  readonly model?: string
  /** The names of the tools that the request brought: calls of these are the client's to run. */
  readonly clientTools?: readonly string[]
  /** The message that the answer goes on with, as the request brought it: the answer is behind its parts. */
  readonly continued?: ChatMessage
  /**
   * The last message of the user, which the answer is for: readers see it that have not sent it. Without its files where these
   * are larger than an event may be; left out where the rest is, too.
   */
  readonly message?: ChatMessage
  /** Options of the starter's protocol that change its frames, such as `include_usage`. */
  readonly options?: { readonly [name: string]: Json }
}

/** A message begins. `id` may be that of the request's last assistant message, which it continues. */
export interface MessageStart {
  readonly type: 'message-start'
  readonly id: string
  /** Whose message it is where several agents speak. */
  readonly agent?: { readonly id: string; readonly name?: string; readonly parentToolCallId?: string }
  readonly metadata?: Json
}

/** Metadata of the message, merged deeply into what it has. */
export interface MessageMetadata {
  readonly type: 'message-metadata'
  readonly metadata: Json
}

/** A message ends. */
export interface MessageEnd {
  readonly type: 'message-end'
  readonly id: string
  readonly reason: FinishReason
  /** The provider's own word for the reason. */
  readonly rawReason?: string
  /** Of the whole message, over all of its steps. */
  readonly usage?: Usage
  readonly metadata?: Json
}

/** One call of a provider begins. */
export interface StepStart {
  readonly type: 'step-start'
  readonly name?: string
}

/** One call of a provider ends. */
export interface StepEnd {
  readonly type: 'step-end'
  readonly reason?: FinishReason
  readonly usage?: Usage
  readonly model?: string
}

/** Takes back all parts since the last `step-start`: the provider is called again. */
export interface StepReset {
  readonly type: 'step-reset'
}

/** A part of text begins. Its id is unique in the run. */
export interface PartStart<Kind extends PartKind = PartKind> {
  readonly type: `${Kind}-start`
  readonly id: string
  readonly providerMetadata?: ProviderMetadata
}

/** More of a part of text. `delta` is never empty, and never ends inside a surrogate pair. */
export interface PartDelta<Kind extends PartKind = PartKind> {
  readonly type: `${Kind}-delta`
  readonly id: string
  readonly delta: string
  readonly providerMetadata?: ProviderMetadata
}

/** A part of text ends. */
export interface PartEnd<Kind extends PartKind = PartKind> {
  readonly type: `${Kind}-end`
  readonly id: string
  readonly providerMetadata?: ProviderMetadata
}

/** A tool call begins; its input follows. */
export interface ToolInputStart {
  readonly type: 'tool-input-start'
  readonly toolCallId: string
  readonly toolName: string
  readonly executor: ToolExecutor
  /** Whether the deltas are pieces of JSON (the default) or of plain text. */
  readonly inputEncoding?: 'json' | 'text'
  readonly dynamic?: boolean
  readonly title?: string
  readonly providerMetadata?: ProviderMetadata
  readonly toolMetadata?: ToolMetadata
}

/** More of a call's input, as text. */
export interface ToolInputDelta {
  readonly type: 'tool-input-delta'
  readonly toolCallId: string
  readonly inputTextDelta: string
}

/** The input of a call is complete. It carries all that `tool-input-start` does, which may be missing. */
export interface ToolInputAvailable {
  readonly type: 'tool-input-available'
  readonly toolCallId: string
  readonly toolName: string
  readonly input: Json
  readonly executor: ToolExecutor
  readonly dynamic?: boolean
  readonly title?: string
  readonly providerMetadata?: ProviderMetadata
  readonly toolMetadata?: ToolMetadata
}

/** The input of a call is not what its tool takes, or did not come to its end. */
export interface ToolInputError {
  readonly type: 'tool-input-error'
  readonly toolCallId: string
  readonly toolName: string
  readonly input: Json
  readonly errorText: string
  readonly executor: ToolExecutor
  readonly dynamic?: boolean
  readonly title?: string
  readonly providerMetadata?: ProviderMetadata
  readonly toolMetadata?: ToolMetadata
}

/** The output of a call. */
export interface ToolOutputAvailable {
  readonly type: 'tool-output-available'
  readonly toolCallId: string
  readonly output: Json
  /** More outputs of the same call follow; each replaces the one before. */
  readonly preliminary?: boolean
  readonly providerMetadata?: ProviderMetadata
  readonly toolMetadata?: ToolMetadata
}

/** A tool has failed. */
export interface ToolOutputError {
  readonly type: 'tool-output-error'
  readonly toolCallId: string
  readonly errorText: string
  readonly providerMetadata?: ProviderMetadata
  readonly toolMetadata?: ToolMetadata
}

/** A person has refused a call. */
export interface ToolOutputDenied {
  readonly type: 'tool-output-denied'
  readonly toolCallId: string
}

/** A call waits for a person's word; it comes with the next request. */
export interface ToolApprovalRequest {
  readonly type: 'tool-approval-request'
  readonly approvalId: string
  readonly toolCallId: string
  readonly reason?: string
  /** Fields of other servers that must come back as they were (`signature`, `approvalDescriptor`). */
  readonly extra?: { readonly [name: string]: Json }
}

/** What the person said. */
export interface ToolApprovalResponse {
  readonly type: 'tool-approval-response'
  readonly approvalId: string
  readonly approved: boolean
  readonly reason?: string
}

/** What a source refers to. */
export type SourceRef =
  | { readonly kind: 'url'; readonly url: string; readonly title?: string }
  | { readonly kind: 'document'; readonly mediaType: string; readonly title: string; readonly filename?: string }

/** A source of the message. */
export interface Source {
  readonly type: 'source'
  readonly id: string
  readonly source: SourceRef
  readonly providerMetadata?: ProviderMetadata
}

/** A file in the message. */
export interface FileEvent {
  readonly type: 'file'
  /** A `data:` url, or one that the client can fetch. */
  readonly url: string
  readonly mediaType: string
  readonly filename?: string
  readonly isReasoning?: boolean
  readonly providerMetadata?: ProviderMetadata
}

/** What a part of text, open or just ended, refers to. Offsets are UTF-16 code units of that part. */
export interface Citation {
  readonly type: 'citation'
  readonly partId: string
  readonly source: SourceRef & { readonly id?: string }
  readonly startIndex?: number
  readonly endIndex?: number
  readonly citedText?: string
  /** As the provider has given it. */
  readonly raw?: Json
}

/** Data for the screen. With an `id` it replaces the earlier one of the same name and id. */
export interface DataEvent {
  readonly type: 'data'
  readonly name: string
  readonly id?: string
  readonly data: Json
  /** It is told, but is no part of the message. */
  readonly transient?: boolean
}

/** An event of the application's own. */
export interface CustomEvent {
  readonly type: 'custom'
  readonly name: string
  readonly value: Json
}

/** What went wrong, in a word for programs. */
export type ChatErrorCode =
  | 'invalid_request'
  | 'unauthorized'
  | 'forbidden'
  | 'not_found'
  | 'busy'
  | 'rate_limited'
  | 'overloaded'
  | 'output_too_large'
  | 'timeout'
  | 'interrupted'
  | 'internal'

/** The run has failed. `message` may be shown to the client: it was masked before it was stored. */
export interface ErrorEvent {
  readonly type: 'error'
  readonly code: ChatErrorCode
  readonly message: string
  /** Whether trying again may help. */
  readonly retryable: boolean
  readonly requestId?: string
}

/** How a run ended. */
export type RunOutcome = 'completed' | 'failed' | 'stopped' | 'interrupted'

/** The last event of every run. What is still open then is closed by whoever reads it (`OpenParts.closers`). */
export interface RunEnd {
  readonly type: 'run-end'
  readonly outcome: RunOutcome
}

/** One event of an answer. */
export type ChatEvent =
  | RunStart
  | MessageStart
  | MessageMetadata
  | MessageEnd
  | StepStart
  | StepEnd
  | StepReset
  | PartStart
  | PartDelta
  | PartEnd
  | ToolInputStart
  | ToolInputDelta
  | ToolInputAvailable
  | ToolInputError
  | ToolOutputAvailable
  | ToolOutputError
  | ToolOutputDenied
  | ToolApprovalRequest
  | ToolApprovalResponse
  | Source
  | FileEvent
  | Citation
  | DataEvent
  | CustomEvent
  | ErrorEvent
  | RunEnd
