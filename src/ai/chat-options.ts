// The options of chat routes, with their checks.
import {
  longestDelayMs,
  oneOf,
  options as optionsOf,
  required,
  TidingsError,
  typed,
  wholeNumber,
  type OptionChecks,
} from '../base/index.ts'
import type { Runs } from '../channel/index.ts'
import type { ChatEvent, ProtocolName } from '../chat-model/index.ts'
import type { Context, HttpError, Middleware, State, Strings } from '../server/index.ts'
import type { ChatStream } from './answer/source.ts'
import type { JsonInput } from './answer/tool-run.ts'
import { protocolNames } from './protocol/protocols.ts'
import type { ChatInput, ChatRequest, RequestLimits } from './request/chat-request.ts'
import type { WhileRunning } from './run/admission.ts'
import type { RunResult } from './run/run-result.ts'

/**
 * What a chat handler gets: the context of its request, and what the request says in the terms of all protocols. `signal` is
 * the run's: it aborts on stop, on time-out and on shut-down, and, only without `resume`, when the reader leaves. `Held` is what
 * middleware adds to `state`.
 */
export type ChatContext<Held = State> = RequestContext<Held> & ChatRequest<RunResult>

/** The context of a request, before what it says is known. */
export type RequestContext<Held> = Context<Strings, Strings, unknown, Strings, Strings, Held>

/** The result of `streamText` itself: `stream` since `ai` 7, `fullStream` before. */
export type StreamResult = { readonly stream: ChatStream } | { readonly fullStream: ChatStream }

/** What a chat handler may return: a stream of what it may yield, the result of `streamText`, or another server's answer. */
export type ChatOutput = ChatStream | StreamResult | Response

/** Answers a message: an `async function*`, or a function that returns a stream. */
export type ChatHandler<Held = State> = (ctx: ChatContext<Held>) => ChatOutput | Promise<ChatOutput>

/** What a protocol could not carry. */
export interface ChatLoss {
  readonly protocol: ProtocolName
  readonly type: ChatEvent['type']
  /** Whether it was left out, or told in another way. */
  readonly dealt: 'dropped' | 'folded'
}

/** Options of {@link chatRoute}. `Held` is what their middleware adds to `ctx.state`. */
export interface ChatRouteOptions<Held = State> {
  /** The path of the POST. */
  readonly path: string
  /** Answers a message, by what it yields or by the stream that it returns. */
  readonly handler: ChatHandler<Held>
  /**
   * What runs around all routes of the chat, from the outside in: a guard. What it adds to `ctx.state` is typed in `handler`,
   * `accept`, `meta`, and asked of by the `owner` of `resume`.
   */
  readonly middleware?: readonly Middleware[] | undefined
  /**
   * Lets an answer outlive its readers: a reload follows it, a second tab too, and only Stop stops it. Made by
   * `channels.runs()`. Left out, an answer lives as long as its reader.
   */
  readonly resume?: Runs<RequestContext<Held>> | undefined
  /** Which protocols are answered. Default: all. The first is taken where a request fits several. */
  readonly protocols?: readonly ProtocolName[] | undefined
  /** What becomes of a message that comes while an answer is being given. Default `reject` (409). Needs `resume`. */
  readonly whileRunning?: WhileRunning | undefined
  /** How many messages of a chat may wait with `queue`; more are answered 429. Default 8. */
  readonly maxQueued?: number | undefined
  /** Checks what is asked (its model, its tools, its history); throws an `HttpError` to refuse. */
  readonly accept?: ((request: ChatInput, ctx: RequestContext<Held>) => void | Promise<void>) | undefined
  /** What {@link ChatRouteOptions.onEnd} is to know of the request: it is stored, so that another node can tell it. */
  readonly meta?: ((ctx: ChatContext<Held>) => JsonInput) | undefined
  /**
   * Told of each answer once it has ended, with all of it, on whatever node that is seen: once, or again after a crash in
   * between. To store it by its `runId` is safe.
   */
  readonly onEnd?: ((result: RunResult) => void | Promise<void>) | undefined
  /** Makes an `HttpError`, whose message the client sees, of another error. Default: a sentence that says nothing. */
  readonly toClientError?: ((error: unknown) => HttpError | undefined) | undefined
  /** What is done with a yield that is nothing known. Default `error`. */
  readonly unknownYield?: 'error' | 'ignore' | undefined
  /** Told once for each kind of event that a protocol cannot carry. Default: a warning on the console. */
  readonly onLoss?: ((loss: ChatLoss) => void) | undefined
  /** How UI messages are written. */
  readonly ui?: ChatUiOptions | undefined
  /**
   * How long a run goes on, in milliseconds, that nobody follows and whose client cannot come back on its own (OpenAI chat,
   * Anthropic, plain text, whole answers). Default 2,000; `false`: to its end.
   */
  readonly leaveMs?: number | false | undefined
  /**
   * How long after the end of an answer its log is packed, in milliseconds: it then takes as much room as its text, and each
   * position in it stays good. Default 60,000; `false`: never.
   */
  readonly compactAfterMs?: number | false | undefined
  /** Whether calls that the server runs are shown to readers of OpenAI responses (as `mcp_call`). Default true. */
  readonly showServerTools?: boolean | undefined
  /** The largest body of a request, in bytes. Default: the server's. */
  readonly maxBodyBytes?: number | undefined
  /** The largest requests that are read; each has a default. */
  readonly limits?: Partial<RequestLimits> | undefined
  /** How many answers one user may be given at once in this process; more are answered 429. Default: no limit. */
  readonly maxRunsPerOwner?: number | undefined
  /**
   * How many answers one user may have started in any 60 seconds in this process; more are answered 429, with how long to wait.
   * A message that was refused does not count, nor one that is sent again under its key. Default: no limit.
   */
  readonly maxRunsPerOwnerPerMinute?: number | undefined
}

