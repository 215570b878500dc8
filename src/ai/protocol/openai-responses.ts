// OpenAI Responses: each text, reasoning and call is an item of `output`; frames are named and numbered.
import type {
  ChatEvent,
  Json,
  PartKind,
  ProviderMetadata,
  RunEnd,
  RunOutcome,
  RunStart,
} from '../../chat-model/index.ts'
import { Ending, type Ended } from './ending.ts'
import { Losses } from './loss.ts'
import { openAiErrorBody } from './openai-error.ts'
import type { ChatEncoder, ChatProtocol, EncoderOptions, WholeAnswer } from './protocol.ts'
import { providerField } from './provider-field.ts'
import { StepParts } from './step-parts.ts'
import { CallItem, callPrefixes, serverLabel, type CallKind } from './responses-call.ts'
import {
  createTextItem,
  ItemPlace,
  MessageItem,
  ResponseFrames,
  type OutputItem,
  type TextItem,
} from './responses-item.ts'
import { begun, endOf, toResponse, type ResponseState } from './responses-object.ts'

/** What `openai` reads with `responses.create` and `responses.stream`, and `@openai/agents`. */
export const openAiResponsesProtocol: ChatProtocol = {
  name: 'openai-responses',
  contentType: 'text/event-stream; charset=utf-8',
  headers: {},
  isSse: true,
  createEncoder: (options) => new ResponsesEncoder(options),
  createWhole: (options) => new WholeResponse(options),
  errorBody: openAiErrorBody,
}

class WholeResponse implements WholeAnswer {
  readonly #encoder: ResponsesEncoder

  constructor(options: EncoderOptions) {
    this.#encoder = new ResponsesEncoder(options)
  }

  take(event: ChatEvent): void {
    this.#encoder.encode(event)
  }

  body(): object {
    return this.#encoder.response
  }
}

class ResponsesEncoder implements ChatEncoder {
  readonly #frames = new ResponseFrames()
  readonly #ending = new Ending()
  readonly #stepParts = new StepParts(this.#ending.parts)
  readonly #losses: Losses
  readonly #showServerTools: boolean
  readonly #output: OutputItem[] = []
  readonly #texts = new Map<string, TextItem>()
  readonly #calls = new Map<string, CallItem>()
  readonly #metadata = new Map<string, string>()
  #run: RunStart | undefined
  #state: Omit<ResponseState, 'output' | 'metadata'> = begun
  #cut: RunOutcome | undefined

  constructor(options: EncoderOptions) {
    this.#losses = new Losses(options)
    this.#showServerTools = options.showServerTools
  }

  /** The response as it stands. */
  get response(): object {
    if (this.#run === undefined) return {}
    const output = this.#output.map((item) => item.value())
    return toResponse(this.#run, { ...this.#state, output, metadata: Object.fromEntries(this.#metadata) })
  }

  encode(event: ChatEvent): readonly string[] {
    if (event.type === 'run-end') return this.#end(event)
    if (event.type === 'step-start') this.#stepParts.start()
    // Closed first, so that the last of them has no more to say when the step is gone on with.
    const closed = event.type === 'step-reset' ? this.#stepParts.closers().flatMap((closer) => this.encode(closer)) : []
    this.#ending.take(event)
    return closed.length === 0 ? this.#encodeMessage(event) : [...closed, ...this.#encodeMessage(event)]
  }

  #encodeMessage(event: ChatEvent): readonly string[] {
    switch (event.type) {
      case 'run-start':
        return this.#begin(event)
      case 'message-start':
      case 'message-metadata':
      case 'message-end':
        return this.#describe(event.type, event.metadata)
      case 'step-reset':
        return this.#losses.folded(event.type)
      case 'source':
        return this.#losses.dropped(event.type)
      case 'citation': {
        const item = this.#texts.get(event.partId)
        const frames = item instanceof MessageItem ? item.cite(event) : undefined
        return frames ?? this.#losses.dropped(event.type)
      }
      case 'file':
        return this.#image(event.url) ?? this.#losses.dropped(event.type)
      default:
        return this.#encodeText(event)
    }
  }

  #encodeText(event: ChatEvent): readonly string[] {
    switch (event.type) {
      case 'text-start':
        return this.#startText('text', event)
      case 'reasoning-start':
        return this.#startText('reasoning', event)
      case 'refusal-start':
        return this.#startText('refusal', event)
      case 'text-delta':
      case 'reasoning-delta':
      case 'refusal-delta':
        return this.#texts.get(event.id)?.delta(event.delta) ?? []
      case 'text-end':
      case 'reasoning-end':
      case 'refusal-end': {
        const encrypted = encryptedOf(event.providerMetadata)
        return this.#texts.get(event.id)?.end(this.#isCut ? 'incomplete' : 'completed', encrypted) ?? []
      }
      default:
        return this.#encodeCall(event)
    }
  }

