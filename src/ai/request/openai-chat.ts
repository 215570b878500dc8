// Requests of OpenAI chat completions.
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
import { callPart, History } from './history.ts'
import { dataFile, fileOf } from './media.ts'
import { booleanOf, choiceOf, formatOf, numberOf, readTools, textOf, toolOf, wordsOf } from './setting.ts'
import { checkParts } from './size.ts'

const roles = ['system', 'developer', 'user', 'assistant', 'tool', 'function'] as const
const taken = [
  'messages',
  'model',
  'tools',
  'stream',
  'max_completion_tokens',
  'max_tokens',
  'temperature',
  'top_p',
  'stop',
  'seed',
  'reasoning_effort',
  'response_format',
  'tool_choice',
  'parallel_tool_calls',
]

/** Reads `{ model, messages, tools, ... }`; `text` is answered as plain text. */
export function parseOpenAIChat(protocol: 'openai-chat' | 'text', body: Fields, parts: RequestParts): ParsedRequest {
  const history = new History(parts.limits.maxDepth)
  for (const [index, message] of readMessages(own(body, 'messages'), parts, 'messages').entries()) {
    readMessage(message, `messages[${index}]`, history, parts)
  }
  const tools = readTools(own(body, 'tools'), readTool)
  const usage = own(body, 'stream_options')
  const read = {
    protocol,
    messages: history.messages,
    continued: history.continued,
    tools,
    clientTools: namesOf(tools),
    model: textOf(body, 'model'),
    settings: readSettings(body),
    wantsStream: protocol === 'text' || booleanOf(body, 'stream') === true,
    extra: without(body, taken),
  }
  const options = isFields(usage) && own(usage, 'include_usage') === true ? { include_usage: true } : {}
  return finish({ ...read, options }, parts)
}

function readSettings(body: Fields): ChatSettings {
  return defined({
    maxOutputTokens: numberOf(body, 'max_completion_tokens') ?? numberOf(body, 'max_tokens'),
    temperature: numberOf(body, 'temperature'),
    topP: numberOf(body, 'top_p'),
    stop: wordsOf(body, 'stop'),
    seed: numberOf(body, 'seed'),
    reasoningEffort: textOf(body, 'reasoning_effort'),
    responseFormat: formatOf(own(body, 'response_format')),
    toolChoice: choiceOf(own(body, 'tool_choice')),
    parallelToolCalls: booleanOf(body, 'parallel_tool_calls'),
  })
}

function readTool(tool: Fields, path: string): ChatTool {
  const kind = own(tool, 'type') === 'custom' ? 'custom' : 'function'
  return toolOf(readFields(own(tool, kind), `${path}.${kind}`), 'parameters', `${path}.${kind}`, tool)
}

function readMessage(message: Fields, path: string, history: History, parts: RequestParts): void {
  const role = readWord(own(message, 'role'), roles, `${path}.role`)
  if (role === 'function')
    throw refusal(`${path}.role`, 'is "function"; the output of a call is a message of the role "tool"')
  const content = readContent(own(message, 'content'), `${path}.content`, parts)
  if (role === 'tool') {
    const callId = readId(own(message, 'tool_call_id'), `${path}.tool_call_id`)
    const output = content.map((part) => (part.type === 'text' ? part.text : '')).join('')
    return history.settle(callId, { state: 'output-available', output }, `${path}.tool_call_id`)
  }
  const added = history.add(role === 'developer' ? 'system' : role, [], undefined)
  if (role === 'assistant') addReasoning(message, path, added)
  added.parts.push(...content)
  if (role === 'assistant') addCalls(message, path, added, history)
}

function addReasoning(message: Fields, path: string, added: ChatMessage): void {
  const text = optional(own(message, 'reasoning_content'), `${path}.reasoning_content`, readText)
  if (text !== undefined && text !== '') added.parts.push({ type: 'reasoning', text })
}

function addCalls(message: Fields, path: string, added: ChatMessage, history: History): void {
  const refused = optional(own(message, 'refusal'), `${path}.refusal`, readText)
  if (refused !== undefined) added.parts.push({ type: 'text', text: refused })
  const calls = optional(own(message, 'tool_calls'), `${path}.tool_calls`, readList) ?? []
  for (const [index, value] of calls.entries()) {
    const at = `${path}.tool_calls[${index}]`
    const call = readFields(value, at)
    const id = readId(own(call, 'id'), `${at}.id`)
    const isCustom = own(call, 'type') === 'custom'
    const kind = isCustom ? 'custom' : 'function'
    const fields = readFields(own(call, kind), `${at}.${kind}`)
    const name = readId(own(fields, 'name'), `${at}.${kind}.name`)
    const text = readText(
      own(fields, isCustom ? 'input' : 'arguments'),
      `${at}.${kind}.${isCustom ? 'input' : 'arguments'}`,
    )
    history.append(added, callPart(id, name, isCustom ? text : history.inputOf(text, `${at}.function.arguments`)))
  }
}

function readContent(value: unknown, path: string, { limits }: RequestParts): readonly ChatPart[] {
  if (value === undefined || value === '') return []
  if (typeof value === 'string') return [{ type: 'text', text: value }]
  const list = readList(value, path)
  checkParts(list, limits, path)
  return list.map((part, index) => readPart(readFields(part, `${path}[${index}]`), `${path}[${index}]`))
}

function readPart(part: Fields, path: string): ChatPart {
  const type = readText(own(part, 'type'), `${path}.type`)
  if (type === 'text' || type === 'refusal') return { type: 'text', text: readText(own(part, type), `${path}.${type}`) }
  if (type === 'image_url') {
    const image = readFields(own(part, 'image_url'), `${path}.image_url`)
    return fileOf(readText(own(image, 'url'), `${path}.image_url.url`), 'image/*')
  }
  if (type === 'input_audio') {
    const audio = readFields(own(part, 'input_audio'), `${path}.input_audio`)
    const format = readText(own(audio, 'format'), `${path}.input_audio.format`)
    return dataFile(
      readText(own(audio, 'data'), `${path}.input_audio.data`),
      format === 'mp3' ? 'audio/mpeg' : `audio/${format}`,
    )
  }
  if (type === 'file') return readFile(readFields(own(part, 'file'), `${path}.file`), `${path}.file`)
  throw refusal(`${path}.type`, `is ${JSON.stringify(type.slice(0, 64))}, which is not the type of a part`)
}

function readFile(file: Fields, path: string): ChatPart {
  const filename = optional(own(file, 'filename'), `${path}.filename`, readText)
  const data = optional(own(file, 'file_data'), `${path}.file_data`, readText)
  if (data !== undefined) return fileOf(data, 'application/octet-stream', filename)
  return fileOf(`openai-file:${readId(own(file, 'file_id'), `${path}.file_id`)}`, 'application/octet-stream', filename)
}
