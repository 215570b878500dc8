// The items of a request of OpenAI responses, which are smaller than messages.
import type { ChatPart } from '../../chat-model/index.ts'
import type { RequestParts } from './chat-request.ts'
import {
  optional,
  own,
  readBoolean,
  readFields,
  readId,
  readList,
  readText,
  readWord,
  refusal,
  type Fields,
} from './field.ts'
import { callPart, History, type CallOutcome } from './history.ts'
import { dataFile, fileOf } from './media.ts'
import { checkParts } from './size.ts'

/** Reads items one after the other; neighbouring ones of the assistant become one message. */
export class ItemReader {
  readonly history: History
  /** Whether the last item answers a call: the turn goes on. */
  isAnswer = false
  readonly #parts: RequestParts
  readonly #hasPrevious: boolean
  readonly #outputs: object[] = []
  readonly #approvals: object[] = []
  readonly #references: string[] = []
  readonly #callIds = new Set<string>()
  /** Calls without an output that an approval may be asked for, by their name and input. */
  readonly #waiting = new Map<string, string[]>()

  constructor(parts: RequestParts, hasPrevious: boolean) {
    this.history = new History(parts.limits.maxDepth)
    this.#parts = parts
    this.#hasPrevious = hasPrevious
  }

  read(item: Fields, path: string): void {
    const type = optional(own(item, 'type'), `${path}.type`, readText) ?? 'message'
    this.isAnswer = type.endsWith('_output') || type === 'mcp_approval_response'
    if (type === 'message') return this.#message(item, path)
    if (type === 'item_reference') return void this.#references.push(readId(own(item, 'id'), `${path}.id`))
    if (type === 'reasoning') return this.#append(readReasoning(item, path))
    if (type === 'function_call' || type === 'custom_tool_call') return this.#call(item, type, path)
    if (type === 'function_call_output' || type === 'custom_tool_call_output') return this.#output(item, path)
    if (type === 'mcp_call') return this.#serverCall(item, path)
    if (type === 'mcp_approval_request') return this.#approvalRequest(item, path)
    if (type === 'mcp_approval_response') return this.#approvalResponse(item, path)
    // Items of hosted tools: the answer of an earlier turn, which only its provider reads.
    return this.#append({ type: `data-${readId(type, `${path}.type`)}`, data: item })
  }

  /** What belongs to a conversation that stands elsewhere. */
  elsewhere(): Fields {
    const found = { outputs: this.#outputs, approvals: this.#approvals, references: this.#references }
    return Object.fromEntries(Object.entries(found).filter(([, list]) => list.length > 0))
  }

  #append(part: ChatPart): void {
    this.history.append(this.history.assistant(), part)
    if (part.type === 'dynamic-tool') this.#callIds.add(part.toolCallId)
  }

  #message(item: Fields, path: string): void {
    const role = readWord(own(item, 'role'), ['system', 'developer', 'user', 'assistant'], `${path}.role`)
    const content = readContent(own(item, 'content'), `${path}.content`, this.#parts)
    if (role === 'assistant') for (const part of content) this.#append(part)
    else this.history.add(role === 'developer' ? 'system' : role, content, undefined)
  }

