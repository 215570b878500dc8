// What all parts of one chat's view share.
import type { Chat, ChatMessage, ChatPart } from '../chat/index.ts'
import type { ChatLabels } from './labels.ts'

/** Shows a part of data. A text is shown as text; nothing is shown for `undefined`. */
export type RenderData = (part: Extract<ChatPart, { data: unknown }>, message: ChatMessage) => Node | string | undefined

/** What is asked of files. */
export interface AttachmentRules {
  /** Kinds of files, as in `accept` of a file input: `image/*,.pdf`. Empty: any. */
  readonly accept: string
  /** The largest file, in bytes of Base64 as it is sent. */
  readonly maxFileBytes: number
}

/** What the views of a chat need to know, as it is now. */
export interface Surroundings {
  readonly chat: Chat
  readonly labels: ChatLabels
  readonly locale: string | undefined
  readonly placeholder: string
  readonly renderData: RenderData | undefined
  /** Which files can be attached; `undefined`: none. */
  readonly attach: AttachmentRules | undefined
  /** Told of what fails that nobody waits for. */
  readonly report: (error: unknown) => void
}
