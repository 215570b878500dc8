// The tool calls of a run as they are made well-formed: unique ids, one executor each, no output without its call.
import { TidingsError } from '../base/index.ts'
import type { DraftEvent } from './draft.ts'
import type { ChatEvent, ToolExecutor, ToolInputDelta } from './event.ts'
import type { ChatMessage } from './message.ts'
import { joinHalves } from './surrogate.ts'

/** The drafts that are about a call. */
export type CallDraft = Extract<DraftEvent, { toolCallId: string }>

type InputDraft = Extract<CallDraft, { toolName: string }>
type OutputDraft = Exclude<CallDraft, InputDraft | ToolInputDelta>

interface Call {
  readonly id: string
  readonly source: object | undefined
  readonly toolName: string
  /** How many calls had begun before it. */
  readonly ordinal: number
  /** `lost`: a step was taken back, and the call with it. */
  state: 'input' | 'ready' | 'done' | 'lost'
  executor: ToolExecutor
  input: string
  half: string
  isForApproval: boolean
}

/** What the executor of a call is decided by. */
export interface CallOptions {
  readonly runId: string
  readonly clientTools?: readonly string[] | undefined
  readonly callsAreTheClients: boolean
  readonly continued?: ChatMessage | undefined
}

/** Keeps the calls of all sources apart, and gives ids to those that have none. */
export class ToolCalls {
  readonly #options: CallOptions
  readonly #warn: (text: string) => void
  readonly #calls = new Map<string, Call>()
  readonly #named = new Map<string, Call[]>()
  readonly #sources = new Map<object, Map<string, Call>>()
  #unnamed = 0
  #ordinal = 0

  constructor(options: CallOptions, warn: (text: string) => void) {
    this.#options = options
    this.#warn = warn
    for (const part of options.continued?.parts ?? []) {
      if (!('toolCallId' in part)) continue
      const state = part.state.startsWith('output') ? 'done' : 'ready'
      this.#add(part.toolCallId, { id: part.toolCallId, toolName: part.toolName, executor: 'client', state })
    }
  }

  /** How many calls have begun. */
  get count(): number {
    return this.#ordinal
  }

  /** An id for a call to which its source gave none. */
  newId(): string {
    this.#unnamed += 1
    const id = `call_${this.#options.runId}_${this.#unnamed}`
    return this.#calls.has(id) ? this.newId() : id
  }

  /** Whether one of the calls after the first `from` waits for the client. */
  isClientsTurn(from: number): boolean {
    for (const { ordinal, state, executor, isForApproval } of this.#calls.values()) {
      const isOpen = state === 'input' || state === 'ready'
      if (ordinal >= from && isOpen && (executor === 'client' || isForApproval)) return true
    }
    return false
  }

  /** Takes back the calls after the first `from`: what is still said of them is left out. */
  takeBack(from: number): void {
    for (const call of this.#calls.values()) {
      if (call.ordinal < from || call.state === 'lost') continue
      call.state = 'lost'
      this.#calls.delete(call.id)
    }
  }

  take(draft: CallDraft, source: object, out: ChatEvent[]): void {
    switch (draft.type) {
      case 'tool-input-start':
        this.#start(draft, source, out)
        break
      case 'tool-input-delta':
        this.#append(draft, source, out)
        break
      case 'tool-input-available':
      case 'tool-input-error':
        this.#complete(draft, source, out)
        break
      default:
        this.#takeOutput(draft, source, out)
    }
  }

