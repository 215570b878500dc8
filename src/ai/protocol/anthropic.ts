// Anthropic messages: one message of content blocks, which come one after another; frames are named.
import type { ChatEvent, Citation, Json, ProviderMetadata, RunEnd, RunStart } from '../../chat-model/index.ts'
import { anthropicFrame, BlockQueue, type Block, type BlockContent } from './anthropic-block.ts'
import { toErrorType, toMessage, toMessageUsage, toStopReason } from './anthropic-message.ts'
import { Ending } from './ending.ts'
import { Losses } from './loss.ts'
import type { ChatEncoder, ChatProtocol, EncoderOptions, WholeAnswer } from './protocol.ts'
import { providerField } from './provider-field.ts'
import { StepParts } from './step-parts.ts'

/** What `@anthropic-ai/sdk` reads with `messages.create` and `messages.stream`. */
export const anthropicProtocol: ChatProtocol = {
  name: 'anthropic',
  contentType: 'text/event-stream; charset=utf-8',
  headers: {},
  isSse: true,
  createEncoder: (options) => new AnthropicEncoder(options),
  createWhole: (options) => new WholeMessage(options),
  errorBody: ({ code, message, requestId }) => ({
    type: 'error',
    error: { type: toErrorType(code), message },
    request_id: requestId,
  }),
  errorStatus: (code) => (code === 'overloaded' ? 529 : undefined),
}

class WholeMessage implements WholeAnswer {
  readonly #encoder: AnthropicEncoder

  constructor(options: EncoderOptions) {
    this.#encoder = new AnthropicEncoder(options)
  }

  take(event: ChatEvent): void {
    this.#encoder.encode(event)
  }

  body(): object {
    return this.#encoder.message
  }
}

class AnthropicEncoder implements ChatEncoder {
  readonly #ending = new Ending()
  readonly #stepParts = new StepParts(this.#ending.parts)
  readonly #losses: Losses
  readonly #queue = new BlockQueue()
  readonly #parts = new Map<string, Block>()
  /** The client's calls; `isText`: the deltas of the input are not those of an object, and it comes as a whole. */
  readonly #calls = new Map<string, { readonly block: Block; isText: boolean; hasInput: boolean }>()
  #run: RunStart | undefined
  #messageId: string | undefined
  #hasRefusal = false
  #message: object = {}

  constructor(options: EncoderOptions) {
    this.#losses = new Losses(options)
  }

  /** The whole message, after `run-end`. */
  get message(): object {
    return this.#message
  }

  encode(event: ChatEvent): readonly string[] {
    if (event.type === 'run-end') return this.#end(event)
    if (event.type === 'step-start') this.#stepParts.start()
    // Closed first, so that the last of them has no more to say when the step is gone on with.
    const closed = event.type === 'step-reset' ? this.#stepParts.closers().flatMap((closer) => this.encode(closer)) : []
    this.#ending.take(event)
    return closed.length === 0 ? this.#encodeText(event) : [...closed, ...this.#encodeText(event)]
  }

