// Requests of AI SDK UI (`useChat`, `useCompletion`, `WorkflowChatTransport`), and of our own client, which sends the same.
import type { ChatMessage } from '../../chat-model/index.ts'
import type { ParsedRequest, RequestParts } from './chat-request.ts'
import {
  optional,
  own,
  readChatId,
  readFields,
  readId,
  readList,
  readText,
  readWord,
  without,
  type Fields,
} from './field.ts'
import { finish, lastAssistant, readMessages } from './finish.ts'
import { checkParts } from './size.ts'
import { readUiPart } from './ui-part.ts'

const triggers = ['submit-message', 'regenerate-message', 'submit', 'regenerate', 'continue'] as const

/** Reads `{ id, messages, trigger, messageId }`, or `{ prompt }`. */
export function parseUiMessage(
  protocol: 'ui-message' | 'text' | 'events',
  body: Fields,
  parts: RequestParts,
): ParsedRequest {
  const chatId = optional(own(body, 'id'), 'id', readChatId)
  const messages = readConversation(body, parts)
  const trigger = optional(own(body, 'trigger'), 'trigger', (value, path) => readWord(value, triggers, path))
  const messageId = optional(own(body, 'messageId'), 'messageId', readId)
  const isRegenerate = trigger === 'regenerate-message' || trigger === 'regenerate'
  const continued = isRegenerate ? undefined : lastAssistant(messages)
  // `messageId` of a new message is the user's own, which was edited: it stays in `extra`.
  const taken = ['id', 'messages', 'prompt', 'trigger', ...(isRegenerate ? ['messageId'] : [])]
  const read = {
    protocol,
    messages,
    continued,
    extra: without(body, taken),
    ...(chatId === undefined ? {} : { chatId }),
  }
  const asked = protocol === 'events' ? { wantsStream: own(body, 'stream') !== false } : {}
  return finish({ ...read, ...asked, ...(isRegenerate ? { trigger: 'regenerate', messageId } : {}) }, parts)
}

function readConversation(body: Fields, parts: RequestParts): ChatMessage[] {
  const prompt = own(body, 'prompt')
  if (own(body, 'messages') === undefined && prompt !== undefined) return [promptMessage(prompt, parts)]
  return readMessages(own(body, 'messages'), parts, 'messages').map((message, index) =>
    readMessage(message, index, parts),
  )
}

/** A prompt of `useCompletion`, as the one message of a conversation. */
function promptMessage(prompt: unknown, parts: RequestParts): ChatMessage {
  readMessages([{ prompt }], parts, 'prompt')
  return { id: 'message-0', role: 'user', parts: [{ type: 'text', text: readText(prompt, 'prompt') }] }
}

function readMessage(message: Fields, index: number, { limits }: RequestParts): ChatMessage {
  const path = `messages[${index}]`
  const id = optional(own(message, 'id'), `${path}.id`, readId) ?? `message-${index}`
  const role = readWord(own(message, 'role'), ['system', 'user', 'assistant'], `${path}.role`)
  const list = readList(own(message, 'parts'), `${path}.parts`)
  checkParts(list, limits, `${path}.parts`)
  const read = list.map((part, place) => {
    const at = `${path}.parts[${place}]`
    return readUiPart(readFields(part, at), at)
  })
  const metadata = own(message, 'metadata')
  return { id, role, parts: read, ...(metadata === undefined ? {} : { metadata }) }
}
