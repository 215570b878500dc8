// Parses a request of a chat as a route would, with the parts that a test does not care about.
import type { ProtocolName } from '../../../src/chat-model/index.ts'
import { defaultRequestLimits, type ParsedRequest, type RequestParts } from '../../../src/ai/request/chat-request.ts'
import { parseChatRequest } from '../../../src/ai/request/parse.ts'

export function parse(protocol: ProtocolName, body: unknown, parts: Partial<RequestParts> = {}): ParsedRequest {
  return parseChatRequest(protocol, body, {
    headers: {},
    query: new URLSearchParams(),
    newChatId: () => 'new-chat',
    limits: defaultRequestLimits,
    ...parts,
  })
}