  #encodeText(event: ChatEvent): readonly string[] {
    switch (event.type) {
      case 'run-start':
        this.#run = event
        return []
      case 'message-start':
        return this.#messageId === undefined ? this.#begin(event.id) : this.#losses.folded(event.type)
      case 'refusal-start':
        this.#hasRefusal = true
        return this.#open(event.id, { type: 'text', text: '', citations: null })
      case 'text-start':
        return this.#open(event.id, { type: 'text', text: '', citations: null })
      case 'reasoning-start':
        return this.#think(event.id, event.providerMetadata)
      case 'text-delta':
      case 'refusal-delta':
      case 'reasoning-delta':
        return this.#delta(event.id, event)
      case 'text-end':
      case 'refusal-end':
      case 'reasoning-end':
        return this.#close(event.id, event.providerMetadata)
      default:
        return this.#encodeCall(event)
    }
  }

  #encodeCall(event: ChatEvent): readonly string[] {
    switch (event.type) {
      case 'tool-input-start':
        return this.#call(event)
      case 'tool-input-delta':
        return this.#input(event.toolCallId, event.inputTextDelta)
      case 'tool-input-available':
        return [...this.#call(event), ...this.#complete(event.toolCallId, event.input)]
      case 'tool-input-error':
        return [...this.#call(event), ...this.#giveUp(event.toolCallId)]
      case 'tool-output-available':
        return event.preliminary === true ? [] : this.#losses.dropped(event.type)
      case 'tool-output-error':
      case 'tool-output-denied':
      case 'tool-approval-request':
      case 'source':
      case 'file':
        return this.#losses.dropped(event.type)
      case 'citation':
        return this.#cite(event)
      case 'step-reset':
        return this.#losses.folded(event.type)
      default:
        return []
    }
  }

  #begin(id: string): readonly string[] {
    this.#messageId = id
    const message = toMessage(this.#run, { id, content: [], stopReason: null }, undefined)
    return [anthropicFrame('message_start', { message })]
  }

  #open(id: string, content: BlockContent): readonly string[] {
    const { block, frames } = this.#queue.open(content)
    this.#parts.set(id, block)
    return frames
  }

  #think(id: string, metadata: ProviderMetadata | undefined): readonly string[] {
    const started = this.#open(id, thinkingOf(metadata))
    const block = this.#parts.get(id)
    return block === undefined ? started : [...started, ...this.#sign(block, metadata)]
  }

  #delta(
    id: string,
    { delta, providerMetadata }: { readonly delta: string; readonly providerMetadata?: ProviderMetadata },
  ): readonly string[] {
    const block = this.#parts.get(id)
    if (block === undefined) return []
    const { content } = block
    if (content.type === 'text') {
      content.text += delta
      return this.#queue.delta(block, { type: 'text_delta', text: delta })
    }
    if (content.type !== 'thinking') return []
    content.thinking += delta
    return [
      ...this.#queue.delta(block, { type: 'thinking_delta', thinking: delta }),
      ...this.#sign(block, providerMetadata),
    ]
  }

  #close(id: string, metadata: ProviderMetadata | undefined): readonly string[] {
    const block = this.#parts.get(id)
    if (block === undefined) return []
    this.#parts.delete(id)
    return [...this.#sign(block, metadata), ...this.#queue.close(block, true)]
  }

  #sign(block: Block, metadata: ProviderMetadata | undefined): readonly string[] {
    const signature = providerField(metadata, 'anthropic', 'signature')
    if (signature === undefined || block.content.type !== 'thinking') return []
    block.content.signature = signature
    return this.#queue.delta(block, { type: 'signature_delta', signature })
  }

  #cite({ type, partId, raw }: Citation): readonly string[] {
    const block = this.#parts.get(partId)
    if (block?.content.type !== 'text' || raw === undefined || !isLocation(raw)) return this.#losses.dropped(type)
    block.content.citations = [...(block.content.citations ?? []), raw]
    return this.#queue.delta(block, { type: 'citations_delta', citation: raw })
  }

  /** Begins a call of the client's. The names of the server's are not those of Anthropic's own: they are left out. */
  #call(
    event: ChatEvent & { readonly type: 'tool-input-start' | 'tool-input-available' | 'tool-input-error' },
  ): readonly string[] {
    const { toolCallId: id, toolName: name } = event
    if (this.#calls.has(id)) return []
    if (event.executor !== 'client') return this.#losses.dropped(event.type)
    const caller = { type: 'direct' } as const
    const { block, frames } = this.#queue.open({ type: 'tool_use', id, name, input: {}, caller })
    const isText = event.type === 'tool-input-start' && event.inputEncoding === 'text'
    this.#calls.set(id, { block, isText, hasInput: false })
    return frames
  }

  #input(id: string, partial_json: string): readonly string[] {
    const call = this.#calls.get(id)
    if (call === undefined) return []
    // The SDK parses an input as far as it came, and throws where half a string is all of it: only objects come in pieces.
    if (!call.hasInput && !partial_json.trimStart().startsWith('{')) call.isText = true
    if (call.isText) return []
    call.hasInput = true
    return this.#queue.delta(call.block, { type: 'input_json_delta', partial_json })
  }

  #complete(id: string, input: Json): readonly string[] {
    const call = this.#calls.get(id)
    if (call === undefined) return []
    const whole = call.hasInput ? [] : this.#wholeInput(call.block, input)
    if (call.block.content.type === 'tool_use') call.block.content.input = input
    return [...whole, ...this.#queue.close(call.block, true)]
  }

  #wholeInput(block: Block, input: Json): readonly string[] {
    return this.#queue.delta(block, { type: 'input_json_delta', partial_json: JSON.stringify(input) })
  }

  #giveUp(id: string): readonly string[] {
    const call = this.#calls.get(id)
    return call === undefined ? [] : this.#queue.close(call.block, false)
  }

  #end(event: RunEnd): readonly string[] {
    const { closers, error, reason, usage } = this.#ending.close(event)
    const frames = closers.flatMap((closer) => this.#encodeText(closer))
    if (error !== undefined) {
      const { code, message } = error
      return [...frames, anthropicFrame('error', { error: { type: toErrorType(code), message } })]
    }
    const id = this.#messageId ?? `msg_${this.#run?.runId}`
    if (this.#messageId === undefined) frames.push(...this.#begin(id))
    const stopReason = toStopReason(reason, this.#hasRefusal)
    const content = this.#queue.blocks.filter((block) => block.isWhole).map((block) => block.content)
    this.#message = toMessage(this.#run, { id, content, stopReason }, usage)
    const delta = { stop_reason: stopReason, stop_sequence: null, stop_details: null, container: null }
    return [
      ...frames,
      anthropicFrame('message_delta', { delta, usage: toMessageUsage(usage) }),
      anthropicFrame('message_stop', {}),
    ]
  }
}

function thinkingOf(metadata: ProviderMetadata | undefined): BlockContent {
  const data = providerField(metadata, 'anthropic', 'redactedData')
  if (data !== undefined) return { type: 'redacted_thinking', data }
  return { type: 'thinking', thinking: '', signature: '' }
}

const locations: ReadonlySet<unknown> = new Set([
  'char_location',
  'page_location',
  'content_block_location',
  'web_search_result_location',
  'search_result_location',
])

/** Whether a provider's citation is one of Anthropic's: others have no place in its protocol. */
function isLocation(raw: Json): boolean {
  return typeof raw === 'object' && raw !== null && 'type' in raw && locations.has(raw['type'])
}
