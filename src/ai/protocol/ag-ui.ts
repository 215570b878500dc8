// AG-UI: what `@ag-ui/client`, CopilotKit and TanStack AI read. Frames have no names, and all ends before the run does.
import type { ChatEvent, DataEvent, PartKind, ProviderMetadata, RunEnd, RunStart } from '../../chat-model/index.ts'
import { AgUiCalls } from './ag-ui-calls.ts'
import { agUiFrame, customFrame, toInterrupt, toTokenUsage } from './ag-ui-frame.ts'
import { AgUiMessages } from './ag-ui-messages.ts'
import { Ending, type Ended } from './ending.ts'
import { Losses } from './loss.ts'
import type { ChatEncoder, ChatProtocol, EncoderOptions } from './protocol.ts'
import { providerField } from './provider-field.ts'
import { StepParts } from './step-parts.ts'

/** What AG-UI's `HttpAgent` reads. */
export const agUiProtocol: ChatProtocol = {
  name: 'ag-ui',
  contentType: 'text/event-stream; charset=utf-8',
  headers: {},
  isSse: true,
  canCondense: true,
  createEncoder: (options) => new AgUiEncoder(options),
  errorBody: ({ code, message }) => ({ code, message }),
}

/** A part of text that is open. */
interface OpenText {
  readonly kind: PartKind
  readonly messageId: string
  readonly started: readonly string[]
  encrypted: string | undefined
}

class AgUiEncoder implements ChatEncoder {
  readonly #ending = new Ending()
  readonly #stepParts = new StepParts(this.#ending.parts)
  readonly #losses: Losses
  readonly #messages = new AgUiMessages()
  readonly #calls = new AgUiCalls(this.#messages)
  readonly #texts = new Map<string, OpenText>()
  readonly #interrupts = new Map<string, object>()
  /** Which kind of data has an id: the ids of other kinds get their name before them. */
  readonly #activities = new Map<string, string>()
  #run: RunStart | undefined
  #steps = 0
  #step: string | undefined
  #model: string | undefined

  constructor(options: EncoderOptions) {
    this.#losses = new Losses(options)
  }

  encode(event: ChatEvent): readonly string[] {
    if (event.type === 'run-end') return this.#end(event)
    if (event.type === 'step-start') this.#stepParts.start()
    // Closed first, so that the last of them has no more to say when the step is gone on with.
    const closed = event.type === 'step-reset' ? this.#stepParts.closers().flatMap((closer) => this.encode(closer)) : []
    this.#ending.take(event)
    return closed.length === 0 ? this.#encodeMessage(event) : [...closed, ...this.#encodeMessage(event)]
  }

