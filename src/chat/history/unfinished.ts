// An answer that was being given when its conversation was stored, and that has ended since.
import type { ChatMessage, ErrorEvent } from '../../chat-model/index.ts'
import type { AnswerEnd } from '../answer/answer.ts'
import { brokenOff } from '../answer/failure.ts'

/** How an answer ended that was to be read after its end. The rest of one that nobody keeps any more is lost. */
export function endOfMissed(end: AnswerEnd): AnswerEnd {
  const isLost = end.kind === 'nothing' || (end.kind === 'refused' && end.error?.code === 'not_found')
  return isLost ? { kind: 'refused', error: brokenOff } : end
}

/** How an answer ended that was refused. */
export function outcomeOfRefusal(error: ErrorEvent | undefined): 'stopped' | 'interrupted' | 'failed' {
  if (error === undefined) return 'stopped'
  return error === brokenOff ? 'interrupted' : 'failed'
}

/** The conversation without text that seems to be still coming, in its last message. */
export function withoutOpenText(messages: readonly ChatMessage[]): readonly ChatMessage[] {
  const last = messages.at(-1)
  if (last?.role !== 'assistant') return messages
  const parts = last.parts.map((part) =>
    (part.type === 'text' || part.type === 'reasoning') && part.state === 'streaming'
      ? { ...part, state: 'done' as const }
      : part,
  )
  return [...messages.slice(0, -1), { ...last, parts }]
}
