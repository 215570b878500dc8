// The messages of a request while they are read: tool outputs find the calls that they belong to.
import type { ChatMessage, ChatPart, ToolPart } from '../../chat-model/index.ts'
import { refusal } from './field.ts'
import { checkDepth } from './size.ts'

/** A tool's output as protocols bring it: apart from its call. */
export type CallOutcome =
  | { readonly state: 'output-available'; readonly output: unknown }
  | { readonly state: 'output-error'; readonly errorText: string }

/** Messages in the order of the body. */
export class History {
  readonly messages: ChatMessage[] = []
  readonly #maxDepth: number
  /** Where the last call of each id stands: providers use ids again in later turns. */
  readonly #calls = new Map<string, { readonly message: ChatMessage; readonly index: number }>()
  readonly #approvals = new Map<string, string>()
  #continued: ChatMessage | undefined

  constructor(maxDepth: number) {
    this.#maxDepth = maxDepth
  }

  /** Adds a message; one without an id is named after its place, so that the same request has the same ids. */
  add(role: ChatMessage['role'], parts: readonly ChatPart[], id: string | undefined): ChatMessage {
    const message: ChatMessage = { id: id ?? `message-${this.messages.length}`, role, parts: [] }
    this.messages.push(message)
    for (const part of parts) this.append(message, part)
    this.#continued = undefined
    return message
  }

  /** The last message if it is the assistant's and no output has come since, else a new one: for protocols whose items are smaller. */
  assistant(): ChatMessage {
    const last = this.messages.at(-1)
    return last?.role === 'assistant' && this.#continued === undefined ? last : this.add('assistant', [], undefined)
  }

  append(message: ChatMessage, part: ChatPart): void {
    if (part.type === 'dynamic-tool') this.#calls.set(part.toolCallId, { message, index: message.parts.length })
    message.parts.push(part)
  }

  /** @throws HttpError 400 for a call that does not stand before */
  settle(callId: string, outcome: CallOutcome, path: string): void {
    const part = this.#callOf(callId, path)
    this.#replace(callId, { ...headOf(part), ...outcome })
  }

  /** Remembers which call waits for which approval. */
  requestApproval(approvalId: string, callId: string, path: string): void {
    const part = this.#callOf(callId, path)
    this.#approvals.set(approvalId, callId)
    this.#replace(callId, { ...headOf(part), state: 'approval-requested', approval: { id: approvalId } })
  }

  /** @throws HttpError 400 for an approval that nothing before asked for */
  respond(approvalId: string, approved: boolean, reason: string | undefined, path: string): void {
    const callId = this.#approvals.get(approvalId)
    if (callId === undefined) throw refusal(path, 'answers an approval that the messages before did not ask for')
    const approval = { id: approvalId, approved, ...(reason === undefined ? {} : { reason }) }
    this.#replace(callId, { ...headOf(this.#callOf(callId, path)), state: 'approval-responded', approval })
  }

  /** The ids of calls that have neither an output nor a person's word. */
  openCalls(): readonly string[] {
    return [...this.#calls].filter(([, { message, index }]) => isOpen(message.parts[index])).map(([id]) => id)
  }

  /** The message that the turn continues: that of the last output, where nothing follows it. */
  get continued(): ChatMessage | undefined {
    return this.#continued
  }

  /** The input of a call, which most protocols send as a text of JSON; a text that is no JSON stays what it is. */
  inputOf(text: string, path: string): unknown {
    if (text === '') return {}
    const input = parsed(text)
    checkDepth(input, this.#maxDepth, path)
    return input
  }

  #callOf(callId: string, path: string): ToolPart {
    const call = this.#calls.get(callId)
    const part = call?.message.parts[call.index]
    if (part?.type === 'dynamic-tool') return part
    throw refusal(path, 'is not the id of a tool call in the messages before')
  }

  #replace(callId: string, part: ToolPart): void {
    const call = this.#calls.get(callId)
    if (call === undefined) return
    call.message.parts[call.index] = part
    this.#continued = call.message
  }
}

/** A call whose input is known. */
export function callPart(toolCallId: string, toolName: string, input: unknown): ToolPart {
  return { type: 'dynamic-tool', toolCallId, toolName, state: 'input-available', input }
}

function isOpen(part: ChatPart | undefined): boolean {
  return part?.type === 'dynamic-tool' && part.state === 'input-available'
}

function headOf(part: ToolPart) {
  const { toolCallId, toolName, input, title, providerExecuted } = part
  return {
    type: 'dynamic-tool' as const,
    toolCallId,
    toolName,
    input,
    ...(title === undefined ? {} : { title }),
    ...(providerExecuted === undefined ? {} : { providerExecuted }),
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text // A call that was cut off, or one of a tool whose input is plain text.
  }
}
