// The whole answer of OpenAI's chat completions, for requests that do not stream.
import type { ChatEvent, RunEnd, SourceRef } from '../../chat-model/index.ts'
import { Ending, type Ended } from './ending.ts'
import { Losses } from './loss.ts'
import { OpenAiCalls, type CallDelta } from './openai-call.ts'
import { openAiFinishReasons } from './openai-finish.ts'
import { openAiUsage } from './openai-usage.ts'
import type { EncoderOptions, WholeAnswer } from './protocol.ts'

interface FunctionCall {
  readonly id: string
  readonly type: 'function'
  readonly function: { readonly name: string; arguments: string }
}

/** Builds a `chat.completion` of one choice. */
export class OpenAiWhole implements WholeAnswer {
  readonly #losses: Losses
  readonly #ending = new Ending()
  readonly #deltas = new OpenAiCalls()
  readonly #calls: FunctionCall[] = []
  readonly #annotations: object[] = []
  readonly #cited = new Set<string>()
  /** Where each text begins in the content. */
  readonly #offsets = new Map<string, number>()
  #run = { id: '', created: 0 }
  #model: string | undefined
  #content = ''
  #reasoning = ''
  #refusal = ''
  #isNewMessage = false
  #ended: Ended | undefined

  constructor(options: EncoderOptions) {
    this.#losses = new Losses(options)
  }

  take(event: ChatEvent): void {
    this.#ending.take(event)
    switch (event.type) {
      case 'run-start':
        this.#run = { id: `chatcmpl-${event.runId}`, created: Math.floor(event.at / 1000) }
        this.#model = event.model
        break
      case 'step-end':
        this.#model ??= event.model
        break
      case 'message-start':
        this.#isNewMessage = this.#content !== ''
        break
      case 'run-end':
        this.#end(event)
        break
      default:
        this.#takePart(event)
    }
  }

  body(): object {
    const { reason, usage } = this.#ended ?? { reason: 'other', usage: undefined }
    const { id, created } = this.#run
    return {
      id,
      object: 'chat.completion',
      created,
      model: this.#model ?? 'unknown',
      choices: [{ index: 0, message: this.#message(), logprobs: null, finish_reason: openAiFinishReasons[reason] }],
      ...(usage !== undefined && { usage: openAiUsage(usage) }),
    }
  }

  #message(): object {
    const hasText = this.#content !== '' || (this.#calls.length === 0 && this.#refusal === '')
    return {
      role: 'assistant',
      content: hasText ? this.#content : null,
      refusal: this.#refusal === '' ? null : this.#refusal,
      annotations: this.#annotations,
      ...(this.#reasoning !== '' && { reasoning_content: this.#reasoning }),
      ...(this.#calls.length > 0 && { tool_calls: this.#calls }),
    }
  }

  #takePart(event: ChatEvent): void {
    switch (event.type) {
      case 'text-delta':
        this.#say(event)
        break
      case 'reasoning-delta':
        this.#reasoning += event.delta
        break
      case 'refusal-delta':
        this.#refusal += event.delta
        break
      case 'source':
        if (event.source.kind !== 'url' || !this.#cited.has(event.source.url)) this.#annotate(event.source, 0, 0)
        break
      case 'citation': {
        const offset = this.#offsets.get(event.partId) ?? 0
        this.#annotate(event.source, offset + (event.startIndex ?? 0), offset + (event.endIndex ?? 0))
        break
      }
      default:
        this.#takeCall(event)
    }
  }

  #say({ id, delta }: { readonly id: string; readonly delta: string }): void {
    if (this.#isNewMessage) this.#content += '\n\n'
    this.#isNewMessage = false
    if (!this.#offsets.has(id)) this.#offsets.set(id, this.#content.length)
    this.#content += delta
  }

  #annotate(source: SourceRef, start: number, end: number): void {
    if (source.kind !== 'url') {
      this.#losses.dropped('source')
      return
    }
    const { url, title = '' } = source
    this.#cited.add(url)
    this.#annotations.push({ type: 'url_citation', url_citation: { start_index: start, end_index: end, url, title } })
  }

  #takeCall(event: ChatEvent): void {
    switch (event.type) {
      case 'tool-input-start':
      case 'tool-input-delta':
      case 'tool-input-available':
      case 'tool-input-error': {
        const deltas = this.#deltas.deltas(event)
        if (deltas === undefined) this.#losses.dropped(event.type)
        for (const delta of deltas ?? []) this.#add(delta)
        break
      }
      case 'file':
      case 'data':
      case 'custom':
      case 'step-reset':
      case 'message-metadata':
      case 'tool-approval-request':
        this.#losses.dropped(event.type)
        break
      default:
    }
  }

  #add({ index, id, function: called }: CallDelta): void {
    const call = this.#calls[index]
    if (call !== undefined) call.function.arguments += called.arguments
    else
      this.#calls.push({
        id: id ?? '',
        type: 'function',
        function: { name: called.name ?? '', arguments: called.arguments },
      })
  }

  /** Calls of an answer that was stopped are left out: `runTools` of the SDK would run them, and ask again. */
  #dropCalls(): void {
    if (this.#calls.length > 0) this.#losses.dropped('tool-input-start')
    this.#calls.length = 0
  }

  #end(event: RunEnd): void {
    this.#ended = this.#ending.close(event)
    if (event.outcome === 'stopped') this.#dropCalls()
    for (const closer of this.#ended.closers) this.#takeCall(closer)
  }
}
