// The view for each type of part.
import type { ChatMessage, ChatPart } from '../../chat/index.ts'
import type { Surroundings } from '../surroundings.ts'
import { DataPart } from './data-part.ts'
import { FilePart } from './file-part.ts'
import type { PartView } from './part-view.ts'
import { ReasoningPart } from './reasoning-part.ts'
import { AnswerText, PlainText } from './text-part.ts'
import { ToolCall } from './tool-part.ts'

/** Makes the view for a part; `undefined` for one that is not shown, such as the beginning of a step. */
export function makePart(
  part: ChatPart,
  { role }: ChatMessage,
  surroundings: () => Surroundings,
): PartView | undefined {
  switch (part.type) {
    case 'text':
      return role === 'assistant' ? new AnswerText(surroundings().locale) : new PlainText()
    case 'reasoning':
      return new ReasoningPart(surroundings)
    case 'dynamic-tool':
      return new ToolCall(surroundings)
    case 'file':
      return new FilePart(surroundings)
    case 'step-start':
    case 'source-url':
    case 'source-document':
      return undefined
    default:
      return part.type.startsWith('data-') ? new DataPart(part.type, surroundings) : undefined
  }
}
