// Which protocol a request speaks, where one path serves several.
import type { ProtocolName } from '../../chat-model/index.ts'
import { err } from '../../server/index.ts'
import { isFields, own, type Fields } from './field.ts'

/** What tells a request's protocol. */
export interface Detectable {
  readonly query: URLSearchParams
  /** By lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: unknown
  /** Those that the route serves; the first fits where a request fits several. */
  readonly protocols: readonly ProtocolName[]
}

/**
 * The protocol of a request: as its query says, its `Accept`, its `anthropic-version`, or the shape of its body. A route
 * of one protocol asks nothing.
 *
 * @throws HttpError 400 for a protocol that the route does not serve, and for a body of no known shape
 */
export function detectProtocol(request: Detectable): ProtocolName {
  const { protocols, query } = request
  const named = query.get('protocol')
  if (named !== null) return servedOr(protocols, named)
  const [only] = protocols
  if (only !== undefined && protocols.length === 1) return only
  const found = candidates(request).find((name) => protocols.includes(name))
  if (found !== undefined) return found
  const messages = isFields(request.body) ? own(request.body, 'messages') : undefined
  if (messages !== undefined && !(Array.isArray(messages) && messages.length > 0))
    throw err.badRequest('messages must be a list of at least one message.')
  throw err.badRequest(
    'The protocol of the request is not known. Looked for: ?protocol=, Accept (text/plain, tidings=1), the header ' +
      'anthropic-version, and in the body threadId with runId, input, previous_response_id, messages[].parts, ' +
      `messages[].content, prompt. Served here: ${protocols.join(', ')}.`,
  )
}

function servedOr(protocols: readonly ProtocolName[], named: string): ProtocolName {
  const found = protocols.find((name) => name === named)
  if (found !== undefined) return found
  throw err.badRequest(
    `?protocol=${JSON.stringify(named.slice(0, 64))} is not served here. Served: ${protocols.join(', ')}.`,
  )
}

/** In the order of preference. */
function candidates({ headers, body, protocols }: Detectable): readonly ProtocolName[] {
  return [...fromHeaders(headers), ...(isFields(body) ? fromBody(body, protocols) : [])]
}

function fromHeaders(headers: Detectable['headers']): readonly ProtocolName[] {
  const accept = (headers['accept'] ?? '').toLowerCase()
  const found: ProtocolName[] = []
  if (/(?:^|,)\s*text\/plain\s*(?:[;,]|$)/.test(accept)) found.push('text')
  if (/;\s*tidings\s*=\s*"?1"?\s*(?:[;,]|$)/.test(accept)) found.push('events')
  if (headers['anthropic-version'] !== undefined) found.push('anthropic')
  return found
}

/** A body has one shape: the first that fits decides, and a protocol that is not served is not taken for another. */
function fromBody(body: Fields, protocols: readonly ProtocolName[]): readonly ProtocolName[] {
  const has = (name: string): boolean => own(body, name) !== undefined
  if (has('threadId') && has('runId')) return ['ag-ui']
  if (has('input') || has('previous_response_id')) return ['openai-responses']
  const messages = own(body, 'messages')
  const list = Array.isArray(messages) ? messages.filter(isFields) : []
  if (list.some((message) => own(message, 'parts') !== undefined)) return ['ui-message']
  if (list.some((message) => Object.hasOwn(message, 'content'))) return [contentProtocol(body, list)]
  return has('prompt') ? protocols.filter((name) => name === 'text' || name === 'ui-message') : []
}

const openAIFields = [
  'max_completion_tokens',
  'frequency_penalty',
  'presence_penalty',
  'response_format',
  'stream_options',
  'reasoning_effort',
  'parallel_tool_calls',
  'logprobs',
  'logit_bias',
  'functions',
  'seed',
  'stop',
  'n',
  'user',
]
const openAIRoles = ['system', 'developer', 'tool', 'function']

/** Only `max_tokens` is required in one and optional in the other: fields and roles of OpenAI decide against it. */
function contentProtocol(body: Fields, messages: readonly Fields[]): ProtocolName {
  const isOpenAI =
    openAIFields.some((name) => own(body, name) !== undefined) ||
    messages.some(
      (message) =>
        openAIRoles.some((role) => role === own(message, 'role')) || own(message, 'tool_calls') !== undefined,
    ) ||
    hasFunctions(own(body, 'tools'))
  return own(body, 'max_tokens') !== undefined && !isOpenAI ? 'anthropic' : 'openai-chat'
}

function hasFunctions(tools: unknown): boolean {
  return Array.isArray(tools) && tools.some((tool) => isFields(tool) && own(tool, 'type') === 'function')
}
