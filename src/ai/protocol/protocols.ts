// All protocols, by name.
import type { ProtocolName } from '../../chat-model/index.ts'
import { agUiProtocol } from './ag-ui.ts'
import { anthropicProtocol } from './anthropic.ts'
import { eventsProtocol } from './events.ts'
import { openAiChatProtocol } from './openai-chat.ts'
import { openAiResponsesProtocol } from './openai-responses.ts'
import type { ChatProtocol } from './protocol.ts'
import { textProtocol } from './text.ts'
import { uiMessageProtocol } from './ui-message.ts'

/** The protocols that answers are written in, in the order in which they are tried. */
export const protocols: readonly ChatProtocol[] = [
  uiMessageProtocol,
  textProtocol,
  openAiChatProtocol,
  openAiResponsesProtocol,
  anthropicProtocol,
  agUiProtocol,
  eventsProtocol,
]

const byName: ReadonlyMap<ProtocolName, ChatProtocol> = new Map(protocols.map((protocol) => [protocol.name, protocol]))

/** Their names. */
export const protocolNames: readonly ProtocolName[] = [...byName.keys()]

/** The protocol of a name. */
export function protocolOf(name: ProtocolName): ChatProtocol {
  const protocol = byName.get(name)
  if (protocol === undefined) throw new TypeError(`There is no protocol ${name}.`)
  return protocol
}
