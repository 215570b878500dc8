// One tool call of a message, as its events come.
import type { ChatEvent } from './event.ts'
import { IncrementalJson } from './incremental-json.ts'
import type { ToolPart } from './message.ts'

/** The events that are about a call of a message. */
export type CallEvent = Extract<ChatEvent, { toolCallId: string }>

type InputEvent = Extract<CallEvent, { toolName: string }>
type Approval = Extract<ToolPart, { state: 'approval-requested' }>['approval'] & { approved?: boolean; reason?: string }
type Head = Pick<ToolPart, 'type' | 'toolName' | 'toolCallId' | 'title' | 'providerExecuted'>

/** Folds the events of one call into its part. */
export class ToolFold {
  #part: ToolPart
  /** The input that streams in: JSON, or plain text. */
  #json: IncrementalJson | undefined
  #text: string | undefined
  #approval: Approval | undefined

  constructor(part: ToolPart) {
    this.#part = part
    if ('approval' in part) this.#approval = part.approval
  }

  /** The call that begins with an event. */
  static begin(event: InputEvent): ToolFold {
    const { toolName, toolCallId } = event
    const head = { type: 'dynamic-tool', toolName, toolCallId } as const
    return new ToolFold({ ...head, state: 'input-streaming', input: undefined })
  }

  /** The id of the approval that the call waits for, or had. */
  get approvalId(): string | undefined {
    return this.#approval?.id
  }

  take(event: CallEvent): void {
    switch (event.type) {
      case 'tool-input-start':
        this.#part = { ...this.#headOf(event), state: 'input-streaming', input: undefined }
        if (event.inputEncoding === 'text') this.#text = ''
        else this.#json = new IncrementalJson()
        break
      case 'tool-input-delta':
        if (this.#text === undefined) this.#json?.add(event.inputTextDelta)
        else this.#text += event.inputTextDelta
        break
      case 'tool-input-available':
        this.#endInput()
        this.#part = { ...this.#headOf(event), state: 'input-available', input: event.input }
        break
      case 'tool-input-error': {
        this.#endInput()
        const { input, errorText } = event
        this.#part = { ...this.#headOf(event), state: 'output-error', input, errorText }
        break
      }
      default:
        this.#takeOutput(event)
    }
  }

  /** What the person said. */
  answer(approved: boolean, reason: string | undefined): void {
    if (this.#approval === undefined) return
    const approval = { ...this.#approval, approved, ...(reason === undefined ? {} : { reason }) }
    this.#approval = approval
    this.#part = { ...this.#head, state: 'approval-responded', input: this.#input, approval }
  }

  /** The part as it is now. */
  part(): ToolPart {
    if (this.#json === undefined && this.#text === undefined) return this.#part
    return { ...this.#head, state: 'input-streaming', input: this.#input }
  }

  #takeOutput(event: Exclude<CallEvent, InputEvent | { type: 'tool-input-delta' }>): void {
    const { toolCallId } = event
    const input = this.#input
    this.#endInput()
    switch (event.type) {
      case 'tool-output-available': {
        const isPreliminary = event.preliminary === true ? { preliminary: true } : {}
        this.#part = { ...this.#head, state: 'output-available', input, output: event.output, ...isPreliminary }
        break
      }
      case 'tool-output-error':
        this.#part = { ...this.#head, state: 'output-error', input, errorText: event.errorText }
        break
      case 'tool-output-denied': {
        const approval = { id: toolCallId, ...this.#approval, approved: false } as const
        this.#part = { ...this.#head, state: 'output-denied', input, approval }
        break
      }
      default: {
        const { approvalId, reason } = event
        const approval = { id: approvalId, ...(reason === undefined ? {} : { requestReason: reason }) }
        this.#approval = approval
        this.#part = { ...this.#head, state: 'approval-requested', input, approval }
      }
    }
  }

  get #input(): unknown {
    return this.#text ?? (this.#json === undefined ? this.#part.input : this.#json.snapshot())
  }

  get #head(): Head {
    const { type, toolName, toolCallId, title, providerExecuted } = this.#part
    return {
      type,
      toolName,
      toolCallId,
      ...(title === undefined ? {} : { title }),
      ...(providerExecuted === undefined ? {} : { providerExecuted }),
    }
  }

  #headOf(event: InputEvent): Head {
    const title = 'title' in event ? event.title : undefined
    return {
      ...this.#head,
      toolName: event.toolName,
      ...(title === undefined ? {} : { title }),
      ...(event.executor === 'provider' ? { providerExecuted: true } : {}),
    }
  }

  #endInput(): void {
    this.#json = undefined
    this.#text = undefined
  }
}
