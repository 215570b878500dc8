// `createChat()`: a conversation with a server, without a framework.
import type { UserInput } from './history/user-message.ts'
import { Conversation } from './conversation.ts'
import type { ChatMessage } from '../chat-model/index.ts'
import { checkChatOptions, type CreateChatOptions } from './options.ts'
import type { ChatSnapshot } from './snapshot.ts'

/** A conversation. Its methods can be passed on as they are. None of those that ask the server rejects: see the snapshot. */
export interface Chat {
  /** The id of the chat. */
  readonly id: string
  /**
   * Sends a message, which stands in the conversation at once. While an answer is being given it waits for its end.
   * Resolves once the answer has ended, however it did.
   *
   * @throws TidingsError `ERR_OPTION` for a message that says nothing
   */
  readonly send: (message: string | UserInput) => Promise<void>
  /** Has an answer given anew: the last one, or that with this id; what follows it is taken out of the conversation. */
  readonly regenerate: (messageId?: string) => Promise<void>
  /** Changes the text of a message of the user and sends it; what follows it is taken out of the conversation. */
  readonly edit: (messageId: string, text: string) => Promise<void>
  /** Stops the answer on the server, for all who follow it. What was said stays. Messages that wait are dropped. */
  readonly stop: () => Promise<void>
  /**
   * Follows an answer that is being given, or else the one of `runId`, which has ended meanwhile. Resolves, once it has begun,
   * with whether there is one.
   */
  readonly resume: () => Promise<boolean>
  /** Asks again for what has failed or was interrupted. */
  readonly retry: () => Promise<void>
  /** The output of a call that runs here. Once all calls of the answer have one, it goes on by itself. */
  readonly addToolOutput: (toolCallId: string, output: unknown) => Promise<void>
  /** Says that a call that runs here has failed. */
  readonly addToolError: (toolCallId: string, errorText: string) => Promise<void>
  /** A person's word on a call that waits for it. */
  readonly respondToApproval: (approvalId: string, approved: boolean, reason?: string) => Promise<void>
  /** Replaces the conversation. An answer that is being given is followed no further here. */
  readonly setMessages: (messages: readonly ChatMessage[]) => void
  /** What the chat is now: the same object as long as nothing changes. */
  readonly getSnapshot: () => ChatSnapshot
  /** A message of the conversation: the same object until it changes. */
  readonly getMessage: (messageId: string) => ChatMessage | undefined
  /** Calls `listener` after a change, at most once an animation frame. Returns a function that undoes this. */
  readonly subscribe: (listener: () => void) => () => void
  /** Ends the connection, and everything else that the chat does. The answer goes on where it is given. */
  readonly close: () => void
}

/**
 * Opens a chat with a server that has `chatRoutes()`, or with another one. The conversation is what is here: it is sent with
 * each message.
 *
 * @throws TidingsError `ERR_OPTION` for options that cannot work
 * @example
 * import { createChat } from 'tidings/chat'
 *
 * const chat = createChat({ url: 'https://example.com/assistant' })
 * await chat.send('Hello!')
 * console.log(chat.getSnapshot().status) // ready
 */
export function createChat(options: CreateChatOptions): Chat {
  checkChatOptions(options)
  const conversation = new Conversation(options)
  const { live = false, resume = live || options.id !== undefined } = options
  if (resume) void conversation.resume()
  return conversation
}
