// The chat that an element makes of its attributes and properties.
import {
  createChat,
  type Chat,
  type CreateChatOptions,
  type CustomEvent,
  type DataEvent,
  type SavedState,
} from '../chat/index.ts'
import { openStore, type KeptIn } from './kept.ts'

/** A token, or a function that is asked for it before each request. */
export type ChatToken = string | (() => string | Promise<string>)

/** Options of the chat that an element makes; the element itself has its url and its id. */
export type ElementChatOptions = Partial<Omit<CreateChatOptions, 'url' | 'id'>>

/** What {@link openOwnChat} makes a chat of. */
export interface OwnChatSettings {
  readonly url: string
  readonly id: string | undefined
  readonly keptIn: KeptIn | undefined
  readonly options: ElementChatOptions
  /** As they are now: they are asked for before each request. */
  readonly headers: () => CreateChatOptions['headers']
  readonly token: () => ChatToken | undefined
  readonly onData: (event: DataEvent) => void
  readonly onCustom: (event: CustomEvent) => void
  readonly onSave: (state: SavedState) => void
}

/** Opens a chat, with what is kept of it in this browser. */
export function openOwnChat(settings: OwnChatSettings): Chat {
  const { url, options, keptIn } = settings
  const store = keptIn === undefined ? undefined : openStore(keptIn, url, settings.id)
  const id = store?.id ?? settings.id
  const kept = store?.load()
  return createChat({
    ...options,
    url,
    ...(id !== undefined && { id }),
    ...kept,
    headers: async (request) => {
      const given = settings.headers() ?? options.headers
      const headers: Headers = Reflect.construct(Headers, [typeof given === 'function' ? await given(request) : given])
      const token = settings.token()
      if (token !== undefined)
        headers.set('authorization', `Bearer ${typeof token === 'function' ? await token() : token}`)
      return headers
    },
    onData: (event) => {
      settings.onData(event)
      options.onData?.(event)
    },
    onCustom: (event) => {
      settings.onCustom(event)
      options.onCustom?.(event)
    },
    save: async (messages, state) => {
      settings.onSave(state)
      store?.save({ messages, ...state })
      await options.save?.(messages, state)
    },
  })
}
