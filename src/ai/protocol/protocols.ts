// All protocols, by name.
import type { ProtocolName } from '../../chat-model/index.ts'
import { eventsProtocol } from './events.ts'
import { openAiChatProtocol } from './openai-chat.ts'
import type { ChatProtocol } from './protocol.ts'
import { textProtocol } from './text.ts'
import { uiMessageProtocol } from './ui-message.ts'

/** The protocols that answers are written in. */
export const protocols: Readonly<Partial<Record<ProtocolName, ChatProtocol>>> = {
  'ui-message': uiMessageProtocol,
  text: textProtocol,
  events: eventsProtocol,
  'openai-chat': openAiChatProtocol,
}
