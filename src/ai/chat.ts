// What a chat handler yields beside plain text: parts, tool calls, sources, data; and a provider's stream, passed on.
import type { Citation, FinishReason, MadeEvent, MessageStart, SourceRef, Usage } from '../chat-model/index.ts'
import { markMade } from '../chat-model/internal.ts'
import { collect, merge, type Turn } from './answer/merge.ts'
import type { ChatStream, Sourced } from './answer/source.ts'
import { asJson, createCallId, runTool, type Execute, type JsonInput, type ToolOptions } from './answer/tool-run.ts'

/** A source as a handler names it. */
export type SourceInput =
  | { readonly url: string; readonly title?: string | undefined; readonly id?: string | undefined }
  | {
      readonly document: string
      readonly mediaType: string
      readonly filename?: string | undefined
      readonly id?: string | undefined
    }

/** A call by its id; what a model has called, as `collect` returns it, is one too. */
export interface CallRef {
  readonly id: string
  readonly name?: string | undefined
  readonly input?: unknown
}

/**
 * What a chat handler yields. Text is yielded as it is; everything else is made by these.
 *
 * @example
 * import { chat } from 'tidings/ai'
 *
 * async function* answer({ signal }: { signal: AbortSignal }) {
 *   yield chat.reasoning('The user asks for the weather.')
 *   const { degrees } = yield* chat.tool('weather', { city: 'Oslo' }, () => ({ degrees: 4 }))
 *   yield `It is ${degrees} degrees.`
 * }
 */
