// The tool calls of an OpenAI chat completion, whose pieces say which call they are of in many ways.
import type { DraftEvent } from '../draft.ts'
import { hold, type LiftContext } from './dialect-lifter.ts'
import { type Fields, fieldsOf, isFields, itemsOf, jsonOf, textOf } from './fields.ts'
import { ToolInput } from './tool-input.ts'

interface Call {
  /** The id that its source gave it. */
  id: string | undefined
  /** `undefined` until its name is known. */
  input: ToolInput | undefined
}

/** What a piece says of its call. */
interface Piece {
  readonly id: string | undefined
  readonly name: string | undefined
  readonly text: string
  readonly isCustom: boolean
}

/** The calls of one step. */
export class OpenAiChatCalls {
  readonly #context: LiftContext
  /** A new object is the index of a call that came without one. */
  readonly #byIndex = new Map<unknown, Call>()
  readonly #open = new Set<ToolInput>()
  /** The calls of which the current delta has had a piece. */
  readonly #inDelta = new Set<ToolInput>()
  readonly #byId = new Map<string, Call>()
  #last: Call | undefined
  #hasCalls = false

  constructor(context: LiftContext) {
    this.#context = context
  }

  /** The pieces of a delta, or the calls of a whole message. */
  take(delta: Fields): readonly DraftEvent[] {
    const drafts: DraftEvent[] = []
    this.#inDelta.clear()
    for (const piece of itemsOf(delta['tool_calls'])) if (isFields(piece)) this.#takePiece(piece, drafts)
    // Before tools there was one function call, without an id.
    const old = delta['function_call']
    if (isFields(old)) this.#takePiece({ index: 'function_call', function: old }, drafts)
    return drafts
  }

  /** Ends the inputs of all calls. */
  end(): readonly DraftEvent[] {
    const open = [...this.#open]
    this.#open.clear()
    return open.flatMap((input) => input.end())
  }

  /** Forgets all calls; says whether there were any. */
  forget(): boolean {
    const had = this.#hasCalls
    this.#byIndex.clear()
    this.#byId.clear()
    this.#last = undefined
    this.#hasCalls = false
    return had
  }

  #takePiece(value: Fields, drafts: DraftEvent[]): void {
    const piece = pieceOf(value)
    const call = this.#callOf(value['index'], piece, drafts)
    if (call === undefined) return
    this.#last = call
    if (call.input === undefined && (piece.name !== undefined || piece.text !== '')) {
      const toolCallId = call.id ?? this.#context.newToolCallId()
      const inputEncoding = piece.isCustom ? ('text' as const) : undefined
      call.input = new ToolInput({ toolCallId, toolName: piece.name ?? 'unknown', inputEncoding })
      this.#hasCalls = true
      this.#open.add(call.input)
      drafts.push(call.input.start())
    }
    if (call.input === undefined) return
    this.#inDelta.add(call.input)
    drafts.push(...call.input.delta(piece.text))
  }

  /** By the index, where a new id means a new call; without an index by the id; without both the last call. */
  #callOf(index: unknown, piece: Piece, drafts: DraftEvent[]): Call | undefined {
    const { id } = piece
    if (typeof index !== 'number' && typeof index !== 'string') {
      if (id !== undefined) return this.#byId.get(id) ?? this.#begin(id)
      return this.#last === undefined || this.#isAnother(this.#last, piece) ? this.#begin(undefined, {}) : this.#last
    }
    const known = this.#byIndex.get(index)
    if (known === undefined) {
      const sameId = id === undefined ? undefined : this.#byId.get(id)
      return sameId === undefined ? this.#begin(id, index) : hold(this.#byIndex, index, sameId)
    }
    if (id === undefined ? !this.#isAnother(known, piece) : known.id === id) return known
    if (id !== undefined && known.id === undefined) {
      // The id comes late: it is the call's own unless the call had to begin without.
      if (known.input === undefined) known.id = id
      return known
    }
    drafts.push(...(known.input?.end() ?? []))
    return this.#begin(id, index)
  }

  /** Servers that leave out ids send whole calls: a name that is another, or comes twice in one delta, begins a call. */
  #isAnother({ input }: Call, { name }: Piece): boolean {
    if (name === undefined || input === undefined) return false
    return name !== input.identity.toolName || this.#inDelta.has(input)
  }

  #begin(id: string | undefined, index?: unknown): Call {
    const call: Call = { id, input: undefined }
    if (id !== undefined) hold(this.#byId, id, call)
    if (index !== undefined) hold(this.#byIndex, index, call)
    return call
  }
}

function pieceOf(value: Fields): Piece {
  const { id, custom } = value
  const fields = fieldsOf(isFields(custom) ? custom : value['function'])
  const input = isFields(custom) ? fields['input'] : fields['arguments']
  return { id: textOf(id), name: textOf(fields['name']), text: inputText(input), isCustom: isFields(custom) }
}

/** Some servers have the arguments as an object, and whole. */
function inputText(input: unknown): string {
  if (typeof input === 'string') return input
  return isFields(input) ? JSON.stringify(jsonOf(input)) : ''
}
