// The stream of UI messages (v1) of `ai`: read by its `useChat`, by assistant-ui, and by WorkflowChatTransport.
import type { ChatEvent, ChatMessage, FinishReason, Json, RunEnd, Usage } from '../../chat-model/index.ts'
import { Ending, type EndingError } from './ending.ts'
import { dataFrame, doneFrame } from './frame.ts'
import { closerOf, Joining } from './joining.ts'
import { Losses } from './loss.ts'
import type { ChatEncoder, ChatProtocol, EncoderOptions } from './protocol.ts'
import { UiChunks } from './ui-chunks.ts'
import { earlierChunks } from './ui-earlier.ts'

/** One message in all, with a `start` that names it; always a `finish` and `[DONE]` at the end. */
export const uiMessageProtocol: ChatProtocol = {
  name: 'ui-message',
  contentType: 'text/event-stream',
  headers: { 'x-vercel-ai-ui-message-stream': 'v1' },
  isSse: true,
  canCondense: true,
  createEncoder: (options) => new UiEncoding(options),
  errorBody: () => undefined,
}

/** `finishReason` of `ai` 6. */
const finishReasons: Readonly<Record<FinishReason, string>> = {
  stop: 'stop',
  length: 'length',
  'content-filter': 'content-filter',
  refusal: 'content-filter',
  'tool-calls': 'tool-calls',
  pause: 'other',
  error: 'error',
  stopped: 'other',
  interrupted: 'error',
  other: 'other',
}

class UiEncoding implements ChatEncoder {
  readonly #options: EncoderOptions
  readonly #losses: Losses
  readonly #chunks: UiChunks
  readonly #ending = new Ending()
  readonly #joining = new Joining()
  #message: string | undefined
  #continued: ChatMessage | undefined
  /** Whether a step begins as soon as no call's input is open. */
  #isStepDue = false
  /** Whether nothing has come since the last `start-step`. */
  #isStepNew = false

  constructor(options: EncoderOptions) {
    this.#options = options
    this.#losses = new Losses(options)
    this.#chunks = new UiChunks(options, this.#losses)
  }

  encode(event: ChatEvent, data: string): readonly string[] {
    this.#ending.take(event)
    if (event.type === 'run-end') return this.#end(event)
    const frames = this.#frames(event, data)
    this.#joining.take(event, data)
    return this.#isStepDue && this.#canBeginStep() ? [...frames, this.#beginStep()] : frames
  }

  prelude(): readonly string[] {
    if (this.#message === undefined) return []
    const rest = this.#joining.prelude().flatMap(({ event, data }) => {
      return event.type === 'step-start' ? [startStep] : this.#chunks.frames(event, data)
    })
    return [dataFrame(JSON.stringify({ type: 'start', messageId: this.#message })), ...rest]
  }

  #frames(event: ChatEvent, data: string): readonly string[] {
    switch (event.type) {
      case 'run-start':
        this.#continued = event.continued
        return []
      case 'message-start':
        return this.#begin(event)
      case 'message-end':
        return this.#endMessage(event)
      case 'step-start':
        return this.#step()
      case 'step-end':
        return this.#endStep()
      case 'step-reset':
        return this.#reset()
      default:
        this.#isStepNew = false
        return this.#chunks.frames(event, data)
    }
  }

  #begin(event: ChatEvent & { readonly type: 'message-start' }): readonly string[] {
    const { id, metadata } = event
    if (this.#message === undefined) {
      this.#message = id
      if (event.agent !== undefined) this.#losses.dropped('message-start')
      const start = dataFrame(JSON.stringify({ type: 'start', messageId: id, messageMetadata: metadata }))
      return [start + this.#earlier(id)]
    }
    // A second `start` would be a second answer.
    this.#losses.folded('message-start')
    return [...this.#step(), ...metadataFrames(metadata)]
  }

  /** The earlier parts of the message, for a reader without them: they count as one frame with its `start`. */
  #earlier(id: string): string {
    const continued = this.#options.replaysMessage === true ? this.#continued : undefined
    return continued?.id === id ? earlierChunks(continued, this.#options.uiVersion) : ''
  }

  #endMessage({ metadata, usage }: ChatEvent & { readonly type: 'message-end' }): readonly string[] {
    const shown = this.#options.usageInMetadata && usage !== undefined ? { usage } : undefined
    return [...metadataFrames(metadata), ...metadataFrames(shown)]
  }

  /** Not while a call's input is open: a delta after `start-step` makes a second part of the call, in `ai` 6 and 7. */
  #step(): readonly string[] {
    if (this.#isStepNew) return []
    if (this.#canBeginStep()) return [this.#beginStep()]
    this.#losses.folded('step-start')
    this.#isStepDue = true
    return []
  }

  #canBeginStep(): boolean {
    return this.#joining.isFree(({ input }) => input !== undefined)
  }

  #beginStep(): string {
    this.#isStepDue = false
    this.#isStepNew = true
    return startStep
  }

  /** Not while a text is open: `ai` 6 forgets it at `finish-step`, and fails at its next delta. Nobody needs the chunk. */
  #endStep(): readonly string[] {
    if (!this.#isStepDue && this.#joining.isFree(({ isCall }) => !isCall)) return [finishStep]
    this.#losses.dropped('step-end')
    return []
  }

  /**
   * `ai` 7 takes the parts of the step away, and forgets all texts that are open: those that began before are ended and
   * begun again. Where nothing can be taken away (`ai` 6, or a step that could not begin), what is open is closed.
   * Nothing more comes for what was taken back.
   */
  #reset(): readonly string[] {
    const taken = this.#joining.list().filter(({ isOfStep }) => isOfStep)
    for (const begun of taken) this.#joining.forget(begun)
    if (this.#options.uiVersion === 7 && !this.#isStepDue) return this.#takeBack()
    this.#losses.dropped('step-reset')
    return taken.flatMap((begun) => this.#chunks.encode(closerOf(begun)))
  }

  #takeBack(): readonly string[] {
    const before = this.#joining.list().filter(({ isCall }) => !isCall)
    const ends = before.flatMap((begun) => this.#chunks.encode(closerOf(begun)))
    const starts = before.flatMap(({ events }) => events.flatMap(({ event, data }) => this.#chunks.frames(event, data)))
    return [...ends, resetStep, ...starts]
  }

  #end(event: RunEnd): readonly string[] {
    const { closers, reason, error } = this.#ending.close(event)
    const closing = closers.flatMap((closer) => this.encode(closer, JSON.stringify(closer)))
    const finish = dataFrame(JSON.stringify({ type: 'finish', finishReason: finishReasons[reason] }))
    return [...closing, ...this.#outcome(reason, error), finish, doneFrame]
  }

  /** `useChat` stops reading at `error`; WorkflowChatTransport asks for ever where no `finish` comes behind it. */
  #outcome(reason: FinishReason, error: EndingError | undefined): readonly string[] {
    if (error !== undefined) return [dataFrame(JSON.stringify({ type: 'error', errorText: error.message }))]
    return reason === 'stopped' ? [dataFrame('{"type":"abort","reason":"stopped"}')] : []
  }
}

const startStep = dataFrame('{"type":"start-step"}')
const finishStep = dataFrame('{"type":"finish-step"}')
const resetStep = dataFrame('{"type":"reset-step"}')

function metadataFrames(messageMetadata: Json | { readonly usage: Usage } | undefined): readonly string[] {
  if (messageMetadata === undefined) return []
  return [dataFrame(JSON.stringify({ type: 'message-metadata', messageMetadata }))]
}
