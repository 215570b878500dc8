// What tests of conversations share: a chat that comes back at once, and what is said in it as text.
import type { ChatHandler } from '../../../src/ai/index.ts'
import { createChat, type Chat, type ChatMessage, type CreateChatOptions } from '../../../src/chat/index.ts'

/** Opens a chat that tries again at once. */
export function openChat(options: CreateChatOptions): Chat {
  return createChat({ retry: { minMs: 0 }, ...options })
}

/** What is said in a conversation, as text. */
export function texts(messages: readonly ChatMessage[]): string[] {
  return messages.map(({ role, parts }) => {
    const said = parts.map((part) => (part.type === 'text' ? part.text : '')).join('')
    return `${role}: ${said}`
  })
}

export function lastText(conversation: Chat): string | undefined {
  return texts(conversation.getSnapshot().messages).at(-1)
}

/** Repeats what the user has said last, and counts the answers. */
export function echo(): ChatHandler {
  let count = 0
  return async function* ({ messages }) {
    count += 1
    yield `${count}: ${texts(messages).at(-1)}`
  }
}
