// Requests of OpenAI responses.
import type { ParsedRequest, RequestParts, ChatSettings, ChatTool } from './chat-request.ts'
import { defined, isFields, optional, own, readChatId, readId, readText, without, type Fields } from './field.ts'
import { finish, namesOf, readMessages } from './finish.ts'
import { ItemReader } from './responses-item.ts'
import { booleanOf, choiceOf, formatOf, numberOf, readTools, textOf, toolOf } from './setting.ts'
import { checkMessages } from './size.ts'

const taken = [
  'input',
  'instructions',
  'model',
  'tools',
  'stream',
  'max_output_tokens',
  'temperature',
  'top_p',
  'tool_choice',
  'parallel_tool_calls',
]

/**
 * Reads `{ model, instructions, input, ... }`. With `previous_response_id` the conversation before stands elsewhere:
 * outputs and approvals of its calls are in `extra.outputs` and `extra.approvals`, references to items in `extra.references`.
 */
export function parseOpenAIResponses(body: Fields, parts: RequestParts): ParsedRequest {
  const previous = optional(own(body, 'previous_response_id'), 'previous_response_id', readId)
  const reader = new ItemReader(parts, previous !== undefined)
  readInstructions(body, reader, parts)
  for (const [index, item] of itemsOf(body, previous, parts).entries()) reader.read(item, `input[${index}]`)
  const tools = readTools(own(body, 'tools'), readTool)
  const chatId = conversationOf(body)
  const read = {
    protocol: 'openai-responses' as const,
    messages: reader.history.messages,
    continued: reader.isAnswer ? reader.history.continued : undefined,
    tools,
    clientTools: namesOf(tools.filter(({ raw }) => !isHosted(raw))),
    model: textOf(body, 'model'),
    settings: readSettings(body),
    wantsStream: booleanOf(body, 'stream') === true,
    extra: { ...without(body, taken), ...reader.elsewhere() },
    options: {
      ...(booleanOf(body, 'background') === true && { background: true }),
      ...(previous !== undefined && { previous_response_id: previous }),
    },
  }
  return finish(
    { ...read, ...(chatId === undefined ? {} : { chatId }), ...(reader.isAnswer ? { trigger: 'continue' } : {}) },
    parts,
  )
}

function readInstructions(body: Fields, reader: ItemReader, parts: RequestParts): void {
  const instructions = textOf(body, 'instructions')
  if (instructions === undefined || instructions === '') return
  checkMessages([instructions], parts.limits, 'instructions')
  reader.history.add('system', [{ type: 'text', text: instructions }], undefined)
}

function itemsOf(body: Fields, previous: string | undefined, parts: RequestParts): readonly Fields[] {
  const input = own(body, 'input')
  if (typeof input === 'string') return readMessages([{ role: 'user', content: input }], parts, 'input')
  const isLeftOut = input === undefined || (Array.isArray(input) && input.length === 0)
  return isLeftOut && previous !== undefined ? [] : readMessages(input, parts, 'input')
}

function conversationOf(body: Fields): string | undefined {
  const conversation = own(body, 'conversation')
  if (isFields(conversation)) return readChatId(own(conversation, 'id'), 'conversation.id')
  return optional(conversation, 'conversation', readChatId)
}

function readSettings(body: Fields): ChatSettings {
  const text = own(body, 'text')
  const reasoning = own(body, 'reasoning')
  const effort = isFields(reasoning) ? optional(own(reasoning, 'effort'), 'reasoning.effort', readText) : undefined
  return defined({
    maxOutputTokens: numberOf(body, 'max_output_tokens'),
    temperature: numberOf(body, 'temperature'),
    topP: numberOf(body, 'top_p'),
    reasoningEffort: effort,
    responseFormat: isFields(text) ? formatOf(own(text, 'format')) : undefined,
    toolChoice: choiceOf(own(body, 'tool_choice')),
    parallelToolCalls: booleanOf(body, 'parallel_tool_calls'),
  })
}

/** Hosted tools have no name of their own: they are called by their type. */
function readTool(tool: Fields, path: string): ChatTool {
  if (!isHosted(tool)) return toolOf(tool, 'parameters', path, tool)
  return { name: readId(own(tool, 'type'), `${path}.type`), raw: tool }
}

function isHosted(tool: unknown): boolean {
  const type = isFields(tool) ? own(tool, 'type') : undefined
  return type !== 'function' && type !== 'custom'
}
