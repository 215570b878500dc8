// OpenAI's chat completions: read by its SDKs, and by all that speak to "OpenAI compatible" servers.
import type { ChatEvent, RunEnd, Usage } from '../../chat-model/index.ts'
import { Ending, type Ended, type EndingError } from './ending.ts'
import { dataFrame, doneFrame } from './frame.ts'
import { Losses } from './loss.ts'
import { OpenAiCalls } from './openai-call.ts'
import { openAiErrorBody, openAiErrorType } from './openai-error.ts'
import { openAiFinishReasons } from './openai-finish.ts'
import { openAiUsage } from './openai-usage.ts'
import { OpenAiWhole } from './openai-whole.ts'
import type { ChatEncoder, ChatProtocol, EncoderOptions } from './protocol.ts'

/** One choice, whose content is all text of the run; `[DONE]` at the end, also after an error. */
export const openAiChatProtocol: ChatProtocol = {
  name: 'openai-chat',
  contentType: 'text/event-stream',
  headers: {},
  isSse: true,
  createEncoder: (options) => new OpenAiChatEncoding(options),
  errorBody: openAiErrorBody,
  createWhole: (options) => new OpenAiWhole(options),
}

/** What is not told, and is no loss. */
const silent: ReadonlySet<ChatEvent['type']> = new Set([
  'text-start',
  'text-end',
  'reasoning-start',
  'reasoning-end',
  'refusal-start',
  'refusal-end',
  'step-start',
  'step-end',
  'message-end',
  'error',
])

class OpenAiChatEncoding implements ChatEncoder {
  readonly #losses: Losses
  readonly #ending = new Ending()
  readonly #calls = new OpenAiCalls()
  readonly #head = new ChunkHead()
  #wantsUsage = false
  #hasMessage = false
  #separator = ''
  #hasText = false

  constructor(options: EncoderOptions) {
    this.#losses = new Losses(options)
  }

  encode(event: ChatEvent): readonly string[] {
    this.#ending.take(event)
    switch (event.type) {
      case 'run-start':
        this.#wantsUsage = event.options?.['include_usage'] === true
        this.#head.start(event)
        return []
      case 'step-end':
        this.#head.name(event.model)
        return []
      case 'message-start':
        return this.#begin()
      case 'text-delta':
        return [this.#content(event.delta)]
      case 'reasoning-delta':
        // In no type of OpenAI's, but what DeepSeek began and servers and clients have taken over.
        return [this.#head.chunk('reasoning_content', event.delta)]
      case 'refusal-delta':
        return [this.#head.chunk('refusal', event.delta)]
      case 'run-end':
        return this.#end(event)
      default:
        return this.#other(event)
    }
  }

  #begin(): readonly string[] {
    if (this.#hasMessage) {
      this.#losses.folded('message-start')
      if (this.#hasText) this.#separator = '\n\n'
      return []
    }
    this.#hasMessage = true
    return [this.#head.frame({ role: 'assistant', content: '' })]
  }

  #content(delta: string): string {
    const content = this.#separator + delta
    this.#separator = ''
    this.#hasText = true
    return this.#head.chunk('content', content)
  }

  #other(event: ChatEvent): readonly string[] {
    switch (event.type) {
      case 'tool-input-start':
      case 'tool-input-delta':
      case 'tool-input-available':
      case 'tool-input-error': {
        const deltas = this.#calls.deltas(event)
        if (deltas === undefined) return this.#losses.dropped(event.type)
        return deltas.map((delta) => this.#head.frame({ tool_calls: [delta] }))
      }
      default:
        return silent.has(event.type) ? [] : this.#losses.dropped(event.type)
    }
  }

  #end(event: RunEnd): readonly string[] {
    const ended = this.#ending.close(event)
    const { closers, reason, usage } = ended
    const closing = closers.flatMap((closer) => this.#other(closer))
    const error = errorOf(ended, event)
    if (error !== undefined) return [...closing, errorFrame(error), doneFrame]
    if (event.outcome === 'stopped') this.#losses.folded('run-end')
    const last = this.#head.frame({}, openAiFinishReasons[reason])
    const counts = this.#wantsUsage && usage !== undefined ? [this.#head.usage(usage)] : []
    return [...closing, last, ...counts, doneFrame]
  }
}

/** What stands in each chunk. Its text is made once for all of them. */
class ChunkHead {
  #run = { id: '', created: 0 }
  #model = 'unknown'
  #json = ''

  start({ runId, at, model }: ChatEvent & { readonly type: 'run-start' }): void {
    this.#run = { id: `chatcmpl-${runId}`, created: Math.floor(at / 1000) }
    this.name(model ?? this.#model)
  }

  /** The model, once it is known; known before, it stays. */
  name(model: string | undefined): void {
    if (model === undefined || (this.#json !== '' && this.#model !== 'unknown')) return
    const { id, created } = this.#run
    this.#model = model
    this.#json = JSON.stringify({ id, object: 'chat.completion.chunk', created, model }).slice(0, -1)
  }

  /** The frame of a delta of one string. */
  chunk(name: string, value: string): string {
    return dataFrame(
      `${this.#json},"choices":[{"index":0,"delta":{"${name}":${JSON.stringify(value)}},"finish_reason":null}]}`,
    )
  }

  frame(delta: object, finish: string | null = null): string {
    const choices = [{ index: 0, delta, finish_reason: finish }]
    return dataFrame(`${this.#json},"choices":${JSON.stringify(choices)}}`)
  }

  usage(usage: Usage): string {
    return dataFrame(`${this.#json},"choices":[],"usage":${JSON.stringify(openAiUsage(usage))}}`)
  }
}

/** A stopped answer is an error where calls stand in it: `runTools` of the SDK would run them, and ask again. */
function errorOf({ error, hasClientCalls }: Ended, { outcome }: RunEnd): EndingError | undefined {
  if (outcome !== 'stopped' || !hasClientCalls) return error
  return { code: 'interrupted', message: 'The answer was stopped.' }
}

function errorFrame({ code, message }: EndingError): string {
  return dataFrame(JSON.stringify({ error: { message, type: openAiErrorType(code), param: null, code } }))
}
