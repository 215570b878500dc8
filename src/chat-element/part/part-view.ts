// The view of one part of a message.
import type { ChatMessage, ChatPart } from '../../chat/index.ts'

/** Shows one part, as it comes. */
export interface PartView {
  readonly element: HTMLElement
  /** The type of part that it shows. */
  readonly type: string
  /** Shows the part as it is now. `isLive`: more of its message may come. */
  update(part: ChatPart, isLive: boolean, message: ChatMessage): void
  /** Forgets what outlives the element. */
  dispose(): void
}