  #call(item: Fields, type: 'function_call' | 'custom_tool_call', path: string): void {
    const id = readId(own(item, 'call_id'), `${path}.call_id`)
    const name = readId(own(item, 'name'), `${path}.name`)
    const isFunction = type === 'function_call'
    const field = isFunction ? 'arguments' : 'input'
    const text = readText(own(item, field), `${path}.${field}`)
    this.#append(callPart(id, name, isFunction ? this.history.inputOf(text, `${path}.${field}`) : text))
    this.#wait(id, name, text)
  }

  #wait(id: string, name: string, input: string): void {
    const key = waitingKey(name, input)
    const calls = this.#waiting.get(key)
    if (calls === undefined) this.#waiting.set(key, [id])
    else calls.push(id)
  }

  #output(item: Fields, path: string): void {
    const toolCallId = readId(own(item, 'call_id'), `${path}.call_id`)
    const outcome = { state: 'output-available' as const, output: readOutput(own(item, 'output'), `${path}.output`) }
    if (this.#isElsewhere(toolCallId)) this.#outputs.push({ toolCallId, output: outcome.output })
    else this.history.settle(toolCallId, outcome, `${path}.call_id`)
  }

  #serverCall(item: Fields, path: string): void {
    const id = readId(own(item, 'id'), `${path}.id`)
    const name = readId(own(item, 'name'), `${path}.name`)
    const text = optional(own(item, 'arguments'), `${path}.arguments`, readText) ?? ''
    const message = this.history.assistant()
    this.history.append(message, callPart(id, name, this.history.inputOf(text, `${path}.arguments`)))
    this.#callIds.add(id)
    const error = own(item, 'error')
    // Of a response that ended while the call waited: for its approval, which is an item of its own, or for good.
    if (error === undefined && own(item, 'output') === undefined && isUnfinished(own(item, 'status'))) {
      return this.#wait(id, name, text)
    }
    const outcome: CallOutcome =
      error === undefined
        ? { state: 'output-available', output: own(item, 'output') ?? null }
        : { state: 'output-error', errorText: typeof error === 'string' ? error : JSON.stringify(error) }
    this.history.settle(id, outcome, `${path}.id`)
  }

  #approvalRequest(item: Fields, path: string): void {
    const id = readId(own(item, 'id'), `${path}.id`)
    const text = optional(own(item, 'arguments'), `${path}.arguments`, readText) ?? ''
    const name = readId(own(item, 'name'), `${path}.name`)
    const call = callPart(id, name, this.history.inputOf(text, `${path}.arguments`))
    // The item does not say which call it is about: what we send has the call before it, and OpenAI's stands for the call.
    const asked = this.#waiting.get(waitingKey(name, text))?.shift() ?? id
    if (asked === id) this.#append(call)
    this.#callIds.add(id)
    this.history.requestApproval(id, asked, `${path}.id`)
  }

  #approvalResponse(item: Fields, path: string): void {
    const at = `${path}.approval_request_id`
    const approvalId = readId(own(item, 'approval_request_id'), at)
    const approved = readBoolean(own(item, 'approve'), `${path}.approve`)
    const reason = optional(own(item, 'reason'), `${path}.reason`, readText)
    if (this.#isElsewhere(approvalId)) this.#approvals.push({ approvalId, approved, reason })
    else this.history.respond(approvalId, approved, reason, at)
  }

  #isElsewhere(callId: string): boolean {
    return this.#hasPrevious && !this.#callIds.has(callId)
  }
}

function waitingKey(name: string, input: string): string {
  return JSON.stringify([name, input])
}

function isUnfinished(status: unknown): boolean {
  return status === 'incomplete' || status === 'in_progress' || status === 'calling'
}

/** Text alone is text; parts stay as they came. */
function readOutput(output: unknown, path: string): unknown {
  if (typeof output === 'string') return output
  return readList(output, path)
}

/** The encrypted reasoning and its id go back to the provider as `ai` does it, in the metadata of the part. */
function readReasoning(item: Fields, path: string): ChatPart {
  const summary = optional(own(item, 'summary'), `${path}.summary`, readList) ?? []
  const texts = summary.map((part, index) => {
    const at = `${path}.summary[${index}]`
    return readText(own(readFields(part, at), 'text'), `${at}.text`)
  })
  const openai = {
    itemId: optional(own(item, 'id'), `${path}.id`, readId) ?? null,
    reasoningEncryptedContent: optional(own(item, 'encrypted_content'), `${path}.encrypted_content`, readText) ?? null,
  }
  const part: ChatPart = { type: 'reasoning', text: texts.join('\n\n') }
  return Object.assign(part, { providerMetadata: { openai } })
}

function readContent(content: unknown, path: string, { limits }: RequestParts): readonly ChatPart[] {
  if (typeof content === 'string') return content === '' ? [] : [{ type: 'text', text: content }]
  const list = readList(content, path)
  checkParts(list, limits, path)
  return list.map((part, index) => readPart(readFields(part, `${path}[${index}]`), `${path}[${index}]`))
}

function readPart(part: Fields, path: string): ChatPart {
  const type = readText(own(part, 'type'), `${path}.type`)
  if (type === 'input_text' || type === 'output_text' || type === 'text') {
    return { type: 'text', text: readText(own(part, 'text'), `${path}.text`) }
  }
  if (type === 'refusal') return { type: 'text', text: readText(own(part, 'refusal'), `${path}.refusal`) }
  if (type === 'input_image' || type === 'input_file') return readFile(part, type === 'input_image', path)
  if (type === 'input_audio') {
    const audio = readFields(own(part, 'input_audio'), `${path}.input_audio`)
    const format = readText(own(audio, 'format'), `${path}.input_audio.format`)
    return dataFile(
      readText(own(audio, 'data'), `${path}.input_audio.data`),
      format === 'mp3' ? 'audio/mpeg' : `audio/${format}`,
    )
  }
  throw refusal(`${path}.type`, `is ${JSON.stringify(type.slice(0, 64))}, which is not the type of a part`)
}

function readFile(part: Fields, isImage: boolean, path: string): ChatPart {
  const filename = optional(own(part, 'filename'), `${path}.filename`, readText)
  const family = isImage ? 'image/*' : 'application/octet-stream'
  for (const name of isImage ? ['image_url'] : ['file_data', 'file_url']) {
    const url = optional(own(part, name), `${path}.${name}`, readText)
    if (url !== undefined) return fileOf(url, family, filename)
  }
  return fileOf(`openai-file:${readId(own(part, 'file_id'), `${path}.file_id`)}`, family, filename)
}
