// Messages for providers: what a handler sends to OpenAI or Anthropic of a conversation.
import type { ChatMessage, ChatPart, ToolPart } from '../chat-model/index.ts'

/** A tool call of a message for OpenAI chat completions. */
export interface OpenAIToolCall {
  id: string
  type: 'function'
  function: { name: string; arguments: string }
}

/** A part of what a user says, for OpenAI chat completions. */
export type OpenAIContentPart =
  | { type: 'text'; text: string }
  | { type: 'image_url'; image_url: { url: string } }
  | { type: 'input_audio'; input_audio: { data: string; format: 'wav' | 'mp3' } }
  | { type: 'file'; file: { filename?: string; file_data?: string; file_id?: string } }

/** A message for OpenAI chat completions. */
export type OpenAIMessage =
  | { role: 'system'; content: string }
  | { role: 'user'; content: string | OpenAIContentPart[] }
  | { role: 'assistant'; content: string | null; tool_calls?: OpenAIToolCall[] }
  | { role: 'tool'; tool_call_id: string; content: string }

/** What a tool call came to, for a provider: a call without an output has failed, so that the next turn is accepted. */
interface Result {
  readonly text: string
  readonly isError: boolean
}

/**
 * A conversation for OpenAI chat completions. Each tool call is followed by its output; a call that has none (a turn that
 * was stopped) by an error, because the provider refuses a call without an answer. Reasoning, sources and data are left
 * out: the provider takes none.
 *
 * @example
 * import { toOpenAIMessages } from 'tidings/ai'
 *
 * const messages = toOpenAIMessages([{ id: 'u1', role: 'user', parts: [{ type: 'text', text: 'Hello' }] }])
 * console.log(messages) // [ { role: 'user', content: 'Hello' } ]
 */
export function toOpenAIMessages(messages: readonly ChatMessage[]): OpenAIMessage[] {
  return messages.flatMap((message) => {
    if (message.role === 'system') return [{ role: 'system' as const, content: textOf(message.parts) }]
    return message.role === 'user' ? [openAIUser(message)] : stepsOf(message.parts).flatMap(openAIStep)
  })
}

function openAIUser({ parts }: ChatMessage): OpenAIMessage {
  const content = parts.flatMap(openAIContent)
  return { role: 'user', content: content.every(({ type }) => type === 'text') ? textOf(parts) : content }
}

function openAIContent(part: ChatPart): OpenAIContentPart[] {
  if (part.type === 'text') return [{ type: 'text', text: part.text }]
  if (part.type !== 'file') return []
  const { url, mediaType, filename } = part
  if (mediaType.startsWith('image/')) return [{ type: 'image_url', image_url: { url } }]
  const format = audioFormats.get(mediaType)
  const data = base64Of(url)
  if (format !== undefined && data !== undefined) return [{ type: 'input_audio', input_audio: { data, format } }]
  const id = /^openai-file:(.+)$/s.exec(url)?.[1]
  const file = id === undefined ? { file_data: url } : { file_id: id }
  return [{ type: 'file', file: { ...file, ...(filename === undefined ? {} : { filename }) } }]
}

const audioFormats: ReadonlyMap<string, 'wav' | 'mp3'> = new Map([
  ['audio/wav', 'wav'],
  ['audio/x-wav', 'wav'],
  ['audio/mpeg', 'mp3'],
  ['audio/mp3', 'mp3'],
])

/** One call of the provider: what it said, and the outputs of the tools that it called. */
function openAIStep(parts: readonly ChatPart[]): OpenAIMessage[] {
  const calls = parts.filter(isCall)
  const content = textOf(parts)
  if (calls.length === 0) return content === '' ? [] : [{ role: 'assistant', content }]
  return [
    { role: 'assistant', content: content === '' ? null : content, tool_calls: calls.map(openAICall) },
    ...calls.map((call) => ({ role: 'tool' as const, tool_call_id: call.toolCallId, content: resultOf(call).text })),
  ]
}

function openAICall({ toolCallId, toolName, input }: ToolPart): OpenAIToolCall {
  return { id: toolCallId, type: 'function', function: { name: toolName, arguments: JSON.stringify(input ?? {}) } }
}

/** A block of a message for Anthropic. */
export type AnthropicBlock =
  | { type: 'text'; text: string }
  | { type: 'thinking'; thinking: string; signature: string }
  | { type: 'redacted_thinking'; data: string }
  | { type: 'image'; source: AnthropicImage }
  | { type: 'document'; source: AnthropicDocument; title?: string }
  | { type: 'tool_use'; id: string; name: string; input: unknown }
  | { type: 'tool_result'; tool_use_id: string; content: string; is_error?: true }

const imageTypes = ['image/jpeg', 'image/png', 'image/gif', 'image/webp'] as const

/** An image of a message for Anthropic. */
export type AnthropicImage =
  | { type: 'base64'; media_type: 'image/jpeg' | 'image/png' | 'image/gif' | 'image/webp'; data: string }
  | { type: 'url'; url: string }
/** A document of a message for Anthropic. */
export type AnthropicDocument =
  | { type: 'base64'; media_type: 'application/pdf'; data: string }
  | { type: 'url'; url: string }

/** A message for Anthropic. */
export interface AnthropicMessage {
  role: 'user' | 'assistant'
  content: AnthropicBlock[]
}

/** A conversation for Anthropic: its system prompts stand beside the messages. */
export interface AnthropicConversation {
  /** All system prompts, a blank line between them; empty where there are none. */
  system: string
  messages: AnthropicMessage[]
}

