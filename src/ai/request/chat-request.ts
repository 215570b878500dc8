// What the request of every protocol becomes.
import type { ChatMessage, Json, ProtocolName } from '../../chat-model/index.ts'
import type { RunResult } from '../chat-options.ts'

/** A tool that the request brought: its calls are the client's to run. */
export interface ChatTool {
  readonly name: string
  readonly description?: string
  /** JSON Schema. */
  readonly parameters?: { readonly [key: string]: unknown }
  /** As the request had it: hosted tools, `strict`, cache marks. */
  readonly raw: unknown
}

/** What the request says of how to answer. */
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

/** A request to a chat, in the terms of all protocols. */
export interface ChatRequest {
  readonly protocol: ProtocolName
  readonly chatId: string
  readonly runId: string
  readonly trigger: 'submit' | 'regenerate' | 'continue'
  /** The message that is regenerated or continued. */
  readonly messageId: string | undefined
  /** The history as the client has it, system prompts in their places: it is the client's word, and no more. */
  readonly messages: ChatMessage[]
  readonly tools: readonly ChatTool[]
  readonly model: string | undefined
  readonly settings: ChatSettings
  readonly wantsStream: boolean
  /** All that has no field here. */
  readonly extra: { readonly [name: string]: unknown }
  /** What the run came to behind which this one has waited. */
  readonly previous: RunResult | undefined
}

/** A request as it was parsed, with what only the framework needs. */
export interface ParsedRequest extends Omit<ChatRequest, 'runId' | 'previous'> {
  /** The key that starts a run once. */
  readonly runKey: string | undefined
  /** The run id that the client chose. */
  readonly clientRunId: string | undefined
  /** The names of the tools that the request brought; `undefined` where the protocol lists none. */
  readonly clientTools: readonly string[] | undefined
  /** The assistant's message that this turn continues. */
  readonly continued: ChatMessage | undefined
  /** Options of the protocol that change the frames of the answer. */
  readonly options: { readonly [name: string]: Json } | undefined
}
