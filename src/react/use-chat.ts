// `useChat()`: a chat in a component.
import { useCallback, useEffect, useMemo, useSyncExternalStore } from 'react'
import type { ChatMessage } from '../chat-model/index.ts'
import { createChat, type Chat, type ChatSnapshot, type CreateChatOptions } from '../chat/index.ts'
import { useLatest, type Latest } from './latest.ts'
import { createLife } from './life.ts'

/** Options of {@link useChat}: those of `createChat()`, or a chat that was made already, which the component does not close. */
export type UseChatOptions =
  | CreateChatOptions
  | {
      /** The chat that was made already. */
      readonly chat: Chat
    }

/** What a chat is, and what can be done with it. */
export interface UseChat extends ChatSnapshot, Omit<Chat, 'getSnapshot' | 'subscribe' | 'close'> {
  /** The chat itself, for other components: `useChat({ chat })`, `useChatMessage(chat, id)`. */
  readonly chat: Chat
}

/**
 * A chat as long as its component is shown; another one once `id` or `url` change. Functions among the options are those of
 * the last render. An answer that is being given is followed where there is an `id`. When the component goes, the answer is
 * left, and not stopped.
 */
export function useChat(options: UseChatOptions): UseChat {
  const own = 'chat' in options ? undefined : options
  const latest = useLatest(own)
  const { id, url } = own ?? {}
  const given = 'chat' in options ? options.chat : undefined
  const href = url === undefined ? undefined : String(url)
  const chat = useMemo(() => given ?? createChat(liveOptions(own, latest)), [given, id, href])
  useLife(given === undefined ? chat : undefined, own?.resume ?? (own?.live === true || id !== undefined))
  const snapshot = useSyncExternalStore(chat.subscribe, chat.getSnapshot, chat.getSnapshot)
  return useMemo(() => ({ ...chatMethods(chat), ...snapshot, chat }), [chat, snapshot])
}

/** One message of a chat: its component is rendered again only when that message changes. */
export function useChatMessage(chat: Chat, messageId: string): ChatMessage | undefined {
  const get = useCallback(() => chat.getMessage(messageId), [chat, messageId])
  return useSyncExternalStore(chat.subscribe, get, get)
}

/** Follows and closes a chat with its component. */
function useLife(chat: Chat | undefined, resume: boolean): void {
  const life = useMemo(() => createLife(() => chat?.close()), [chat])
  useEffect(() => {
    life.begin()
    if (resume) void chat?.resume()
    return life.end
  }, [chat, life, resume])
}

function chatMethods(chat: Chat): Omit<Chat, 'getSnapshot' | 'subscribe' | 'close'> {
  const { getSnapshot: _snapshot, subscribe: _subscribe, close: _close, ...methods } = chat
  return methods
}

const live = ['headers', 'body', 'request', 'tools', 'fetch', 'onData', 'onCustom', 'onEnd', 'save', 'onError'] as const

/** Options whose functions are those of the last render. The chat itself begins nothing while it is rendered. */
function liveOptions(
  own: CreateChatOptions | undefined,
  latest: Latest<CreateChatOptions | undefined>,
): CreateChatOptions {
  const options: CreateChatOptions = { url: '', ...own, resume: false }
  for (const name of live) Object.defineProperty(options, name, { get: () => (latest.current ?? own)?.[name] })
  return options
}
