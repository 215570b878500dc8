// The options of `createChat()`, with their checks.
import { checkOptions, oneOf, options, required, typed, TidingsError, wholeNumber } from '../base/index.ts'
import type { OptionCheck, OptionChecks } from '../base/index.ts'
import type { ChatMessage, CustomEvent, DataEvent } from '../chat-model/index.ts'
import type { StreamOptions } from '../client/index.ts'
import type { ChatSnapshot } from './snapshot.ts'

/** What `save` of a chat is told beside the messages. */
export interface SavedState {
  /**
   * The answer that the last message may not have to its end; `undefined` where all is there. To be stored with the messages,
   * and given back as `runId`.
   */
  readonly runId: string | undefined
}

/** What is sent to the server: the conversation, and what is asked for. */
export interface ChatTurn {
  /** The id of the chat. */
  readonly id: string
  readonly trigger: 'submit-message' | 'regenerate-message'
  /** The message that is answered anew, or was edited. */
  readonly messageId: string | undefined
  readonly messages: readonly ChatMessage[]
}

/** The call that a tool of the client runs for. */
export interface ClientToolCall {
  readonly toolCallId: string
  readonly toolName: string
  /** Aborts when the person stops the answer, and when the chat is closed. */
  readonly signal: AbortSignal
}

/** A tool that runs here. What it returns, or throws, goes back to the model. */
export type ClientTool = (input: unknown, call: ClientToolCall) => unknown

/** How often a lost connection is tried again. */
export interface ChatRetryOptions {
  /**
   * The failures in a row after which the chat gives up. Default: 10 for a message that the server has not begun to answer,
   * no limit for an answer that it has.
   */
  readonly attempts?: number | undefined
  /** The upper bound of the first, random pause, in milliseconds; it doubles with each further one. Default 1,000. */
  readonly minMs?: number | undefined
  /** The longest such pause, in milliseconds. Default 30,000. */
  readonly maxMs?: number | undefined
}

/** Options of {@link createChat}. */
export interface CreateChatOptions {
  /** Where messages are posted to: the path of `chatRoutes()`. May be relative where there is a `location`. */
  readonly url: string | URL
  /** The id of the chat, under which a reload finds its answer. Default: a new one. */
  readonly id?: string | undefined
  /** The conversation so far. Default: none. */
  readonly messages?: readonly ChatMessage[] | undefined
  /**
   * The answer that the last of `messages` may not have to its end, as `save` was told. Where it is not being given any more,
   * `resume` reads it to its end; one that the server does not keep any more is shown as `interrupted`. Default: all is there.
   */
  readonly runId?: string | undefined
  /** Whether an answer of this chat that is still being given is followed at once. Default: where there is an `id`, or `live`. */
  readonly resume?: boolean | undefined
  /**
   * Whether answers are followed that begin later, by what another page of the same chat has asked: its message is shown, and
   * the answer as it comes. Takes one more connection, while the page is seen, from `resume` or `resume()` on, and `resume` of
   * `chatRoutes()`. Tools of such an answer run in the page that has asked. Default `false`.
   */
  readonly live?: boolean | undefined
  /** Headers of each request; a function is called for each, and once more after a 401. */
  readonly headers?: StreamOptions['headers']
  /** Whether cookies are sent, as for `fetch`. Default: that of `fetch`, to the same origin only. */
  readonly credentials?: RequestInit['credentials'] | undefined
  /** More fields for the body of a message, or a function that makes them. */
  readonly body?: object | ((turn: ChatTurn) => object) | undefined
  /** Makes the whole body of a message, for a server that takes another one. */
  readonly request?: ((turn: ChatTurn) => unknown) | undefined
  /**
   * Whether the server is one with `chatRoutes()`, the default. To any `other` nothing is sent twice, and Stop only ends the
   * connection; an answer that breaks off is `interrupted`.
   */
  readonly server?: 'tidings' | 'other' | undefined
  /** The `fetch` that sends the requests. Default: the global one. */
  readonly fetch?: typeof globalThis.fetch | undefined
  /** How answers are read. Default: `xhr` where `fetch` cannot stream, as in React Native. */
  readonly transport?: 'fetch' | 'xhr' | undefined
  /** Tools that run here, by name. Once all calls of an answer have their output, the answer goes on by itself. */
  readonly tools?: Readonly<Record<string, ClientTool>> | undefined
  /** How often a lost connection is tried again. */
  readonly retry?: ChatRetryOptions | undefined
  /**
   * After this silence, without even a heartbeat, a connection to a server with `chatRoutes()` counts as lost, in
   * milliseconds. Default 45,000, three heartbeats; `false`: never.
   */
  readonly idleTimeoutMs?: number | false | undefined
  /** Told of data in the answer as it comes, the transient too. An answer that is followed anew tells its data again. */
  readonly onData?: ((event: DataEvent) => void) | undefined
  /** Told of the application's own events as they come. */
  readonly onCustom?: ((event: CustomEvent) => void) | undefined
  /** Told of the end of each answer. */
  readonly onEnd?: ((snapshot: ChatSnapshot) => void) | undefined
  /**
   * Stores the conversation: called after a message was sent, at most once an animation frame while an answer comes, and at
   * its end; never while an earlier call is pending. A message that goes on after the output of a tool is given as it was
   * before, until the answer has ended, so that a reload can follow it. While an answer is not whole, `runId` says which, to
   * be stored as well.
   */
  readonly save?: ((messages: readonly ChatMessage[], state: SavedState) => void | Promise<void>) | undefined
  /** Told of what the functions above throw. Default: `console.error`. */
  readonly onError?: ((error: unknown) => void) | undefined
}

