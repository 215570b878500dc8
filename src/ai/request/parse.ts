// A request of any protocol, as the one shape that handlers take.
import type { ProtocolName } from '../../chat-model/index.ts'
import { parseAgUi } from './ag-ui.ts'
import { parseAnthropic } from './anthropic.ts'
import type { ParsedRequest, RequestParts } from './chat-request.ts'
import { readFields } from './field.ts'
import { parseOpenAIChat } from './openai-chat.ts'
import { parseOpenAIResponses } from './openai-responses.ts'
import { checkDepth } from './size.ts'
import { parseText } from './text.ts'
import { parseUiMessage } from './ui-message.ts'

/**
 * What a request asks, in one shape for all protocols. Nothing in it is trusted further than its shape: the messages,
 * tool outputs and approvals are what the client says they are.
 *
 * @throws HttpError 400 for a body that is not the protocol's, with the path of its first fault; 413 for one that is
 * larger than the limits
 */
export function parseChatRequest(protocol: ProtocolName, body: unknown, parts: RequestParts): ParsedRequest {
  checkDepth(body, parts.limits.maxDepth, 'The body')
  if (protocol === 'text') return parseText(body, parts)
  const fields = readFields(body, 'The body')
  if (protocol === 'openai-chat') return parseOpenAIChat(protocol, fields, parts)
  if (protocol === 'openai-responses') return parseOpenAIResponses(fields, parts)
  if (protocol === 'anthropic') return parseAnthropic(fields, parts)
  return protocol === 'ag-ui' ? parseAgUi(fields, parts) : parseUiMessage(protocol, fields, parts)
}
