// The transport for `useChat` of `@ai-sdk/react`: a lost connection is continued unseen, and Stop reaches the server.
import { checkOptions, oneOf, options, required, typed, type OptionChecks } from '../../base/index.ts'
import type { StreamOptions } from '../../client/index.ts'
import { checkObjectOrFunction, checkUrl, retryChecks, type ChatRetryOptions } from '../options.ts'
import { newId } from '../wire/id.ts'
import { Wire } from '../wire/wire.ts'
import { UiAnswer, type Followed } from './ui-answer.ts'

/** Options of {@link createChatTransport}. */
export interface ChatTransportOptions {
  /** Where messages are posted to: the path of `chatRoutes()`. May be relative where there is a `location`. */
  readonly api: string | URL
  /** Headers of each request; a function is called for each, and once more after a 401. */
  readonly headers?: StreamOptions['headers']
  /** More fields for the body of a message. */
  readonly body?: object | undefined
  /** Whether cookies are sent, as for `fetch`. Default: that of `fetch`, to the same origin only. */
  readonly credentials?: RequestInit['credentials'] | undefined
  /** The `fetch` that sends the requests. Default: the global one. */
  readonly fetch?: typeof globalThis.fetch | undefined
  /** How answers are read. Default: `xhr` where `fetch` cannot stream. */
  readonly transport?: 'fetch' | 'xhr' | undefined
  /** How often a lost connection is tried again. */
  readonly retry?: ChatRetryOptions | undefined
}

/** What `useChat` asks of a transport for one message. */
export interface SendMessagesOptions {
  /** Whether a message is sent, or an answer is to be given anew. */
  readonly trigger: 'submit-message' | 'regenerate-message'
  /** The id of the chat. */
  readonly chatId: string
  /** The message that is answered anew. */
  readonly messageId: string | undefined
  /** The conversation. */
  readonly messages: readonly object[]
  /** Stops the answer, on the server too. */
  readonly abortSignal: AbortSignal | undefined
  /** More headers for this request. */
  readonly headers?: Record<string, string> | Headers | undefined
  /** More fields for the body. */
  readonly body?: object | undefined
}

/** What `useChat` asks of a transport to follow an answer. */
export interface ReconnectOptions {
  /** The id of the chat. */
  readonly chatId: string
  /** Stops the answer, on the server too. */
  readonly abortSignal?: AbortSignal | undefined
  /** More headers for this request. */
  readonly headers?: Record<string, string> | Headers | undefined
}

/** A `ChatTransport` of `ai`. Its chunks are what the server sends. */
export interface UiChatTransport {
  readonly resumeStreamIsReplay: true
  readonly sendMessages: (options: SendMessagesOptions) => Promise<ReadableStream<never>>
  readonly reconnectToStream: (options: ReconnectOptions) => Promise<ReadableStream<never> | null>
  /** Has the server stop what it answers in a chat. Resolves with whether there was anything to stop. */
  readonly stop: (chatId: string) => Promise<boolean>
}

const checks: OptionChecks<ChatTransportOptions> = {
  api: required(checkUrl),
  headers: checkObjectOrFunction,
  body: typed('object'),
  credentials: oneOf(['omit', 'same-origin', 'include']),
  fetch: typed('function'),
  transport: oneOf(['fetch', 'xhr']),
  retry: options(retryChecks),
}

/**
 * Makes a transport for `useChat` of `@ai-sdk/react`, to a server with `chatRoutes()`. An answer whose connection is lost goes
 * on where it broke off, which `useChat` does not see; and its `stop()` stops the answer on the server.
 *
 * @throws TidingsError `ERR_OPTION` for options that cannot work
 * @example
 * import { createChatTransport } from 'tidings/chat'
 *
 * const transport = createChatTransport({ api: 'https://example.com/assistant' })
 * console.log(await transport.stop('my-chat')) // false
 */
export function createChatTransport(given: ChatTransportOptions): UiChatTransport {
  checkOptions('createChatTransport()', given, checks)
  const { api, body: more, retry = {}, ...wiring } = given
  // Asked for by name, because what is accepted is asked for by all of our clients.
  const wire = new Wire({ ...wiring, url: withProtocol(String(api)) })
  let followed: Followed | undefined
  const lastFollowed = (): Followed | undefined => followed
  return {
    resumeStreamIsReplay: true,
    sendMessages: async ({ trigger, chatId, messageId, messages, abortSignal, headers, body }) => {
      const json = { ...more, ...body, id: chatId, messages, trigger, messageId }
      const answer = new UiAnswer({
        wire,
        chatId,
        message: { json, key: newId() },
        retry,
        headers,
        signal: abortSignal,
        lastFollowed,
      })
      return (await answer.open()) ?? emptyStream()
    },
    reconnectToStream: async ({ chatId, abortSignal, headers }) => {
      followed = { chatId }
      return new UiAnswer({ wire, chatId, retry, headers, signal: abortSignal, lastFollowed }).open()
    },
    stop: async (chatId) => (await wire.stop(chatId, undefined)) ?? false,
  }
}

function withProtocol(url: string): string {
  return `${url}${url.includes('?') ? '&' : '?'}protocol=ui-message`
}

function emptyStream(): ReadableStream<never> {
  return new ReadableStream({ start: (controller) => controller.close() })
}
