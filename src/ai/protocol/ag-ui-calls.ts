// Tool calls in AG-UI: a start, the arguments and an end, then the output as a message.
import type { Json, ToolInputAvailable, ToolInputError, ToolInputStart } from '../../chat-model/index.ts'
import { agUiFrame } from './ag-ui-frame.ts'
import type { AgUiMessages } from './ag-ui-messages.ts'

interface Call {
  readonly started: string
  /** Its deltas are no JSON: the arguments come as a whole. */
  readonly isText: boolean
  input: string
  isComplete: boolean
}

/** The calls of a run, up to their outputs. */
export class AgUiCalls {
  readonly #messages: AgUiMessages
  readonly #calls = new Map<string, Call>()

  constructor(messages: AgUiMessages) {
    this.#messages = messages
  }

  /** A call begins, unless it has begun. */
  start(event: ToolInputStart | ToolInputAvailable | ToolInputError): readonly string[] {
    const { toolCallId, toolName } = event
    if (this.#calls.has(toolCallId)) return []
    const parentMessageId = this.#messages.call(toolCallId)
    const fields = { toolCallId, toolCallName: toolName, parentMessageId, ...this.#messages.owner }
    const started = agUiFrame('TOOL_CALL_START', fields)
    const isText = event.type === 'tool-input-start' && event.inputEncoding === 'text'
    this.#calls.set(toolCallId, { started, isText, input: '', isComplete: false })
    return [started]
  }

  /** More of the arguments. */
  delta(toolCallId: string, delta: string): readonly string[] {
    const call = this.#calls.get(toolCallId)
    if (call === undefined || call.isText) return []
    call.input += delta
    return [agUiFrame('TOOL_CALL_ARGS', { toolCallId, delta })]
  }

  /** The arguments are complete, or there will be no more of them. */
  end(toolCallId: string, input: Json | undefined): readonly string[] {
    const call = this.#calls.get(toolCallId)
    if (call === undefined || call.isComplete) return []
    const frames: string[] = []
    if (call.input === '' && input !== undefined) {
      call.input = JSON.stringify(input)
      frames.push(agUiFrame('TOOL_CALL_ARGS', { toolCallId, delta: call.input }))
    }
    call.isComplete = true
    frames.push(agUiFrame('TOOL_CALL_END', { toolCallId }))
    return frames
  }

  /** What came of the call. */
  result(toolCallId: string, content: string): readonly string[] {
    this.#calls.delete(toolCallId)
    const messageId = this.#messages.result(toolCallId)
    return [agUiFrame('TOOL_CALL_RESULT', { messageId, toolCallId, content, role: 'tool', ...this.#messages.owner })]
  }

  /** What a newcomer must have of an open call. */
  prelude(toolCallId: string): readonly string[] {
    const call = this.#calls.get(toolCallId)
    if (call === undefined) return []
    const input = call.input === '' ? [] : [agUiFrame('TOOL_CALL_ARGS', { toolCallId, delta: call.input })]
    const end = call.isComplete ? [agUiFrame('TOOL_CALL_END', { toolCallId })] : []
    return [call.started, ...input, ...end]
  }
}
