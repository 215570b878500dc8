// TEMPORARY
import type { ProtocolName } from '../../chat-model/index.ts'
import type { Strings } from '../../server/index.ts'
import type { ParsedRequest } from './chat-request.ts'

export function parseChatRequest(protocol: ProtocolName, body: any, { headers }: { headers: Strings; query: Strings }): ParsedRequest {
  return { protocol, chatId: body.id, trigger: 'submit', messageId: undefined, messages: body.messages, tools: [], model: undefined, settings: {}, wantsStream: true, extra: {}, runKey: headers['idempotency-key'], clientRunId: undefined, clientTools: undefined, continued: undefined, options: undefined }
}