  #encodeCall(event: ChatEvent): readonly string[] {
    switch (event.type) {
      case 'tool-input-start':
        return this.#call(event)?.frames ?? []
      case 'tool-input-delta':
        return this.#calls.get(event.toolCallId)?.delta(event.inputTextDelta) ?? []
      case 'tool-input-available': {
        const { item, frames } = this.#call(event) ?? {}
        return [...(frames ?? []), ...(item?.complete(event.input) ?? [])]
      }
      case 'tool-input-error': {
        const { item, frames } = this.#call(event) ?? {}
        return [...(frames ?? []), ...(item?.fail(event.errorText) ?? [])]
      }
      case 'tool-output-available':
        if (event.preliminary === true) return []
        return this.#openCall(event)?.succeed(event.output) ?? []
      case 'tool-output-error':
        return this.#openCall(event)?.fail(event.errorText) ?? []
      case 'tool-output-denied':
        return this.#openCall(event)?.fail('The call was denied.') ?? []
      case 'tool-approval-request':
        return this.#ask(event.approvalId, event)
      default:
        return []
    }
  }

  #begin(run: RunStart): readonly string[] {
    this.#run = run
    const fields = { response: this.response }
    return [this.#frames.write('response.created', fields), this.#frames.write('response.in_progress', fields)]
  }

  get #isCut(): boolean {
    return this.#cut !== undefined && this.#cut !== 'completed'
  }

  #place(prefix: string): ItemPlace {
    const index = this.#output.length
    return new ItemPlace(this.#frames, index, `${prefix}_${this.#run?.runId}_${index}`)
  }

  #startText(
    kind: PartKind,
    event: { readonly id: string; readonly providerMetadata?: ProviderMetadata },
  ): readonly string[] {
    const place = this.#place(kind === 'reasoning' ? 'rs' : 'msg')
    const item = createTextItem(kind, place, encryptedOf(event.providerMetadata))
    this.#output.push(item)
    this.#texts.set(event.id, item)
    return item.start()
  }

  /** The item of a call, with the frames that begin it where it is new; none for what is not to be shown. */
  #call(
    event: ChatEvent & { readonly type: 'tool-input-start' | 'tool-input-available' | 'tool-input-error' },
  ): { readonly item: CallItem; readonly frames: readonly string[] } | undefined {
    const known = this.#calls.get(event.toolCallId)
    if (known !== undefined) return { item: known, frames: [] }
    const isText = event.type === 'tool-input-start' && event.inputEncoding === 'text'
    const kind = kindOf(event.executor === 'client', isText)
    if (kind === 'mcp' && !this.#showServerTools) {
      this.#losses.dropped(event.type)
      return undefined
    }
    const item = new CallItem(kind, this.#place(callPrefixes[kind]), {
      callId: event.toolCallId,
      name: event.toolName,
      isText,
    })
    this.#output.push(item)
    this.#calls.set(event.toolCallId, item)
    return { item, frames: item.start() }
  }

  /** The open item of a call that has its output: one of the server's, in this response. */
  #openCall({
    type,
    toolCallId,
  }: {
    readonly type: ChatEvent['type']
    readonly toolCallId: string
  }): CallItem | undefined {
    const item = this.#calls.get(toolCallId)
    if (item?.isOpen === true) return item
    if (!this.#isCut) this.#losses.dropped(type)
    return undefined
  }

  #ask(
    id: string,
    { type, toolCallId }: { readonly type: ChatEvent['type']; readonly toolCallId: string },
  ): readonly string[] {
    const call = this.#calls.get(toolCallId)
    if (call === undefined) return this.#losses.dropped(type)
    const item = { id, type: 'mcp_approval_request', name: call.name, arguments: call.input, server_label: serverLabel }
    const place = new ItemPlace(this.#frames, this.#output.length, id)
    this.#output.push({ value: () => item })
    return [place.added(item), place.done(item)]
  }

  #image(url: string): readonly string[] | undefined {
    const result = /^data:image\/[^,]*;base64,(.*)$/su.exec(url)?.[1]
    if (result === undefined) return undefined
    const place = this.#place('ig')
    const item = { id: place.id, type: 'image_generation_call', status: 'completed', result }
    this.#output.push({ value: () => item })
    return [place.added({ ...item, status: 'in_progress', result: null }), place.done(item)]
  }

  /** A response's metadata is strings by name. */
  #describe(type: ChatEvent['type'], metadata: Json | undefined): readonly string[] {
    if (metadata === undefined) return []
    const entries = isRecord(metadata) ? Object.entries(metadata) : []
    for (const [name, value] of entries) if (typeof value === 'string') this.#metadata.set(name, value)
    return entries.every(([, value]) => typeof value === 'string') ? [] : this.#losses.dropped(type)
  }

  #end(event: RunEnd): readonly string[] {
    const ended = this.#ending.close(event)
    this.#cut = event.outcome
    const frames = ended.closers.flatMap((closer) => this.#encodeMessage(closer))
    for (const call of this.#calls.values()) if (call.isOpen) call.leave()
    return [...frames, ...this.#finish(ended)]
  }

  #finish(ended: Ended): readonly string[] {
    if (this.#run === undefined) return []
    const { type, state } = endOf(ended)
    this.#state = state
    const last = () => this.#frames.write(type, { response: this.response })
    const { error } = ended
    if (error === undefined) return [last()]
    // A response that has only failed does not throw in `openai`: a loop over its deltas would take it for a whole one.
    const told = this.#frames.write('error', { code: error.code, message: error.message, param: null })
    return [told, last()]
  }
}

function kindOf(isClient: boolean, isText: boolean): CallKind {
  if (!isClient) return 'mcp'
  return isText ? 'custom' : 'function'
}

function encryptedOf(metadata: ProviderMetadata | undefined): string | undefined {
  return providerField(metadata, 'openai', 'reasoningEncryptedContent')
}

function isRecord(value: Json): value is { readonly [key: string]: Json | undefined } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
