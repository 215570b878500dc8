// Two deltas of one part as one: fewer events in the log, where an append is slower than the source.
import type { ChatEvent } from './event.ts'
import { joinMetadata } from './text-parts.ts'

/** Joins an event with the one before it, where both are deltas of one part or call; `undefined` where they are not. */
export function joinDelta(previous: ChatEvent, next: ChatEvent): ChatEvent | undefined {
  switch (next.type) {
    case 'text-delta':
    case 'reasoning-delta':
    case 'refusal-delta': {
      if (previous.type !== next.type || previous.id !== next.id) return undefined
      const providerMetadata = joinMetadata(previous.providerMetadata, next.providerMetadata)
      const joined = { type: next.type, id: next.id, delta: previous.delta + next.delta }
      return providerMetadata === undefined ? joined : { ...joined, providerMetadata }
    }
    case 'tool-input-delta': {
      if (previous.type !== next.type || previous.toolCallId !== next.toolCallId) return undefined
      return { ...next, inputTextDelta: previous.inputTextDelta + next.inputTextDelta }
    }
    default:
      return undefined
  }
}
