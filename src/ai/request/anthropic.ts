// Requests of Anthropic messages.
import type { ChatMessage, ChatPart } from '../../chat-model/index.ts'
import type { ChatSettings, ChatTool, ParsedRequest, RequestParts } from './chat-request.ts'
import {
  defined,
  isFields,
  optional,
  own,
  readFields,
  readId,
  readList,
  readText,
  readWord,
  refusal,
  without,
  type Fields,
} from './field.ts'
import { finish, namesOf, readMessages } from './finish.ts'
import { callPart, History, type CallOutcome } from './history.ts'
import { dataFile, fileOf } from './media.ts'
import { booleanOf, choiceOf, formatOf, numberOf, readTools, textOf, toolOf, wordsOf } from './setting.ts'
import { checkMessages, checkParts } from './size.ts'

const taken = [
  'system',
  'messages',
  'model',
  'tools',
  'stream',
  'max_tokens',
  'temperature',
  'top_p',
  'stop_sequences',
  'tool_choice',
]

/** Reads `{ model, system, messages, tools, ... }`; `thinking` and `output_config` stay in `extra`, too. */
export function parseAnthropic(body: Fields, parts: RequestParts): ParsedRequest {
  const history = new History(parts.limits.maxDepth)
  readSystem(body, history, parts)
  const list = readMessages(own(body, 'messages'), parts, 'messages')
  let hasResult = false
  for (const [index, message] of list.entries()) hasResult = readMessage(message, `messages[${index}]`, history, parts)
  const tools = readTools(own(body, 'tools'), (tool, path) => toolOf(tool, 'input_schema', path, tool))
  const read = {
    protocol: 'anthropic' as const,
    messages: history.messages,
    continued: history.continued,
    tools,
    clientTools: namesOf(tools.filter(isClients)),
    model: textOf(body, 'model'),
    settings: readSettings(body),
    wantsStream: booleanOf(body, 'stream') === true,
    extra: without(body, taken),
  }
  return finish({ ...read, ...(hasResult ? { trigger: 'continue' } : {}) }, parts)
}

/** Tools with a type of their own are the provider's to run, or known to its clients by that type; `custom` is the default. */
function isClients({ raw }: ChatTool): boolean {
  const type = isFields(raw) ? own(raw, 'type') : undefined
  return typeof type !== 'string' || !/^(?:web_|code_execution|tool_search|mcp_)/.test(type)
}

function readSystem(body: Fields, history: History, parts: RequestParts): void {
  const system = own(body, 'system')
  if (system === undefined) return
  checkMessages([system], parts.limits, 'system')
  const content = readBlocks(system, 'system', parts)
  history.add(
    'system',
    content.map((block, index) => readPart(block, `system[${index}]`)),
    undefined,
  )
}

function readSettings(body: Fields): ChatSettings {
  const choice = own(body, 'tool_choice')
  const output = own(body, 'output_config')
  const config = isFields(output) ? output : {}
  const effort = own(config, 'effort')
  const isAlone = isFields(choice) && own(choice, 'disable_parallel_tool_use') === true
  return defined({
    maxOutputTokens: numberOf(body, 'max_tokens'),
    temperature: numberOf(body, 'temperature'),
    topP: numberOf(body, 'top_p'),
    stop: wordsOf(body, 'stop_sequences'),
    reasoningEffort: typeof effort === 'string' ? effort : undefined,
    responseFormat: formatOf(own(config, 'format')),
    toolChoice: choiceOf(choice),
    parallelToolCalls: isAlone ? false : undefined,
  })
}

/** Returns whether a tool's result was in it. A message of results alone adds no message: they belong to their calls. */
function readMessage(message: Fields, path: string, history: History, parts: RequestParts): boolean {
  const role = readWord(own(message, 'role'), ['user', 'assistant', 'system'], `${path}.role`)
  const blocks = readBlocks(own(message, 'content'), `${path}.content`, parts)
  const isOfResults = role === 'user' && blocks.length > 0 && blocks.every(isResult)
  for (const [index, block] of blocks.entries()) {
    if (isResult(block)) settle(block, `${path}.content[${index}]`, history, parts)
  }
  if (isOfResults) return true
  const added = history.add(role, [], undefined)
  for (const [index, block] of blocks.entries()) {
    if (!isResult(block)) addBlock(block, `${path}.content[${index}]`, added, history, parts)
  }
  return role === 'user' && blocks.some(isResult)
}

function isResult(block: Fields): boolean {
  return own(block, 'type') === 'tool_result'
}

