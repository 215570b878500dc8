// What every protocol's request becomes: the same messages, tools and settings for one handler.
import type { ChatMessage, Json, ProtocolName } from '../../chat-model/index.ts'

/** A tool that the request offers to the model. */
export interface ChatTool {
  readonly name: string
  readonly description?: string
  /** JSON Schema of the input. */
  readonly parameters?: { readonly [key: string]: unknown }
  /** As the request had it: hosted tools, `strict`, cache marks. */
  readonly raw: unknown
}

/** What the request asks of the model, in one set of names. Ranges are not checked: they are the provider's matter. */
export interface ChatSettings {
  readonly maxOutputTokens?: number
  readonly temperature?: number
  readonly topP?: number
  readonly stop?: readonly string[]
  readonly seed?: number
  readonly reasoningEffort?: string
  readonly responseFormat?: {
    readonly type: 'text' | 'json' | 'json-schema'
    readonly schema?: unknown
    readonly name?: string
  }
  readonly toolChoice?: 'auto' | 'none' | 'required' | { readonly name: string }
  readonly parallelToolCalls?: boolean
}

/** The fields of a request that its body and headers alone decide. */
export interface ChatInput {
  readonly protocol: ProtocolName
  readonly chatId: string
  /** Whether a new turn begins, an answer is made again, or the last answer goes on after a tool's output or a person's word. */
  readonly trigger: 'submit' | 'regenerate' | 'continue'
  /** The message that is regenerated or continued. */
  readonly messageId: string | undefined
  /** The conversation, system prompts in their places. It comes from the client and is not to be trusted. */
  readonly messages: ChatMessage[]
  readonly tools: readonly ChatTool[]
  readonly model: string | undefined
  readonly settings: ChatSettings
  readonly wantsStream: boolean
  /** All that has no field here, under the names of the protocol: AG-UI's `state`, Responses' `previous_response_id`, ... */
  readonly extra: { readonly [name: string]: unknown }
}

/** What a chat's handler is asked. `Result` is what a run comes to. */
export interface ChatRequest<Result = unknown> extends ChatInput {
  readonly runId: string
  /** The result of the run that this one was queued behind. */
  readonly previous: Result | undefined
}

/** A request as it was read, before it has a run. */
export interface ParsedRequest extends ChatInput {
  /** The key that starts a run only once: the `Idempotency-Key`, or AG-UI's run id. */
  readonly runKey: string | undefined
  /** The run id that the client chose (AG-UI, TanStack AI), to be sent back to it. */
  readonly clientRunId: string | undefined
  /** The names of the tools that the request brought; calls of these are the client's to run. `undefined`: its protocol lists none. */
  readonly clientTools: readonly string[] | undefined
  /** The assistant's message that this turn continues. */
  readonly continued: ChatMessage | undefined
  /** What `run-start` keeps for the encoders, such as `include_usage`. */
  readonly options: { readonly [name: string]: Json }
}

/** The largest requests that are read. */
export interface RequestLimits {
  /** Messages, or items of OpenAI responses. Default 1,000; more are a 413. */
  readonly maxMessages: number
  /** Parts of one message. Default 1,000; more are a 413. */
  readonly maxParts: number
  /** UTF-8 bytes of the text and names in one message, its files left out. Default 1 MiB (1,048,576); more are a 413. */
  readonly maxMessageBytes: number
  /**
   * Bytes of one file in a message, in Base64 as it is sent, a third more than the file itself. Default 10 MiB (10,485,760);
   * more are a 413. The largest body bounds all of them together.
   */
  readonly maxFileBytes: number
  /** Levels of lists and objects, those in the JSON of a call's arguments, too. Default 64; more are a 400. */
  readonly maxDepth: number
}

/** The limits where nothing else is said. */
export const defaultRequestLimits: RequestLimits = {
  maxMessages: 1_000,
  maxParts: 1_000,
  maxMessageBytes: 1_048_576,
  maxFileBytes: 10_485_760,
  maxDepth: 64,
}

/** What a request has besides its body. */
export interface RequestParts {
  /** By lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly query: URLSearchParams
  /** Makes the id of a chat whose request brings none. */
  newChatId(): string
  readonly limits: RequestLimits
}
