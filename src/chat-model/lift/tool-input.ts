// The input of one tool call, as it comes in pieces.
import { Fragments } from '../../base/index.ts'
import type { DraftEvent } from '../draft.ts'
import type { Json, ProviderMetadata, ToolExecutor } from '../event.ts'
import { given, jsonOf, parseJson } from './fields.ts'

/** What is known of a call when it begins. */
export interface CallIdentity {
  readonly toolCallId: string
  readonly toolName: string
  readonly executor?: ToolExecutor | undefined
  readonly inputEncoding?: 'text' | undefined
  readonly title?: string | undefined
  readonly providerMetadata?: ProviderMetadata | undefined
}

/** Collects the input of a call whose source tells only pieces of it, and says it whole at its end. */
export class ToolInput {
  readonly identity: CallIdentity
  readonly #pieces = new Fragments()
  #isDone = false

  constructor(identity: CallIdentity) {
    this.identity = identity
  }

  get isDone(): boolean {
    return this.#isDone
  }

  start(): DraftEvent {
    return {
      type: 'tool-input-start',
      ...defined(this.identity),
      ...given({ inputEncoding: this.identity.inputEncoding }),
    }
  }

  /** More of the input; after its end, and without text, nothing. */
  delta(inputTextDelta: string): readonly DraftEvent[] {
    if (this.#isDone || inputTextDelta === '') return []
    this.#pieces.push(inputTextDelta)
    return [{ type: 'tool-input-delta', toolCallId: this.identity.toolCallId, inputTextDelta }]
  }

  /** The end. `whole` is the input where the source repeats it: used only where no piece came. */
  end(whole?: unknown, providerMetadata?: ProviderMetadata): readonly DraftEvent[] {
    if (this.#isDone) return []
    this.#isDone = true
    const hasPieces = this.#pieces.length > 0
    const text = hasPieces ? this.#pieces.take() : whole
    const call = {
      ...defined(this.identity),
      ...given({ providerMetadata: providerMetadata ?? this.identity.providerMetadata }),
    }
    const input = this.#inputOf(text)
    if (input !== undefined) return [{ type: 'tool-input-available', ...call, input }]
    return [{ type: 'tool-input-error', ...call, input: jsonOf(text), errorText: 'The input of the call is not JSON.' }]
  }

  #inputOf(whole: unknown): Json | undefined {
    if (this.identity.inputEncoding === 'text') return jsonOf(whole ?? '')
    // No input at all is how calls without arguments come.
    if (whole === undefined || whole === null || whole === '') return {}
    return typeof whole === 'string' ? parseJson(whole) : jsonOf(whole)
  }
}

function defined({ toolCallId, toolName, executor, title, providerMetadata }: CallIdentity): {
  toolCallId: string
  toolName: string
  executor?: ToolExecutor
  title?: string
  providerMetadata?: ProviderMetadata
} {
  return { toolCallId, toolName, ...given({ executor, title, providerMetadata }) }
}
