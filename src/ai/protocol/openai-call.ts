// The tool calls of OpenAI chat completions: those that the client is to run, and no others.
import type { ChatEvent } from '../../chat-model/index.ts'

type CallEvent = Extract<
  ChatEvent,
  { type: 'tool-input-start' | 'tool-input-delta' | 'tool-input-available' | 'tool-input-error' }
>

/** A piece of a call: its identity comes once, in the first, since helpers refuse a call whose identity changes. */
export interface CallDelta {
  readonly index: number
  readonly id?: string
  readonly type?: 'function'
  readonly function: { readonly name?: string; readonly arguments: string }
}

interface Call {
  readonly index: number
  readonly isText: boolean
  hasArguments: boolean
}

/** Makes the pieces of calls. */
export class OpenAiCalls {
  readonly #calls = new Map<string, Call>()

  /** The pieces of an event; `undefined` where the call is not the client's. */
  deltas(event: CallEvent): readonly CallDelta[] | undefined {
    switch (event.type) {
      case 'tool-input-start':
        return event.executor === 'client' ? [this.#start(event, '', event.inputEncoding === 'text')] : undefined
      case 'tool-input-delta':
        return this.#argue(event)
      default:
        return this.#complete(event)
    }
  }

  #start(
    { toolCallId, toolName }: { toolCallId: string; toolName: string },
    input: string,
    isText: boolean,
  ): CallDelta {
    const index = this.#calls.size
    this.#calls.set(toolCallId, { index, isText, hasArguments: input !== '' })
    return { index, id: toolCallId, type: 'function', function: { name: toolName, arguments: input } }
  }

  /** Input that is plain text is no piece of JSON: it is told once it is complete. */
  #argue({
    toolCallId,
    inputTextDelta,
  }: CallEvent & { readonly type: 'tool-input-delta' }): readonly CallDelta[] | undefined {
    const call = this.#calls.get(toolCallId)
    if (call === undefined) return undefined
    if (call.isText) return []
    call.hasArguments = true
    return [{ index: call.index, function: { arguments: inputTextDelta } }]
  }

  #complete(
    event: CallEvent & { readonly type: 'tool-input-available' | 'tool-input-error' },
  ): readonly CallDelta[] | undefined {
    const call = this.#calls.get(event.toolCallId)
    if (call === undefined) {
      if (event.executor !== 'client' || event.type === 'tool-input-error') return undefined
      return [this.#start(event, JSON.stringify(event.input), false)]
    }
    if (call.hasArguments || event.type === 'tool-input-error') return []
    call.hasArguments = true
    return [{ index: call.index, function: { arguments: JSON.stringify(event.input) } }]
  }
}
