// The view for each type of part.
import type { ChatMessage, ChatPart } from '../../chat/index.ts'
import type { Surroundings } from '../surroundings.ts'
import { DataPart } from './data-part.ts'
import { FilePart } from './file-part.ts'
import type { PartView } from './part-view.ts'
import { ReasoningPart } from './reasoning-part.ts'
import { AnswerText, PlainText } from './text-part.ts'
import { ToolCall } from './tool-part.ts'

/** Whether a part has a view of its own; the beginning of a step has none, and sources have one list for all of them. */
export function isShown({ type }: ChatPart): boolean {
  return ['text', 'reasoning', 'dynamic-tool', 'file'].includes(type) || type.startsWith('data-')
}

/** Makes the view for a part that is shown. */
export function makePart(part: ChatPart, { role }: ChatMessage, surroundings: () => Surroundings): PartView {
  switch (part.type) {
    case 'text':
      return role === 'assistant' ? new AnswerText(surroundings) : new PlainText()
    case 'reasoning':
      return new ReasoningPart(surroundings)
    case 'dynamic-tool':
      return new ToolCall(surroundings)
    case 'file':
      return new FilePart(surroundings)
    default:
      return new DataPart(part.type, surroundings)
  }
}