  #start(draft: Extract<CallDraft, { type: 'tool-input-start' }>, source: object, out: ChatEvent[]): void {
    const known = this.#find(draft.toolCallId, source)
    if (known !== undefined && isOpen(known)) {
      const isSame = known.source === source && known.state === 'input' && known.input === ''
      if (isSame || known.source === undefined) {
        this.#warn(`tool-input-start of ${known.id}, which has begun already, was left out.`)
        return
      }
      if (known.source === source && known.state === 'input') out.push(replaced(known))
    }
    const call = this.#begin(draft, source, 'input')
    out.push({ ...draft, toolCallId: call.id, executor: call.executor })
  }

  #append({ toolCallId, inputTextDelta }: ToolInputDelta, source: object, out: ChatEvent[]): void {
    const call = this.#find(toolCallId, source)
    if (call?.state !== 'input') {
      this.#warn(`Input of the call ${JSON.stringify(toolCallId)}, which takes none now, was left out.`)
      return
    }
    const [whole, half] = joinHalves(call.half, inputTextDelta)
    call.half = half
    call.input += whole
    if (whole !== '') out.push({ type: 'tool-input-delta', toolCallId: call.id, inputTextDelta: whole })
  }

  #complete(
    draft: Extract<CallDraft, { type: 'tool-input-available' | 'tool-input-error' }>,
    source: object,
    out: ChatEvent[],
  ): void {
    const known = this.#find(draft.toolCallId, source)
    const call = known !== undefined && isOpen(known) ? known : this.#begin(draft, source, 'input')
    this.#sourceOf(source).set(draft.toolCallId, call)
    const executor = draft.executor ?? call.executor
    if (call.state === 'ready' && draft.type === 'tool-input-available' && executor === call.executor) {
      this.#warn(`The input of the call ${call.id}, which has come already, was left out.`)
      return
    }
    call.executor = executor
    call.state = draft.type === 'tool-input-error' ? 'done' : 'ready'
    call.half = ''
    out.push({ ...draft, toolCallId: call.id, executor })
  }

  #takeOutput(draft: OutputDraft, source: object, out: ChatEvent[]): void {
    const call = this.#find(draft.toolCallId, source)
    if (call === undefined) {
      throw new TidingsError(
        'ERR_CHAT_EVENT',
        `${draft.type} is about the call ${JSON.stringify(draft.toolCallId)}, which neither this answer nor the message ` +
          'that it continues has: yield the call first, or use the id that it has there',
      )
    }
    if (!isOpen(call)) {
      this.#warn(`${draft.type} of the call ${call.id}, which has ended, was left out.`)
      return
    }
    out.push({ ...draft, toolCallId: call.id })
    if (draft.type === 'tool-approval-request') {
      call.isForApproval = true
      return
    }
    // An output that comes from here says who runs the call.
    if (call.executor === 'client') call.executor = 'server'
    call.isForApproval = false
    if (draft.type !== 'tool-output-available' || draft.preliminary !== true) call.state = 'done'
  }

  /** The call that a source means by an id: its own open one, else any open one, else the latest. */
  #find(draftId: string, source: object): Call | undefined {
    const own = this.#sources.get(source)?.get(draftId)
    if (own !== undefined && (isOpen(own) || draftId === '')) return own
    const named = draftId === '' ? [] : (this.#named.get(draftId) ?? [])
    return named.find(isOpen) ?? own ?? named.at(-1)
  }

  #begin({ toolCallId, toolName, executor }: InputDraft, source: object, state: Call['state']): Call {
    const id = toolCallId === '' ? this.newId() : this.#unused(toolCallId)
    return this.#add(toolCallId, { id, toolName, executor: executor ?? this.#executorOf(toolName), state, source })
  }

  #add(
    draftId: string,
    { source, ...fields }: Pick<Call, 'id' | 'toolName' | 'executor' | 'state'> & { source?: object },
  ): Call {
    const call = { ...fields, source, ordinal: this.#ordinal, input: '', half: '', isForApproval: false }
    this.#ordinal += 1
    this.#calls.set(call.id, call)
    if (source !== undefined) this.#sourceOf(source).set(draftId, call)
    for (const name of new Set([draftId, call.id])) {
      const named = this.#named.get(name)
      if (named === undefined) this.#named.set(name, [call])
      else named.push(call)
    }
    return call
  }

  #executorOf(toolName: string): ToolExecutor {
    const { clientTools, callsAreTheClients } = this.#options
    return callsAreTheClients || clientTools?.includes(toolName) === true ? 'client' : 'server'
  }

  #unused(id: string): string {
    if (!this.#calls.has(id)) return id
    let count = 2
    while (this.#calls.has(`${id}_${count}`)) count += 1
    return `${id}_${count}`
  }

  #sourceOf(source: object): Map<string, Call> {
    const known = this.#sources.get(source)
    if (known !== undefined) return known
    const calls = new Map<string, Call>()
    this.#sources.set(source, calls)
    return calls
  }
}

function isOpen({ state }: Call): boolean {
  return state === 'input' || state === 'ready'
}

function replaced(call: Call): ChatEvent {
  call.state = 'done'
  const { id, toolName, input, executor } = call
  const errorText = 'Another call with the same id has begun.'
  return { type: 'tool-input-error', toolCallId: id, toolName, input, errorText, executor }
}
