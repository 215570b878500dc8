// What is asked of the server, and the answer that is opened for it.
import type { ChatEvent, ChatMessage } from '../chat-model/index.ts'
import { Answer } from './answer/answer.ts'
import type { ChatTurn, CreateChatOptions } from './options.ts'
import { newId } from './wire/id.ts'
import type { Wire } from './wire/wire.ts'

/** What is asked. */
export interface Question {
  readonly trigger: ChatTurn['trigger']
  readonly messageId: string | undefined
  /** The conversation that is sent. */
  readonly messages: readonly ChatMessage[]
  /** The conversation before it was asked. */
  readonly before: readonly ChatMessage[]
  /** A server starts one answer for each key. */
  readonly key: string
  /** Whether an answer goes on by it, without a person's doing. */
  readonly isContinuation?: boolean
  /** Whether nobody is known to have got it. */
  readonly isOpen?: boolean
}

/** Has a conversation answered, which ends with what is asked. */
export function newQuestion(
  messages: readonly ChatMessage[],
  before: readonly ChatMessage[] = messages.slice(0, -1),
): Question {
  return { trigger: 'submit-message', messageId: undefined, messages, before, key: newId() }
}

/** What {@link openAnswer} needs. */
export interface OpenOptions {
  readonly options: CreateChatOptions
  readonly wire: Wire
  readonly chatId: string
  /** Left out, the answer is followed that is being given. */
  readonly question: Question | undefined
  /** Which answer is followed; left out, that which the chat is given at the moment. */
  readonly runId?: string | undefined
  readonly onEvent: (event: ChatEvent) => void
  readonly onConnection: (isLost: boolean) => void
}

/** Opens the answer to a question. Throws what the functions throw that make the body. */
export function openAnswer({ options, wire, chatId, question, runId, onEvent, onConnection }: OpenOptions): Answer {
  const last = question?.messages.at(-1)
  return new Answer({
    wire,
    chatId,
    followed: runId ?? chatId,
    message: question && { body: bodyOf(options, chatId, question), key: question.key },
    continued: last?.role === 'assistant' ? last : undefined,
    isTidings: options.server !== 'other',
    retry: options.retry ?? {},
    idleTimeoutMs: options.idleTimeoutMs ?? 45_000,
    onEvent,
    onConnection,
  })
}

function bodyOf({ body, request }: CreateChatOptions, id: string, { trigger, messageId, messages }: Question): unknown {
  const turn: ChatTurn = { id, trigger, messageId, messages }
  if (request !== undefined) return request(turn)
  const more = typeof body === 'function' ? body(turn) : body
  return { ...more, id, messages, trigger, ...(messageId !== undefined && { messageId }) }
}
