// `<TidingsChat>`: the element as a component.
import {
  createElement,
  useCallback,
  useEffect,
  useLayoutEffect,
  useRef,
  type CSSProperties,
  type ReactElement,
  type ReactNode,
} from 'react'
import type {
  Chat,
  ChatSnapshot,
  ChatStatus,
  CreateChatOptions,
  CustomEvent,
  DataEvent,
  ErrorEvent,
} from '../chat/index.ts'
import { defineChatElement } from '../chat-element/index.ts'
import type {
  TidingsChatElement,
  ChatLabels,
  ChatToken,
  ElementChatOptions,
  KeptIn,
  RenderData,
} from '../chat-element/index.ts'

/** What {@link TidingsChat} is given. */
export interface TidingsChatProps {
  /** Where messages are posted to: the path of `chatRoutes()`. */
  readonly url?: string | undefined
  /** The id of the chat, under which a reload finds its answer. */
  readonly chatId?: string | undefined
  /** A chat of `createChat()` or `useChat()`, which is shown in place of an own one. */
  readonly chat?: Chat | undefined
  /** Where the conversation is kept in this browser. Default: nowhere. */
  readonly keep?: KeptIn | undefined
  /** Which files a person can attach, as in `accept` of a file input; `''` for all. Default: none. */
  readonly attach?: string | undefined
  /** The largest file, in bytes of Base64 as it is sent: `limits.maxFileBytes` of `chatRoutes()`. Default: 10,485,760, as there. */
  readonly maxFileBytes?: number | undefined
  /** Headers of each request, or a function that makes them. */
  readonly headers?: CreateChatOptions['headers']
  /** A token that is sent as `Authorization: Bearer`, or a function that is asked for it before each request. */
  readonly token?: ChatToken | undefined
  /** Other options of `createChat()`. They are read when the chat is opened, and functions among them are not replaced. */
  readonly options?: ElementChatOptions | undefined
  /** In the empty field. */
  readonly placeholder?: string | undefined
  /** Above the messages. Default: none. */
  readonly heading?: string | undefined
  /** The language of the conversation, such as `de`. Default: that of the browser. */
  readonly locale?: string | undefined
  /** Whether it is light or dark, or as the system is. Default: as the page around it. */
  readonly theme?: 'light' | 'dark' | 'auto' | undefined
  /** Words in place of the English ones. */
  readonly labels?: Partial<ChatLabels> | undefined
  /** Shows parts of data. */
  readonly renderData?: RenderData | undefined
  /** Told of a message before it is sent; it is not sent where this returns false. */
  readonly onSend?: ((text: string, files: readonly File[]) => boolean | void) | undefined
  /** Told of each change of the state. */
  readonly onStatus?: ((status: ChatStatus) => void) | undefined
  /** Told of the end of each answer. */
  readonly onEnd?: ((snapshot: ChatSnapshot) => void) | undefined
  /** Told of what goes wrong. */
  readonly onError?: ((error: ErrorEvent) => void) | undefined
  /** Told of data as it comes. */
  readonly onData?: ((event: DataEvent) => void) | undefined
  /** Told of the application's own events. */
  readonly onCustom?: ((event: CustomEvent) => void) | undefined
  readonly className?: string | undefined
  readonly style?: CSSProperties | undefined
  /** Children with the attribute `slot`. */
  readonly children?: ReactNode
}

// Whoever renders the component has the element, also where a bundler leaves out imports that nothing is taken from.
defineChatElement()

const useEarlyEffect = typeof document === 'undefined' ? useEffect : useLayoutEffect

/**
 * A chat in a page: the element `<tidings-chat>`. On a server its tag is rendered, and nothing is asked for.
 */
export function TidingsChat(props: TidingsChatProps): ReactElement {
  const reference = useRef<TidingsChatElement>(null)
  const latest = useRef(props)
  const renderData = useCallback<RenderData>((part, message) => latest.current.renderData?.(part, message), [])
  useEarlyEffect(() => {
    latest.current = props
    const element = reference.current
    if (element !== null) setProperties(element, props, renderData)
  })
  useEarlyEffect(() => listen(reference.current, latest), [])
  const { url, chatId, keep, attach, maxFileBytes, placeholder, heading, locale, theme, className, style, children } =
    props
  const files = { attach, 'max-file-bytes': maxFileBytes }
  const looks = { placeholder, heading, locale, theme, class: className, style }
  const attributes = { url, 'chat-id': chatId, keep, ...files, ...looks }
  return createElement('tidings-chat', { ...attributes, ref: reference }, children)
}

const names = ['chat', 'headers', 'token'] as const

/** Sets what is no attribute, where it has changed. What has the same contents has not: props are often written in place. */
function setProperties(element: TidingsChatElement, props: TidingsChatProps, renderData: RenderData): void {
  const shown = props.renderData === undefined ? undefined : renderData
  if (element.renderData !== shown) element.renderData = shown
  for (const name of names) if (element[name] !== props[name]) Reflect.set(element, name, props[name])
  const { options = {}, labels = {} } = props
  if (!isAlike(element.options, options)) element.options = options
  if (!isAlike(element.labels, labels)) element.labels = labels
}

/** Whether two objects say the same; functions are not compared. */
function isAlike(one: object, other: object): boolean {
  return JSON.stringify(one) === JSON.stringify(other) && Object.keys(one).join(' ') === Object.keys(other).join(' ')
}

function listen(element: HTMLElement | null, latest: { readonly current: TidingsChatProps }): () => void {
  const handlers: Readonly<Record<string, (event: globalThis.CustomEvent) => void>> = {
    'chat-send': (event) => {
      if (latest.current.onSend?.(event.detail.text, event.detail.files) === false) event.preventDefault()
    },
    'chat-status': ({ detail }) => latest.current.onStatus?.(detail.status),
    'chat-end': ({ detail }) => latest.current.onEnd?.(detail),
    'chat-error': ({ detail }) => latest.current.onError?.(detail),
    'chat-data': ({ detail }) => latest.current.onData?.(detail),
    'chat-custom': ({ detail }) => latest.current.onCustom?.(detail),
  }
  const hear = (event: Event): void => {
    if (event instanceof globalThis.CustomEvent) handlers[event.type]?.(event)
  }
  for (const name of Object.keys(handlers)) element?.addEventListener(name, hear)
  return () => {
    for (const name of Object.keys(handlers)) element?.removeEventListener(name, hear)
  }
}
