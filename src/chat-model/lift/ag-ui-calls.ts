// The tool calls of AG-UI and TanStack AI.
import type { DraftEvent } from '../draft.ts'
import type { Json, ProviderMetadata } from '../event.ts'
import { hold } from './dialect-lifter.ts'
import { type Fields, fieldsOf, idOf, isFields, jsonOf, parseJson, textOf } from './fields.ts'
import { ToolInput } from './tool-input.ts'

/** What is open of a source's calls. */
export class AgUiCalls {
  readonly #open = new Map<string, ToolInput>()
  readonly #wanted = new Map<string, ProviderMetadata>()
  #chunk: string | undefined
  #last: string | undefined

  take(type: string, value: Fields): readonly DraftEvent[] {
    const id = idOf(value['toolCallId']) ?? this.#last
    if (id === undefined) return []
    const delta = textOf(value['delta']) ?? ''
    switch (type) {
      case 'TOOL_CALL_START':
        return [...this.#endOne(id), ...this.#start(id, value)]
      case 'TOOL_CALL_ARGS':
        return this.#open.get(id)?.delta(delta) ?? []
      case 'TOOL_CALL_END':
        return this.#takeEnd(id, value)
      case 'TOOL_CALL_CHUNK':
        return this.#takeChunk(id, value, delta)
      default:
        return [...this.#endOne(id), resultOf(id, value)]
    }
  }

  /** What a provider wants back with a call. It comes before the input is complete, or it comes too late. */
  want(id: string, metadata: ProviderMetadata): readonly DraftEvent[] {
    if (this.#open.has(id)) hold(this.#wanted, id, metadata)
    return []
  }

  endChunk(): readonly DraftEvent[] {
    const id = this.#chunk
    this.#chunk = undefined
    return id === undefined ? [] : this.#endOne(id)
  }

  end(): readonly DraftEvent[] {
    return [...this.#open.keys()].flatMap((id) => this.#endOne(id))
  }

  #start(id: string, value: Fields): readonly DraftEvent[] {
    const toolName = textOf(value['toolCallName']) ?? textOf(value['toolName']) ?? 'unknown'
    this.#last = id
    return [hold(this.#open, id, new ToolInput({ toolCallId: id, toolName })).start()]
  }

  /** TanStack AI has the input here as a whole, and sometimes the result. */
  #takeEnd(id: string, value: Fields): readonly DraftEvent[] {
    const { input, result } = value
    // An end without a start still has all that a call needs there.
    const start = this.#open.has(id) || textOf(value['toolName']) === undefined ? [] : this.#start(id, value)
    const output = result === undefined ? [] : [resultOf(id, { content: result, state: value['state'] })]
    return [...start, ...this.#endOne(id, input), ...output]
  }

  #takeChunk(id: string, value: Fields, delta: string): readonly DraftEvent[] {
    const before = this.#chunk !== undefined && this.#chunk !== id ? this.endChunk() : []
    const start = this.#open.has(id) ? [] : this.#start(id, value)
    this.#chunk = id
    return [...before, ...start, ...(this.#open.get(id)?.delta(delta) ?? [])]
  }

  #endOne(id: string, whole?: unknown): readonly DraftEvent[] {
    const call = this.#open.get(id)
    const metadata = this.#wanted.get(id)
    this.#open.delete(id)
    this.#wanted.delete(id)
    return call?.end(whole, metadata) ?? []
  }
}

/** A result is text in this dialect: JSON where an object or a list was written as one. */
function resultOf(toolCallId: string, { content, error, state, metadata }: Fields): DraftEvent {
  const output = outputOf(content)
  const { error: fault } = isFields(output) ? output : fieldsOf(metadata)
  if (state === 'output-error' || state === 'error' || textOf(error) !== undefined) {
    const errorText = textOf(error) ?? textOf(fault) ?? textOf(content) ?? 'failed'
    return { type: 'tool-output-error', toolCallId, errorText }
  }
  return { type: 'tool-output-available', toolCallId, output }
}

function outputOf(content: unknown): Json {
  if (typeof content !== 'string' || !/^\s*[[{]/.test(content)) return jsonOf(content)
  return parseJson(content) ?? content
}
