// Requests of AG-UI (`HttpAgent`, CopilotKit) and TanStack AI.
import type { ChatMessage, ChatPart } from '../../chat-model/index.ts'
import type { ChatTool, ParsedRequest, RequestParts } from './chat-request.ts'
import {
  isFields,
  optional,
  own,
  readChatId,
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
import { readTools, toolOf } from './setting.ts'
import { checkParts } from './size.ts'

const roles = ['developer', 'system', 'user', 'assistant', 'tool', 'activity', 'reasoning'] as const

/** Reads `{ threadId, runId, messages, tools, state, context, forwardedProps, resume }`. */
export function parseAgUi(body: Fields, parts: RequestParts): ParsedRequest {
  const chatId = readChatId(own(body, 'threadId'), 'threadId')
  const clientRunId = optional(own(body, 'runId') ?? parts.headers['x-run-id'], 'runId', readId)
  const history = new History(parts.limits.maxDepth)
  for (const [index, message] of readMessages(own(body, 'messages'), parts, 'messages').entries()) {
    readMessage(message, `messages[${index}]`, history, parts)
  }
  const resume = optional(own(body, 'resume'), 'resume', readList) ?? []
  answer(resume, history)
  const continued = resume.length > 0 ? lastOfAssistant(history.messages) : history.continued
  const tools = readTools(own(body, 'tools'), readTool)
  const read = {
    protocol: 'ag-ui' as const,
    chatId,
    messages: history.messages,
    continued,
    tools,
    clientTools: namesOf(tools),
    extra: without(body, ['threadId', 'runId', 'messages', 'tools']),
  }
  const key = clientRunId === undefined ? {} : { clientRunId, runKey: clientRunId }
  return finish({ ...read, ...key, ...(resume.length > 0 ? { trigger: 'continue' } : {}) }, parts)
}

function readTool(tool: Fields, path: string): ChatTool {
  return toolOf(tool, 'parameters', path, tool)
}

function lastOfAssistant(messages: readonly ChatMessage[]): ChatMessage | undefined {
  return messages.findLast(({ role }) => role === 'assistant')
}

/**
 * A person's words to interrupts. AG-UI's messages do not hold which call an interrupt was about: it is the call of that
 * id, or the only one that is open; else the words are in `extra.resume` alone.
 */
function answer(resume: readonly unknown[], history: History): void {
  const open = history.openCalls()
  for (const [index, value] of resume.entries()) {
    const path = `resume[${index}]`
    const entry = readFields(value, path)
    const id = readId(own(entry, 'interruptId'), `${path}.interruptId`)
    const status = readWord(own(entry, 'status'), ['resolved', 'cancelled'], `${path}.status`)
    const payload = own(entry, 'payload')
    const approved =
      status === 'resolved' && !(payload === false || (isFields(payload) && own(payload, 'approved') === false))
    const only = open.length === 1 ? open[0] : undefined
    const callId = open.includes(id) ? id : only
    if (callId === undefined) continue
    history.requestApproval(id, callId, path)
    history.respond(id, approved, undefined, path)
  }
}

function readMessage(message: Fields, path: string, history: History, parts: RequestParts): void {
  const role = readWord(own(message, 'role'), roles, `${path}.role`)
  const id = optional(own(message, 'id'), `${path}.id`, readId)
  if (role === 'tool') return readOutput(message, path, history)
  if (role === 'activity') {
    const name = readId(own(message, 'activityType'), `${path}.activityType`)
    const data = own(message, 'content') ?? null
    return void history.add('assistant', [{ type: `data-${name}`, ...(id === undefined ? {} : { id }), data }], id)
  }
  if (role === 'reasoning') {
    const text = optional(own(message, 'content'), `${path}.content`, readText) ?? ''
    const encryptedValue = optional(own(message, 'encryptedValue'), `${path}.encryptedValue`, readText)
    const metadata = encryptedValue === undefined ? {} : { providerMetadata: { 'ag-ui': { encryptedValue } } }
    return void history.add('assistant', [{ type: 'reasoning', text, ...metadata }], id)
  }
  const content = readContent(own(message, 'content'), `${path}.content`, parts)
  const added = history.add(role === 'developer' ? 'system' : role, content, id)
  if (role === 'assistant') addCalls(message, path, added, history)
}

function readOutput(message: Fields, path: string, history: History): void {
  const callId = readId(own(message, 'toolCallId'), `${path}.toolCallId`)
  const errorText = optional(own(message, 'error'), `${path}.error`, readText)
  const output = own(message, 'content') ?? ''
  const outcome =
    errorText === undefined
      ? { state: 'output-available' as const, output }
      : { state: 'output-error' as const, errorText }
  history.settle(callId, outcome, `${path}.toolCallId`)
}

function addCalls(message: Fields, path: string, added: ChatMessage, history: History): void {
  const calls = optional(own(message, 'toolCalls'), `${path}.toolCalls`, readList) ?? []
  for (const [index, value] of calls.entries()) {
    const at = `${path}.toolCalls[${index}]`
    const call = readFields(value, at)
    const fields = readFields(own(call, 'function'), `${at}.function`)
    const text = readText(own(fields, 'arguments'), `${at}.function.arguments`)
    const name = readId(own(fields, 'name'), `${at}.function.name`)
    const id = readId(own(call, 'id'), `${at}.id`)
    history.append(added, callPart(id, name, history.inputOf(text, `${at}.function.arguments`)))
  }
}

function readContent(content: unknown, path: string, { limits }: RequestParts): readonly ChatPart[] {
  if (content === undefined || content === '') return []
  if (typeof content === 'string') return [{ type: 'text', text: content }]
  const list = readList(content, path)
  checkParts(list, limits, path)
  return list.map((part, index) => readPart(readFields(part, `${path}[${index}]`), `${path}[${index}]`))
}

function readPart(part: Fields, path: string): ChatPart {
  const type = readWord(own(part, 'type'), ['text', 'image', 'audio', 'video', 'document', 'binary'], `${path}.type`)
  if (type === 'text') return { type, text: readText(own(part, 'text') ?? own(part, 'content'), `${path}.text`) }
  if (type === 'binary') return readBinary(part, path)
  const at = `${path}.source`
  const source = readFields(own(part, 'source'), at)
  const kind = readWord(own(source, 'type'), ['data', 'url'], `${at}.type`)
  const value = readText(own(source, 'value'), `${at}.value`)
  const mediaType = optional(own(source, 'mimeType'), `${at}.mimeType`, readText)
  const family = type === 'document' ? 'application/octet-stream' : `${type}/*`
  if (kind === 'data') return dataFile(value, mediaType ?? family)
  return fileOf(value, mediaType ?? family)
}

function readBinary(part: Fields, path: string): ChatPart {
  const mediaType = readText(own(part, 'mimeType'), `${path}.mimeType`)
  const filename = optional(own(part, 'filename'), `${path}.filename`, readText)
  const data = optional(own(part, 'data'), `${path}.data`, readText)
  if (data !== undefined) return dataFile(data, mediaType, filename)
  const url = optional(own(part, 'url'), `${path}.url`, readText)
  if (url !== undefined) return fileOf(url, mediaType, filename)
  if (own(part, 'id') === undefined) throw refusal(path, 'must have data, a url or an id')
  return fileOf(`ag-ui-file:${readId(own(part, 'id'), `${path}.id`)}`, mediaType, filename)
}