/**
 * A conversation for Anthropic messages. Each message with tool calls is followed by their results, as one message of
 * the user's; a call without an output (a turn that was stopped) gets an error. Messages of one role that follow each
 * other become one, and thinking goes back only with the signature that it came with.
 */
export function toAnthropicMessages(messages: readonly ChatMessage[]): AnthropicConversation {
  const conversation: AnthropicMessage[] = []
  for (const { role, parts } of messages) {
    if (role === 'user') add(conversation, role, parts.flatMap(anthropicContent))
    if (role === 'assistant') for (const step of stepsOf(parts)) addStep(conversation, step)
  }
  const system = messages.filter(({ role }) => role === 'system').map(({ parts }) => textOf(parts))
  return { system: system.join('\n\n'), messages: conversation }
}

function addStep(conversation: AnthropicMessage[], parts: readonly ChatPart[]): void {
  const calls = parts.filter(isCall)
  const uses = calls.map((call) => ({
    type: 'tool_use' as const,
    id: call.toolCallId,
    name: call.toolName,
    input: anthropicInput(call.input),
  }))
  add(conversation, 'assistant', [...parts.flatMap(anthropicContent), ...uses])
  add(conversation, 'user', calls.map(anthropicResult))
}

/** Anthropic takes objects only: the text of an input that was cut off is no object. */
function anthropicInput(input: unknown): unknown {
  return typeof input === 'object' && input !== null && !Array.isArray(input) ? input : { input: input ?? null }
}

function anthropicResult(call: ToolPart): AnthropicBlock {
  const { text, isError } = resultOf(call)
  return { type: 'tool_result', tool_use_id: call.toolCallId, content: text, ...(isError ? { is_error: true } : {}) }
}

function add(conversation: AnthropicMessage[], role: AnthropicMessage['role'], content: AnthropicBlock[]): void {
  if (content.length === 0) return
  const last = conversation.at(-1)
  if (last?.role === role) last.content.push(...content)
  else conversation.push({ role, content })
}

/** Empty text is refused by the provider, so it is left out. */
function anthropicContent(part: ChatPart): AnthropicBlock[] {
  if (part.type === 'text') return part.text === '' ? [] : [{ type: 'text', text: part.text }]
  if (part.type === 'reasoning') return anthropicThinking(part)
  return part.type === 'file' ? anthropicFile(part) : []
}

function anthropicThinking(part: { readonly text: string }): AnthropicBlock[] {
  const signature = metadataOf(part, 'signature')
  if (signature !== undefined) return [{ type: 'thinking', thinking: part.text, signature }]
  const data = metadataOf(part, 'redactedData')
  return data === undefined ? [] : [{ type: 'redacted_thinking', data }]
}

/** What the provider gave with a part, as `ai` keeps it: `providerMetadata.anthropic`. */
function metadataOf(part: object, name: string): string | undefined {
  const value = fieldOf(fieldOf(fieldOf(part, 'providerMetadata'), 'anthropic'), name)
  return typeof value === 'string' ? value : undefined
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined
}

/** Files of other types have no block: those are left out. */
function anthropicFile({
  url,
  mediaType,
  filename,
}: {
  url: string
  mediaType: string
  filename?: string
}): AnthropicBlock[] {
  const data = base64Of(url)
  const imageType = imageTypes.find((type) => type === mediaType)
  const title = filename === undefined ? {} : { title: filename }
  if (data === undefined && /^https?:/i.test(url)) {
    const source = { type: 'url' as const, url }
    if (mediaType.startsWith('image/')) return [{ type: 'image', source }]
    return mediaType === 'application/pdf' ? [{ type: 'document', source, ...title }] : []
  }
  if (data === undefined) return []
  if (imageType !== undefined) return [{ type: 'image', source: { type: 'base64', media_type: imageType, data } }]
  if (mediaType !== 'application/pdf') return []
  return [{ type: 'document', source: { type: 'base64', media_type: mediaType, data }, ...title }]
}

/**
 * The calls of the provider that a message came from: each ends with its tool calls, so that what was said after their
 * outputs is not put before them.
 */
function stepsOf(parts: readonly ChatPart[]): readonly (readonly ChatPart[])[] {
  const steps: ChatPart[][] = [[]]
  for (const part of parts) {
    const step = steps.at(-1) ?? []
    const isNext = part.type === 'step-start' || (speaks(part) && step.some(isCall))
    if (isNext) steps.push([part])
    else step.push(part)
  }
  return steps
}

function speaks(part: ChatPart): boolean {
  return part.type === 'text' || part.type === 'reasoning'
}

/** Calls that the provider ran itself are its own matter, and so are their outputs. */
function isCall(part: ChatPart): part is ToolPart {
  return part.type === 'dynamic-tool' && part.providerExecuted !== true
}

function resultOf(call: ToolPart): Result {
  switch (call.state) {
    case 'output-available':
      return { text: textOfOutput(call.output), isError: false }
    case 'output-error':
      return { text: call.errorText, isError: true }
    case 'output-denied':
      return { text: call.approval.reason ?? 'The call was not approved.', isError: true }
    case 'approval-responded':
      return {
        text: call.approval.approved ? noOutput : (call.approval.reason ?? 'The call was not approved.'),
        isError: true,
      }
    default:
      return { text: noOutput, isError: true }
  }
}

const noOutput = 'The call has no output: it was stopped before it ended.'

function textOfOutput(output: unknown): string {
  return typeof output === 'string' ? output : JSON.stringify(output ?? null)
}

function textOf(parts: readonly ChatPart[]): string {
  return parts.map((part) => (part.type === 'text' ? part.text : '')).join('')
}

function base64Of(url: string): string | undefined {
  return /^data:[^,]*;base64,(.*)$/is.exec(url)?.[1]
}