/** The checks of {@link ChatRetryOptions}. */
export const retryChecks: OptionChecks<ChatRetryOptions> = {
  attempts: checkAttempts,
  minMs: wholeNumber({ least: 0 }),
  maxMs: wholeNumber({ least: 0 }),
}

const checks: OptionChecks<CreateChatOptions> = {
  url: required(checkUrl),
  id: checkId,
  messages: checkMessages,
  runId: checkId,
  resume: typed('boolean'),
  live: typed('boolean'),
  headers: checkObjectOrFunction,
  credentials: oneOf(['omit', 'same-origin', 'include']),
  body: checkObjectOrFunction,
  request: typed('function'),
  server: oneOf(['tidings', 'other']),
  fetch: typed('function'),
  transport: oneOf(['fetch', 'xhr']),
  tools: typed('object'),
  retry: options(retryChecks),
  idleTimeoutMs: wholeNumber({ orFalse: true }),
  onData: typed('function'),
  onCustom: typed('function'),
  onEnd: typed('function'),
  save: typed('function'),
  onError: typed('function'),
}

/** Checks the options of a chat. @throws TidingsError `ERR_OPTION` */
export function checkChatOptions(given: CreateChatOptions): void {
  checkOptions('createChat()', given, checks)
}

/** The id of a chat, or of a run, is a segment of paths. @throws TidingsError `ERR_OPTION` */
function checkId(name: string, value: unknown): void {
  if (value === undefined || (typeof value === 'string' && value !== '' && value !== '.' && value !== '..')) return
  throw new TidingsError('ERR_OPTION', `${name} must be a text that is neither empty nor "." nor "..".`)
}

/** Checks a url, as text or as `URL`. @throws TidingsError `ERR_OPTION` */
export function checkUrl(name: string, value: unknown): void {
  if ((typeof value === 'string' && value !== '') || value instanceof URL) return
  throw new TidingsError('ERR_OPTION', `${name} must be a url.`)
}

/** Checks a list of messages. @throws TidingsError `ERR_OPTION` */
export function checkMessages(name: string, value: unknown): void {
  if (value === undefined || (Array.isArray(value) && value.every(isMessage))) return
  throw new TidingsError('ERR_OPTION', `${name} must be a list of messages: { id, role, parts }.`)
}

/** Checks an option that is an object, or a function that makes one. @throws TidingsError `ERR_OPTION` */
export function checkObjectOrFunction(name: string, value: unknown): void {
  if (value === undefined || typeof value === 'function' || (typeof value === 'object' && value !== null)) return
  throw new TidingsError('ERR_OPTION', `${name} must be an object or a function.`)
}

function isMessage(value: unknown): boolean {
  const { id, role, parts }: { id?: unknown; role?: unknown; parts?: unknown } = Object(value)
  return typeof id === 'string' && typeof role === 'string' && Array.isArray(parts)
}

const checkCount: OptionCheck = wholeNumber({ least: 0 })

function checkAttempts(name: string, value: unknown): void {
  if (value !== Infinity) checkCount(name, value)
}