/** How UI messages are written. */
export interface ChatUiOptions {
  /** Which `ai` must be able to read them. Default 6: no chunk that only 7 knows. */
  readonly version?: 6 | 7 | undefined
  /** Whether the message's metadata has its `usage`. Default false. */
  readonly usageInMetadata?: boolean | undefined
}

const limitChecks: OptionChecks<Partial<RequestLimits>> = {
  maxMessages: wholeNumber(),
  maxParts: wholeNumber(),
  maxMessageBytes: wholeNumber(),
  maxFileBytes: wholeNumber(),
  maxDepth: wholeNumber(),
}

const uiChecks: OptionChecks<ChatUiOptions> = { version: oneOf([6, 7]), usageInMetadata: typed('boolean') }

/** The checks of {@link ChatRouteOptions}. */
export const chatChecks: OptionChecks<ChatRouteOptions> = {
  path: required(typed('string')),
  handler: required(typed('function')),
  middleware: checkMiddleware,
  resume: checkRuns,
  protocols: checkProtocols,
  whileRunning: oneOf(['reject', 'replace', 'queue']),
  maxQueued: wholeNumber(),
  accept: typed('function'),
  meta: typed('function'),
  onEnd: typed('function'),
  toClientError: typed('function'),
  unknownYield: oneOf(['error', 'ignore']),
  onLoss: typed('function'),
  ui: optionsOf(uiChecks),
  leaveMs: wholeNumber({ most: longestDelayMs, orFalse: true }),
  compactAfterMs: wholeNumber({ most: longestDelayMs, orFalse: true }),
  showServerTools: typed('boolean'),
  maxBodyBytes: wholeNumber(),
  limits: optionsOf(limitChecks),
  maxRunsPerOwner: wholeNumber(),
  maxRunsPerOwnerPerMinute: wholeNumber(),
}

function checkMiddleware(name: string, value: unknown): void {
  if (value === undefined || (Array.isArray(value) && value.every((layer) => typeof layer === 'function'))) return
  throw new TidingsError('ERR_OPTION', `${name} must be a list of functions.`)
}

function checkRuns(name: string, value: unknown): void {
  if (value === undefined || typeof Reflect.get(Object(value), 'logs') === 'object') return
  throw new TidingsError('ERR_OPTION', `${name} must be made by channels.runs().`)
}

function checkProtocols(name: string, value: unknown): void {
  if (value === undefined) return
  const isList = Array.isArray(value) && value.length > 0
  const wrong: unknown = isList ? value.find((item) => !protocolNames.includes(item)) : value
  if (isList && wrong === undefined) return
  throw new TidingsError('ERR_OPTION', `${name} must be a list of some of ${protocolNames.join(', ')}.`)
}
