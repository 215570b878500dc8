// What was asked here while another page's question was being answered: the server has taken the other one.
import type { ChatMessage, ErrorEvent } from '../chat-model/index.ts'
import type { Question } from './question.ts'

/** A question that waits for a person to ask it again, behind what other pages say meanwhile. */
export interface HeldBack {
  readonly question: Question
  /** Why it was refused. */
  readonly error: ErrorEvent
  /** The new message, which stands at the end of the conversation; none where one was edited or answered anew. */
  readonly messages: readonly ChatMessage[]
}

/** Holds a question back which the server has refused, if another one was faster; `undefined` for any other reason. */
export function holdBack(question: Question | undefined, error: ErrorEvent | undefined): HeldBack | undefined {
  if (question === undefined || question.isContinuation === true || error?.code !== 'busy') return undefined
  const { trigger, messageId, messages, before } = question
  const isNew = trigger === 'submit-message' && messageId === undefined
  return { question, error, messages: isNew ? messages.slice(before.length) : [] }
}
