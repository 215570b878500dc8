// oxlint-disable typescript/no-explicit-any -- clients whose types are elsewhere
// `useChat`'s core of `ai`, at the chat of a node, with what it has shown.
import { clientPackage } from './client-package.ts'

/** What `useChat` keeps, without React. */
function chatState(messages: any[] = []): any {
  const state = {
    status: 'ready',
    error: undefined,
    messages,
    pushMessage: (message: unknown) => void (state.messages = [...state.messages, message]),
    popMessage: () => void (state.messages = state.messages.slice(0, -1)),
    replaceMessage: (index: number, message: unknown) =>
      void (state.messages = state.messages.with(index, structuredClone(message))),
    snapshot: structuredClone,
  }
  return state
}

/** A chat of `ai`, and what it keeps. */
export interface UiChat {
  readonly chat: any
  readonly state: any
  /** What was told of the end of each answer. */
  readonly finished: any[]
  readonly errors: any[]
}

/** Opens a chat of `ai` at the chat of a node, as a page does; `messages` are those that the page has stored. */
export async function openUiChat(
  name: 'ai' | 'ai-6',
  url: string,
  { id = 'chat-1', messages = [], ...options }: { id?: string; messages?: any[]; [name: string]: unknown } = {},
): Promise<UiChat> {
  const { AbstractChat, DefaultChatTransport } = await clientPackage(name)
  const state = chatState(structuredClone(messages))
  const finished: any[] = []
  const errors: any[] = []
  const chat = new AbstractChat({
    id,
    state,
    transport: new DefaultChatTransport({ api: `${url}/chat` }),
    onFinish: (told: unknown) => void finished.push(told),
    onError: (error: unknown) => void errors.push(error),
    ...options,
  })
  return { chat, state, finished, errors }
}

/** The text of a message of `ai`. */
export function shownText(message: any): string {
  return (message?.parts ?? []).map((part: any) => (part.type === 'text' ? part.text : '')).join('')
}
