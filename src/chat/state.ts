// What a conversation is beside the answer that comes, what becomes of it by a question and an answer, and what is shown.
import type { ChatMessage, ErrorEvent, RunOutcome } from '../chat-model/index.ts'
import type { Following } from './following.ts'
import type { HeldBack } from './held-back.ts'
import { outcomeOfRefusal, withoutOpenText } from './history/unfinished.ts'
import type { Question } from './question.ts'
import type { ChatSnapshot } from './snapshot.ts'
import type { Waiting } from './waiting.ts'

/** What a conversation is beside the answer that comes. */
export interface ChatState {
  readonly messages: readonly ChatMessage[]
  /** The run that `messages` may not have to its end. */
  readonly unfinished?: string | undefined
  readonly error?: ErrorEvent | undefined
  readonly outcome?: RunOutcome | undefined
  /** What was asked last, unless somebody else has asked since. */
  readonly question?: Question | undefined
  readonly held?: HeldBack | undefined
}

/** Something is asked. */
export function asked({ held }: ChatState, question: Question): ChatState {
  return { messages: question.messages, question, held: question.isContinuation === true ? held : undefined }
}

/** An answer has come, as far as it will. */
export function answered({ question, held }: ChatState, following: Following): ChatState {
  const { messages, outcome, error, openRunId, isOthers } = following
  return { messages, outcome, error, unfinished: openRunId, question: isOthers ? undefined : question, held }
}

/** An answer was not begun. */
export function refused(state: ChatState, following: Following, error: ErrorEvent | undefined): ChatState {
  const { question, isMissed, wasReceived, openRunId } = following
  const next: ChatState = { ...state, error, outcome: outcomeOfRefusal(error) }
  // The same message may be sent again under its key as long as nobody has answered it.
  if (question !== undefined)
    return { ...next, question: { ...question, isOpen: !wasReceived }, unfinished: error && openRunId }
  return isMissed ? { ...next, messages: withoutOpenText(state.messages) } : next
}

/** A question was refused because another page was faster: the answer to that one comes first. */
export function overtaken(held: HeldBack): ChatState {
  return { messages: held.question.before, outcome: 'failed', held }
}

/** What is shown. */
export function snapshotOf(state: ChatState, following: Following | undefined, waiting: Waiting): ChatSnapshot {
  const shown = following?.isQuiet === false ? following : undefined
  const error = state.error ?? (shown === undefined ? state.held?.error : undefined)
  return {
    status: shown?.status ?? (error === undefined ? 'ready' : 'error'),
    messages: withOwn(following?.messages ?? state.messages, [...(state.held?.messages ?? []), ...waiting.messages]),
    error,
    outcome: state.outcome,
    queued: waiting.count,
  }
}

/** What is stored: messages that wait are not, for they are lost with their page. */
export function storableOf({ messages, held }: ChatState, following: Following | undefined): readonly ChatMessage[] {
  return withOwn(following?.storable ?? messages, held?.messages ?? [])
}

function withOwn(messages: readonly ChatMessage[], own: readonly ChatMessage[]): readonly ChatMessage[] {
  return own.length === 0 ? messages : [...messages, ...own]
}
