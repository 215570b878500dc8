// What all protocols' requests have in common, beside their bodies.
import type { ChatMessage } from '../../chat-model/index.ts'
import type { ChatInput, ChatTool, ParsedRequest, RequestParts } from './chat-request.ts'
import { optional, readChatId, readFields, readId, readList, refusal, type Fields } from './field.ts'
import { checkMessages } from './size.ts'

/** What a protocol must say of its request; the rest has defaults. */
export type Read = Pick<ChatInput, 'protocol' | 'messages' | 'extra'> & Partial<ParsedRequest>

/** A whole request of what its protocol has read. */
export function finish(read: Read, parts: RequestParts): ParsedRequest {
  const continued = read.continued
  return {
    chatId: read.chatId ?? chatIdOf(parts),
    trigger: continued === undefined ? 'submit' : 'continue',
    messageId: continued?.id,
    continued,
    tools: [],
    model: undefined,
    settings: {},
    wantsStream: true,
    clientTools: undefined,
    runKey: optional(parts.headers['idempotency-key'], 'The header idempotency-key', readId),
    clientRunId: undefined,
    options: {},
    ...read,
  }
}

/** A non-empty list of messages of a size that is read. */
export function readMessages(value: unknown, parts: RequestParts, path: string): readonly Fields[] {
  const list = readList(value, path)
  if (list.length === 0) throw refusal(path, 'must not be empty')
  checkMessages(list, parts.limits, path)
  return list.map((message, index) => readFields(message, `${path}[${index}]`))
}

/** The names of the tools that have one. */
export function namesOf(tools: readonly ChatTool[]): readonly string[] {
  return tools.map(({ name }) => name)
}

/** The last message, where it is the assistant's. */
export function lastAssistant(messages: readonly ChatMessage[]): ChatMessage | undefined {
  const last = messages.at(-1)
  return last?.role === 'assistant' ? last : undefined
}

function chatIdOf(parts: RequestParts): string {
  return optional(parts.headers['x-chat-id'], 'The header x-chat-id', readChatId) ?? parts.newChatId()
}
