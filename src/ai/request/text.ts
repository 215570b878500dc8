// Requests whose answer is plain text: `useCompletion`, `TextStreamChatTransport`, and `useObject`, which sends any JSON.
import type { ParsedRequest, RequestParts } from './chat-request.ts'
import { isFields, own } from './field.ts'
import { finish, readMessages } from './finish.ts'
import { parseOpenAIChat } from './openai-chat.ts'
import { parseUiMessage } from './ui-message.ts'

/** Reads messages of AI SDK UI or of OpenAI, a prompt, or any JSON, which becomes the text of the one message. */
export function parseText(body: unknown, parts: RequestParts): ParsedRequest {
  if (isFields(body)) {
    const messages = own(body, 'messages')
    if (Array.isArray(messages)) {
      const hasContent = messages.some((message) => isFields(message) && own(message, 'content') !== undefined)
      return hasContent ? parseOpenAIChat('text', body, parts) : parseUiMessage('text', body, parts)
    }
    if (typeof own(body, 'prompt') === 'string') return parseUiMessage('text', body, parts)
  }
  const text = typeof body === 'string' ? body : JSON.stringify(body ?? null)
  readMessages([{ body }], parts, 'body')
  return finish(
    {
      protocol: 'text',
      messages: [{ id: 'message-0', role: 'user', parts: [{ type: 'text', text }] }],
      extra: isFields(body) ? { ...body } : {},
    },
    parts,
  )
}