function addBlock(block: Fields, path: string, added: ChatMessage, history: History, parts: RequestParts): void {
  const type = readText(own(block, 'type'), `${path}.type`)
  if (type === 'tool_use' || type === 'server_tool_use' || type === 'mcp_tool_use') {
    const call = callPart(
      readId(own(block, 'id'), `${path}.id`),
      readId(own(block, 'name'), `${path}.name`),
      own(block, 'input') ?? {},
    )
    history.append(added, type === 'tool_use' ? call : { ...call, providerExecuted: true })
  } else if (type.endsWith('_tool_result')) settle(block, path, history, parts)
  else history.append(added, readPart(block, path))
}

function settle(block: Fields, path: string, history: History, parts: RequestParts): void {
  const callId = readId(own(block, 'tool_use_id'), `${path}.tool_use_id`)
  history.settle(callId, outcomeOf(block, path, parts), `${path}.tool_use_id`)
}

/** A result of text alone is that text; any other is its blocks, as they came. */
function outcomeOf(block: Fields, path: string, { limits }: RequestParts): CallOutcome {
  const content = own(block, 'content') ?? ''
  if (Array.isArray(content)) checkParts(content, limits, `${path}.content`)
  const text = Array.isArray(content) ? joinedText(content) : content
  if (own(block, 'is_error') === true) {
    return { state: 'output-error', errorText: typeof text === 'string' ? text : JSON.stringify(content) }
  }
  return { state: 'output-available', output: text ?? content }
}

function joinedText(content: readonly unknown[]): string | undefined {
  const texts = content.map((block) =>
    isFields(block) && own(block, 'type') === 'text' ? own(block, 'text') : undefined,
  )
  return texts.every((text) => typeof text === 'string') ? texts.join('') : undefined
}

function readBlocks(content: unknown, path: string, { limits }: RequestParts): readonly Fields[] {
  if (typeof content === 'string') return content === '' ? [] : [{ type: 'text', text: content }]
  const list = readList(content, path)
  checkParts(list, limits, path)
  return list.map((block, index) => readFields(block, `${path}[${index}]`))
}

function readPart(block: Fields, path: string): ChatPart {
  const type = readText(own(block, 'type'), `${path}.type`)
  if (type === 'text') return { type, text: readText(own(block, 'text'), `${path}.text`) }
  if (type === 'thinking' || type === 'redacted_thinking') return readThinking(block, type, path)
  if (type === 'image' || type === 'document') {
    return readSource(
      readFields(own(block, 'source'), `${path}.source`),
      type,
      optional(own(block, 'title'), `${path}.title`, readText),
      `${path}.source`,
    )
  }
  if (type === 'search_result' || type === 'container_upload') return { type: `data-${type}`, data: block }
  throw refusal(`${path}.type`, `is ${JSON.stringify(type.slice(0, 64))}, which is not the type of a block`)
}

/** The signature goes back to the provider as `ai` does it, in the metadata of the part. */
function readThinking(block: Fields, type: 'thinking' | 'redacted_thinking', path: string): ChatPart {
  if (type === 'redacted_thinking') {
    const redactedData = readText(own(block, 'data'), `${path}.data`)
    return withMetadata({ type: 'reasoning', text: '' }, { redactedData })
  }
  const text = readText(own(block, 'thinking'), `${path}.thinking`)
  const signature = optional(own(block, 'signature'), `${path}.signature`, readText)
  return withMetadata({ type: 'reasoning', text }, signature === undefined ? undefined : { signature })
}

function withMetadata(part: ChatPart, anthropic: object | undefined): ChatPart {
  return anthropic === undefined ? part : Object.assign(part, { providerMetadata: { anthropic } })
}

function readSource(
  source: Fields,
  family: 'image' | 'document',
  filename: string | undefined,
  path: string,
): ChatPart {
  const type = readWord(own(source, 'type'), ['base64', 'text', 'url', 'file', 'content'], `${path}.type`)
  const unknownType = family === 'image' ? 'image/*' : 'application/pdf'
  if (type === 'url') return fileOf(readText(own(source, 'url'), `${path}.url`), unknownType, filename)
  if (type === 'file')
    return fileOf(`anthropic-file:${readId(own(source, 'file_id'), `${path}.file_id`)}`, unknownType, filename)
  if (type === 'content') return { type: 'data-document', data: source }
  const mediaType = readText(own(source, 'media_type'), `${path}.media_type`)
  const data = readText(own(source, 'data'), `${path}.data`)
  if (type === 'base64') return dataFile(data, mediaType, filename)
  return fileOf(
    `data:${mediaType},${encodeURIComponent(data.replaceAll(/\p{Surrogate}/gu, '\uFFFD'))}`,
    mediaType,
    filename,
  )
}