  prelude(): readonly string[] {
    if (this.#run === undefined) return []
    const step = this.#step === undefined ? [] : [agUiFrame('STEP_STARTED', { stepName: this.#step })]
    const open = this.#ending.parts.list().flatMap(({ kind, id }) => {
      return kind === 'call' ? this.#calls.prelude(id) : (this.#texts.get(id)?.started ?? [])
    })
    return [agUiFrame('RUN_STARTED', this.#ids), ...this.#messages.prelude, ...step, ...open]
  }

  #encodeMessage(event: ChatEvent): readonly string[] {
    switch (event.type) {
      case 'run-start':
        this.#run = event
        this.#model = event.model
        this.#messages.begin(event)
        return [agUiFrame('RUN_STARTED', this.#ids)]
      case 'message-start':
        return [...this.#messages.open(event), ...metadataFrames(event)]
      case 'message-metadata':
        return metadataFrames(event)
      case 'message-end':
        return [...metadataFrames(event), ...this.#messages.close()]
      case 'step-start':
        return [...this.#endStep(), ...this.#startStep(event.name)]
      case 'step-end':
        this.#model = event.model ?? this.#model
        return this.#endStep()
      case 'step-reset':
        this.#losses.folded(event.type)
        return [customFrame('tidings:step-reset', {})]
      case 'data':
        return this.#data(event)
      case 'custom':
        return [customFrame(event.name, event.value)]
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
        this.#losses.folded(event.type)
        return this.#startText('refusal', event)
      case 'text-delta':
      case 'reasoning-delta':
      case 'refusal-delta':
        return this.#delta(event.id, event)
      case 'text-end':
      case 'reasoning-end':
      case 'refusal-end':
        return this.#endText(event.id, event.providerMetadata)
      case 'source':
      case 'citation':
      case 'file': {
        const { type, ...value } = event
        return [customFrame(`tidings:${type}`, value)]
      }
      default:
        return this.#encodeCall(event)
    }
  }

  #encodeCall(event: ChatEvent): readonly string[] {
    switch (event.type) {
      case 'tool-input-start':
        return this.#calls.start(event)
      case 'tool-input-delta':
        return this.#calls.delta(event.toolCallId, event.inputTextDelta)
      case 'tool-input-available':
        return [...this.#calls.start(event), ...this.#calls.end(event.toolCallId, event.input)]
      case 'tool-input-error':
        return [
          ...this.#calls.start(event),
          ...this.#calls.end(event.toolCallId, undefined),
          ...this.#failed(event, event.errorText),
        ]
      case 'tool-output-available':
        return this.#output(event.toolCallId, event.output, event.preliminary === true)
      case 'tool-output-error':
        return this.#failed(event, event.errorText)
      case 'tool-output-denied':
        return this.#failed(event, 'The call was denied.')
      case 'tool-approval-request':
        this.#interrupts.set(event.approvalId, toInterrupt(event))
        return []
      case 'tool-approval-response':
        this.#interrupts.delete(event.approvalId)
        return []
      default:
        return []
    }
  }

  get #ids(): object {
    return { threadId: this.#run?.chatId, runId: this.#run?.clientRunId ?? this.#run?.runId }
  }

  #startStep(name: string | undefined): readonly string[] {
    this.#steps += 1
    this.#step = name ?? `step-${this.#steps}`
    return [agUiFrame('STEP_STARTED', { stepName: this.#step })]
  }

  #endStep(): readonly string[] {
    const stepName = this.#step
    this.#step = undefined
    return stepName === undefined ? [] : [agUiFrame('STEP_FINISHED', { stepName })]
  }

  #startText(
    kind: PartKind,
    { id, providerMetadata }: { readonly id: string; readonly providerMetadata?: ProviderMetadata },
  ): readonly string[] {
    const { owner } = this.#messages
    const messageId = kind === 'reasoning' ? this.#messages.reasoning(id) : this.#messages.text(id)
    const metadata = kind === 'refusal' ? { metadata: { refusal: true } } : {}
    const started =
      kind === 'reasoning'
        ? [
            agUiFrame('REASONING_START', { messageId, ...owner }),
            agUiFrame('REASONING_MESSAGE_START', { messageId, role: 'reasoning', ...owner }),
          ]
        : [agUiFrame('TEXT_MESSAGE_START', { messageId, role: 'assistant', ...owner, ...metadata })]
    this.#texts.set(id, { kind, messageId, started, encrypted: encryptedOf(providerMetadata) })
    return started
  }

  #delta(
    id: string,
    { delta, providerMetadata }: { readonly delta: string; readonly providerMetadata?: ProviderMetadata },
  ): readonly string[] {
    const text = this.#texts.get(id)
    if (text === undefined) return []
    text.encrypted = encryptedOf(providerMetadata) ?? text.encrypted
    const type = text.kind === 'reasoning' ? 'REASONING_MESSAGE_CONTENT' : 'TEXT_MESSAGE_CONTENT'
    return [agUiFrame(type, { messageId: text.messageId, delta })]
  }

  #endText(id: string, metadata: ProviderMetadata | undefined): readonly string[] {
    const text = this.#texts.get(id)
    if (text === undefined) return []
    this.#texts.delete(id)
    const { kind, messageId } = text
    if (kind !== 'reasoning') return [agUiFrame('TEXT_MESSAGE_END', { messageId })]
    const encryptedValue = encryptedOf(metadata) ?? text.encrypted
    const fields = { subtype: 'message', entityId: messageId, encryptedValue }
    return [
      agUiFrame('REASONING_MESSAGE_END', { messageId }),
      ...(encryptedValue === undefined ? [] : [agUiFrame('REASONING_ENCRYPTED_VALUE', fields)]),
      agUiFrame('REASONING_END', { messageId }),
    ]
  }

  #output(toolCallId: string, output: DataEvent['data'], isPreliminary: boolean): readonly string[] {
    if (isPreliminary) return [customFrame('tidings:tool-preliminary', { toolCallId, output })]
    return this.#calls.result(toolCallId, typeof output === 'string' ? output : JSON.stringify(output))
  }

  #failed(
    event: { readonly type: ChatEvent['type']; readonly toolCallId: string },
    sentence: string,
  ): readonly string[] {
    this.#losses.folded(event.type)
    return this.#calls.result(event.toolCallId, sentence)
  }

  #data({ name, id, data, transient }: DataEvent): readonly string[] {
    const isActivity = typeof data === 'object' && data !== null && !Array.isArray(data)
    if (id === undefined || transient === true || !isActivity) return [customFrame(name, data)]
    const owner = this.#activities.get(id) ?? name
    this.#activities.set(id, owner)
    const messageId = owner === name ? id : `${name}-${id}`
    return [agUiFrame('ACTIVITY_SNAPSHOT', { messageId, activityType: name, content: data, replace: true })]
  }

  #end(event: RunEnd): readonly string[] {
    const ended = this.#ending.close(event)
    const pending = this.#ending.parts.list().flatMap((part) => {
      return part.kind === 'call' && part.executor === 'client' && !part.isForApproval ? [part.id] : []
    })
    const closed = ended.closers.flatMap((closer) => this.#encodeMessage(closer))
    return [...closed, this.#finish(ended, pending)]
  }

  #finish({ error, reason, usage }: Ended, pending: readonly string[]): string {
    if (error !== undefined) return agUiFrame('RUN_ERROR', { message: error.message, code: error.code })
    const fields = { ...this.#ids, outcome: this.#outcome(reason, pending), usage: toTokenUsage(usage, this.#model) }
    return agUiFrame('RUN_FINISHED', fields)
  }

  #outcome(reason: Ended['reason'], pending: readonly string[]): object {
    if (reason === 'stopped') return { type: 'cancelled' }
    if (this.#interrupts.size > 0) return { type: 'interrupt', interrupts: [...this.#interrupts.values()] }
    return reason === 'tool-calls' ? { type: 'success', pendingToolCallIds: pending } : { type: 'success' }
  }
}

function metadataFrames({ metadata }: { readonly metadata?: DataEvent['data'] }): readonly string[] {
  return metadata === undefined ? [] : [customFrame('tidings:metadata', metadata)]
}

/** What the provider wants back: a signature, or what it has encrypted. */
function encryptedOf(metadata: ProviderMetadata | undefined): string | undefined {
  return (
    providerField(metadata, 'agUi', 'encryptedValue') ??
    providerField(metadata, 'anthropic', 'signature') ??
    providerField(metadata, 'anthropic', 'redactedData') ??
    providerField(metadata, 'openai', 'reasoningEncryptedContent')
  )
}
