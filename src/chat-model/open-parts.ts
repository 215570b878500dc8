// What is open in an answer: the parts, calls, step and message that have begun and not ended.
import type { ChatEvent, FinishReason, PartKind, RunEnd, RunOutcome, ToolExecutor } from './event.ts'

/** A tool call without its final output. */
export interface OpenCall {
  readonly kind: 'call'
  readonly id: string
  readonly toolName: string
  executor: ToolExecutor
  /** The input as far as it has come; `undefined` once it is complete. */
  input: string | undefined
  /** Whether it waits for a person's word, whoever runs it. */
  isForApproval: boolean
}

/** A part of text that has begun and not ended. */
export interface OpenText {
  readonly kind: PartKind
  readonly id: string
}

/** A part or a call that has begun and not ended. */
export type OpenPart = OpenCall | OpenText

/**
 * Follows the events of a run, and knows what is open after each. A run that was stopped, or whose node died, has closed
 * nothing: {@link closers} are what is missing at its end, the same for every reader.
 */
export class OpenParts {
  readonly #open = new Map<string, OpenPart>()
  /** The keys of what has begun since the last `step-start`. */
  readonly #step = new Set<string>()
  #message: string | undefined
  #hasStep = false

  /** The id of the open message. */
  get message(): string | undefined {
    return this.#message
  }

  /** Whether a step is open. */
  get hasStep(): boolean {
    return this.#hasStep
  }

  /** All open parts and calls, in the order in which they began. */
  list(): readonly OpenPart[] {
    return [...this.#open.values()]
  }

  /** The open call with this id. */
  call(id: string): OpenCall | undefined {
    const found = this.#open.get(callKey(id))
    return found?.kind === 'call' ? found : undefined
  }

  /** Whether a part of text with this id is open. */
  hasText(id: string): boolean {
    return this.#open.has(textKey(id))
  }

  /** Goes on by one event. */
  take(event: ChatEvent): void {
    switch (event.type) {
      case 'text-start':
      case 'reasoning-start':
      case 'refusal-start':
        this.#begin(textKey(event.id), { kind: kindOf(event.type), id: event.id })
        break
      case 'text-end':
      case 'reasoning-end':
      case 'refusal-end':
        this.#open.delete(textKey(event.id))
        break
      case 'step-start':
        this.#hasStep = true
        this.#step.clear()
        break
      case 'step-reset':
        // What is taken back is not closed: its closers would bring it back.
        for (const key of this.#step) this.#open.delete(key)
        break
      case 'step-end':
        this.#hasStep = false
        break
      case 'message-start':
        this.#message = event.id
        this.#step.clear()
        break
      case 'message-end':
        this.#message = undefined
        break
      default:
        this.#takeCall(event)
    }
  }

  /**
   * The events that close what is open at the end of a run, in the order in which it began. Calls whose input is complete
   * stay open for the client that is to run or to approve them, where the run has completed.
   */
  closers({ outcome }: RunEnd): readonly ChatEvent[] {
    const closers = this.list().flatMap((part) => closersOf(part, outcome))
    if (this.#hasStep) closers.push({ type: 'step-end' })
    if (this.#message !== undefined) closers.push({ type: 'message-end', id: this.#message, reason: reasons[outcome] })
    return closers
  }

  #takeCall(event: ChatEvent): void {
    switch (event.type) {
      case 'tool-input-start':
        this.#openCall(event, '')
        break
      case 'tool-input-delta': {
        const call = this.call(event.toolCallId)
        if (call?.input !== undefined) call.input += event.inputTextDelta
        break
      }
      case 'tool-input-available': {
        const call = this.call(event.toolCallId)
        if (call === undefined) this.#openCall(event, undefined)
        else Object.assign(call, { executor: event.executor, input: undefined })
        break
      }
      case 'tool-approval-request': {
        const call = this.call(event.toolCallId)
        if (call !== undefined) call.isForApproval = true
        break
      }
      case 'tool-output-available':
        if (event.preliminary !== true) this.#open.delete(callKey(event.toolCallId))
        break
      case 'tool-input-error':
      case 'tool-output-error':
      case 'tool-output-denied':
        this.#open.delete(callKey(event.toolCallId))
        break
      default:
    }
  }

  #openCall(
    { toolCallId, toolName, executor }: { toolCallId: string; toolName: string; executor: ToolExecutor },
    input: string | undefined,
  ): void {
    const call: OpenCall = { kind: 'call', id: toolCallId, toolName, executor, input, isForApproval: false }
    this.#begin(callKey(toolCallId), call)
  }

  #begin(key: string, part: OpenPart): void {
    this.#open.set(key, part)
    this.#step.add(key)
  }
}

const reasons: Readonly<Record<RunOutcome, FinishReason>> = {
  completed: 'other',
  failed: 'error',
  stopped: 'stopped',
  interrupted: 'interrupted',
}

/** What a call without an output is told. */
const words: Readonly<Record<RunOutcome, string>> = {
  completed: 'Not completed.',
  failed: 'Failed.',
  stopped: 'Stopped.',
  interrupted: 'Interrupted.',
}

function closersOf(part: OpenPart, outcome: RunOutcome): ChatEvent[] {
  const { kind, id } = part
  if (kind !== 'call') return [{ type: `${kind}-end`, id }]
  const { toolName, executor, input, isForApproval } = part
  const errorText = words[outcome]
  if (input !== undefined) return [{ type: 'tool-input-error', toolCallId: id, toolName, input, errorText, executor }]
  if ((executor === 'client' || isForApproval) && outcome === 'completed') return []
  return [{ type: 'tool-output-error', toolCallId: id, errorText }]
}

function kindOf(type: `${PartKind}-start`): PartKind {
  if (type === 'text-start') return 'text'
  return type === 'reasoning-start' ? 'reasoning' : 'refusal'
}

function textKey(id: string): string {
  return `text ${id}`
}

function callKey(id: string): string {
  return `call ${id}`
}
