// Compiled by other-servers.real.test.ts: our transport, and our messages, by the types of `ai`.
import type { ChatTransport, UIMessage } from '../../../chat-clients/node_modules/ai/dist/index.js'
import { createChatTransport, type ChatMessage } from '../../../src/chat/index.ts'

export const transport: ChatTransport<UIMessage> = createChatTransport({ api: '/chat' })

export function toUiMessages(messages: readonly ChatMessage[]): readonly UIMessage[] {
  return messages
}

// @ts-expect-error -- what has no `sendMessages` is no transport
export const nothing: ChatTransport<UIMessage> = { resumeStreamIsReplay: true }
