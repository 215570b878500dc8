// chat-element: `<tidings-chat>`, a chat in a page. Importing it defines the element.
import { defineChatElement } from './define.ts'

export { TidingsChatElement } from './chat-element.ts'
export { defineChatElement } from './define.ts'
export type { ChatLabels } from './labels.ts'
export type { KeptIn } from './kept.ts'
export type { ChatToken, ElementChatOptions } from './own-chat.ts'
export type { RenderData } from './surroundings.ts'
export { TidingsError, type ErrorCode } from '../base/index.ts'

defineChatElement()
