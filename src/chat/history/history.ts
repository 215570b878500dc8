// What becomes of a conversation when it is edited, answered anew, or when its calls are answered.
import { TidingsError } from '../../base/index.ts'
import { ChatFold, type ChatEvent, type ChatMessage, type RunStart, type ToolPart } from '../../chat-model/index.ts'

type Messages = readonly ChatMessage[]

/** The conversation before an answer, which is to be given anew. Default: the last one. */
export function beforeAnswer(messages: Messages, messageId: string | undefined): Messages {
  const index = messageId === undefined ? messages.length - 1 : indexOf(messages, messageId)
  return messages.slice(0, messages[index]?.role === 'assistant' ? index : index + 1)
}

/** The conversation up to a message of the person, which now says `text`. */
export function withText(messages: Messages, messageId: string, text: string): Messages {
  const index = indexOf(messages, messageId)
  const message = messages[index]
  if (message?.role !== 'user') throw new TidingsError('ERR_OPTION', 'Only a message of the user can be edited.')
  const others = message.parts.filter((part) => part.type !== 'text')
  return [...messages.slice(0, index), { ...message, parts: [...others, { type: 'text', text }] }]
}

/** The conversation with events in one of its messages: the outputs of calls, and answers to approvals. */
export function withEvents(messages: Messages, messageId: string, events: readonly ChatEvent[]): Messages {
  const fold = new ChatFold(messages)
  fold.take({ type: 'message-start', id: messageId })
  for (const event of events) fold.take(event)
  return fold.messages
}

/**
 * The conversation without calls that wait for an output: a model refuses a call that nobody has answered, once something
 * else is said.
 */
export function withoutOpenCalls(messages: Messages): Messages {
  const last = messages.at(-1)
  if (last === undefined) return messages
  const events = openCalls(last).map(({ toolCallId }): ChatEvent => {
    return { type: 'tool-output-error', toolCallId, errorText: 'Not answered.' }
  })
  return events.length === 0 ? messages : withEvents(messages, last.id, events)
}

/** The calls of a message that wait: for their output, or for a person's word. */
export function openCalls({ role, parts }: ChatMessage): readonly ToolPart[] {
  if (role !== 'assistant') return []
  return parts.filter(
    (part) => part.type === 'dynamic-tool' && (part.state === 'input-available' || part.state === 'approval-requested'),
  )
}

/** Whether a call can be given an output. */
function isUnanswered({ state }: ToolPart): boolean {
  return state === 'input-available' || state === 'approval-responded'
}

/** The message and the call that `isMeant` says yes to. */
export function findCall(
  messages: Messages,
  isMeant: (part: ToolPart) => boolean,
): { readonly message: ChatMessage; readonly part: ToolPart } | undefined {
  for (const message of messages.toReversed()) {
    for (const part of message.parts) {
      if (part.type === 'dynamic-tool' && isMeant(part)) return { message, part }
    }
  }
  return undefined
}

/** The message with the call that can be given an output. @throws TidingsError `ERR_OPTION` if there is none */
export function messageToAnswer(messages: Messages, toolCallId: string): ChatMessage {
  const found = findCall(messages, (part) => part.toolCallId === toolCallId && isUnanswered(part))
  if (found !== undefined) return found.message
  throw new TidingsError('ERR_OPTION', `No call ${JSON.stringify(toolCallId)} waits for an output.`)
}

/** The message with the call that waits for a person's word. @throws TidingsError `ERR_OPTION` if there is none */
export function messageToApprove(messages: Messages, approvalId: string): ChatMessage {
  const found = findCall(messages, (part) => part.state === 'approval-requested' && part.approval.id === approvalId)
  if (found !== undefined) return found.message
  throw new TidingsError('ERR_OPTION', `No call waits for ${JSON.stringify(approvalId)}.`)
}

/**
 * The conversation that the events of a run are added to which is followed from its beginning: without what is there of
 * that answer already. A message that the run continues stays: it was stored as it was before.
 */
export function beforeRun(messages: Messages, runId: string, messageId: string): Messages {
  const index = messages.findLastIndex(({ id, role }) => id === messageId && role === 'assistant')
  const known = messages[index]
  if (known === undefined) return messages
  const last = known.parts.at(-1)
  const isContinued = last?.type === 'dynamic-tool' && openCalls(known).length === 0 && !isOfRun(messageId, runId)
  return isContinued ? messages : messages.slice(0, index)
}

/**
 * The conversation with the question of an answer that somebody else has asked for, or this page before it was loaded anew:
 * behind what was said, or in its place, and then nothing follows it but a message that the answer goes on with.
 */
export function withQuestion(messages: Messages, { message, continued }: RunStart): Messages {
  if (message === undefined) return messages
  const index = placeOf(messages, message)
  if (index === -1) return continued === undefined ? [...messages, message] : messages
  const known = messages[index]
  // That which is here has its files, which the other may lack.
  const question = known !== undefined && textOf(known) === textOf(message) ? known : message
  const answer = continued === undefined ? [] : messages.slice(index + 1)
  return [...messages.slice(0, index), question, ...answer]
}

/** Where a question stands; servers that have stored a conversation may have given it another id. */
function placeOf(messages: Messages, message: ChatMessage): number {
  const index = messages.findLastIndex(({ id, role }) => role === 'user' && id === message.id)
  const last = messages.at(-1)
  if (index !== -1 || last?.role !== 'user' || textOf(last) !== textOf(message)) return index
  return messages.length - 1
}

function textOf({ parts }: ChatMessage): string {
  return parts.map((part) => (part.type === 'text' ? part.text : '')).join('\n')
}

function isOfRun(messageId: string, runId: string): boolean {
  return messageId === `msg_${runId}` || messageId.startsWith(`msg_${runId}_`)
}

function indexOf(messages: Messages, messageId: string): number {
  const index = messages.findIndex(({ id }) => id === messageId)
  if (index === -1) throw new TidingsError('ERR_OPTION', `There is no message ${JSON.stringify(messageId)}.`)
  return index
}