export const chat: {
  /** Text of a part of its own, which `id` names: pieces of several parts may be interleaved. */
  readonly text: (text: string, options?: { readonly id?: string | undefined }) => MadeEvent
  /** What the model thinks. */
  readonly reasoning: (text: string, options?: { readonly id?: string | undefined }) => MadeEvent
  /** What the model says where it refuses to answer. */
  readonly refusal: (text: string) => MadeEvent
  /** A source of the answer. */
  readonly source: (source: SourceInput) => MadeEvent
  /** A file in the answer: a `data:` url, or one that the client can fetch. */
  readonly file: (file: {
    readonly url: string
    readonly mediaType: string
    readonly filename?: string | undefined
  }) => MadeEvent
  /** What a text refers to: by default the text that was yielded last. Offsets are UTF-16 code units of it. */
  readonly citation: (citation: Omit<Citation, 'type' | 'partId'> & { readonly partId?: string }) => MadeEvent
  /** Data for the screen. With an `id` it replaces what has the same name and id; `transient` is not kept in the message. */
  readonly data: (
    name: string,
    data: JsonInput,
    options?: { readonly id?: string | undefined; readonly transient?: boolean | undefined },
  ) => MadeEvent
  /** Metadata of the message, merged deeply into what it has. */
  readonly metadata: (metadata: JsonInput) => MadeEvent
  /** Token counts, added to those of the message. */
  readonly usage: (usage: Usage) => MadeEvent
  /** An event of the application's own. */
  readonly custom: (name: string, value: JsonInput) => MadeEvent
  /** Why the message ends, where that is not `stop`. */
  readonly finish: (reason: FinishReason) => MadeEvent
  /** Another message in the same answer, of another agent say. */
  readonly message: (options?: {
    readonly id?: string | undefined
    readonly agent?: MessageStart['agent'] | undefined
  }) => MadeEvent
  /** A step begins, for example the next call of a provider. */
  readonly step: (name?: string) => MadeEvent
  /** Runs a tool here: its input, and its output or failure, are told. `yield*` it; it returns the output. */
  readonly tool: <Output extends JsonInput>(
    name: string,
    input: JsonInput,
    execute: Execute<Output>,
    options?: ToolOptions,
  ) => AsyncGenerator<MadeEvent, Output>
  /** A call of a tool that a handler makes itself, without running it yet: it waits for an approval, or for the client. */
  readonly call: (call: { readonly id: string; readonly name: string; readonly input: JsonInput }) => MadeEvent
  /** Runs a tool for a call that was made already, by a model or before. `yield*` it; it returns the output. */
  readonly toolOutput: <Output extends JsonInput>(
    call: CallRef,
    execute: Execute<Output>,
    options?: Pick<ToolOptions, 'signal'>,
  ) => AsyncGenerator<MadeEvent, Output>
  /** Asks a person to approve a call. The answer comes with the next request, whose `trigger` is `continue`. */
  readonly approval: (call: CallRef, options?: { readonly reason?: string | undefined }) => MadeEvent
  /** A call that was not approved is not run. */
  readonly denied: (call: CallRef) => MadeEvent
  /** Passes a provider's stream on. `yield*` it; it returns what the stream came to. */
  readonly collect: (stream: ChatStream) => AsyncGenerator<Sourced, Turn>
  /** Passes several streams on at once, each with parts of its own. `yield*` it. */
  readonly merge: (...streams: readonly ChatStream[]) => AsyncGenerator<Sourced, void>
} = {
  text: (delta, { id } = {}) =>
    markMade(id === undefined ? { type: 'text', delta } : { type: 'text-delta', id, delta }),
  reasoning: (delta, { id = '' } = {}) => markMade({ type: 'reasoning-delta', id, delta }),
  refusal: (delta) => markMade({ type: 'refusal-delta', id: '', delta }),
  source: (source) => markMade({ type: 'source', ...idOf(source.id), source: toSourceRef(source) }),
  file: ({ url, mediaType, filename }) =>
    markMade({ type: 'file', url, mediaType, ...(filename !== undefined && { filename }) }),
  citation: (citation) => markMade({ type: 'citation', ...citation }),
  data: (name, data, { id, transient } = {}) =>
    markMade({ type: 'data', name, ...idOf(id), data: asJson(data), ...(transient === true && { transient }) }),
  metadata: (metadata) => markMade({ type: 'message-metadata', metadata: asJson(metadata) }),
  usage: (usage) => markMade({ type: 'step-end', usage }),
  custom: (name, value) => markMade({ type: 'custom', name, value: asJson(value) }),
  finish: (reason) => markMade({ type: 'message-end', reason }),
  message: ({ id, agent } = {}) =>
    markMade({ type: 'message-start', ...idOf(id), ...(agent !== undefined && { agent }) }),
  step: (name) => markMade({ type: 'step-start', ...(name !== undefined && { name }) }),
  tool: async function* (name, given, execute, { id = createCallId(), title, signal } = {}) {
    const input = asJson(given)
    const call = { type: 'tool-input-available', toolCallId: id, toolName: name, input, executor: 'server' } as const
    const ofRun: unknown = yield markMade({ ...call, ...(title !== undefined && { title }) })
    return yield* runTool(id, execute, signal ?? signalOf(ofRun))
  },
  call: ({ id, name, input }) =>
    markMade({ type: 'tool-input-available', toolCallId: id, toolName: name, input: asJson(input) }),
  toolOutput: async function* ({ id }, execute, { signal } = {}) {
    // Nothing is told: it only asks for the signal of the run.
    const ofRun: unknown = yield markMade({ type: 'text-delta', id: '', delta: '' })
    return yield* runTool(id, execute, signal ?? signalOf(ofRun))
  },
  approval: ({ id }, { reason } = {}) =>
    markMade({
      type: 'tool-approval-request',
      approvalId: createCallId().replace('call', 'approval'),
      toolCallId: id,
      ...(reason !== undefined && { reason }),
    }),
  denied: ({ id }) => markMade({ type: 'tool-output-denied', toolCallId: id }),
  collect,
  merge,
}

function idOf(id: string | undefined): { readonly id?: string } {
  return id === undefined ? {} : { id }
}

function toSourceRef(source: SourceInput): SourceRef {
  if ('url' in source)
    return { kind: 'url', url: source.url, ...(source.title !== undefined && { title: source.title }) }
  const { document, mediaType, filename } = source
  return { kind: 'document', title: document, mediaType, ...(filename !== undefined && { filename }) }
}

/** The signal of the run, which a `yield` has answered; one that never aborts where somebody else drives the generator. */
function signalOf(given: unknown): AbortSignal {
  return given instanceof AbortSignal ? given : new AbortController().signal
}
