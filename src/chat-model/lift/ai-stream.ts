// Parts of `streamText`'s `stream` and `fullStream`, of ai 6 and 7.
import type { DraftEvent } from '../draft.ts'
import { type AiPartLifter, callFields, sourceOf } from './ai-part.ts'
import { approvalOf, inputEncodingOf } from './ai-ui.ts'
import { type DialectLifter, hold, type LiftContext } from './dialect-lifter.ts'
import { failureOf } from './failure.ts'
import { type Fields, fieldsOf, flagOf, given, idOf, isFields, jsonOf, metadataOf, textOf } from './fields.ts'

/** Whether a value is a part that UI chunks do not look like. */
export function isAiStream(value: Fields): boolean {
  const { type, text, id, delta, file, toolCall, toolCallId } = value
  switch (type) {
    case 'text-delta':
    case 'reasoning-delta':
      return typeof text === 'string'
    case 'tool-input-start':
    case 'tool-input-end':
      return idOf(id) !== undefined
    case 'tool-input-delta':
      return idOf(id) !== undefined && typeof delta === 'string'
    case 'file':
    case 'reasoning-file':
      return isFields(file)
    case 'tool-approval-request':
      return isFields(toolCall)
    case 'tool-call':
    case 'tool-result':
    case 'tool-error':
      return idOf(toolCallId) !== undefined
    case 'source':
      return 'sourceType' in value
    case 'error':
      return 'error' in value
    default:
      return type === 'raw' || type === 'ping'
  }
}

/** What clients are told of a tool's error: its own words may be of the server's inside. */
const errorText = 'An error occurred.'

/** Lifts parts of streams; {@link AiPartLifter} lifts those that UI chunks have as well. */
export class AiStreamLifter implements DialectLifter {
  readonly #parts: AiPartLifter
  readonly #context: LiftContext
  /** Calls that `ai` has found invalid: it tells of each a second time, as a tool's error. */
  readonly #invalid = new Map<string, true>()

  constructor(parts: AiPartLifter, context: LiftContext) {
    this.#parts = parts
    this.#context = context
  }

  lift(value: Fields): readonly DraftEvent[] {
    const { type, text, id } = value
    switch (type) {
      case 'text-delta':
        return this.#parts.delta('text', value, String(text))
      case 'reasoning-delta':
        return this.#parts.delta('reasoning', value, String(text))
      case 'tool-input-start':
        return [{ type, toolCallId: idOf(id) ?? '', ...callFields(value), ...inputEncodingOf(value) }]
      case 'tool-input-delta': {
        const inputTextDelta = textOf(value['delta'])
        return inputTextDelta === undefined ? [] : [{ type, toolCallId: idOf(id) ?? '', inputTextDelta }]
      }
      case 'source':
        return sourceOf(value)
      case 'file':
      case 'reasoning-file':
        return fileOf(value)
      case 'error':
        return [failureOf(value['error'])]
      case 'tool-approval-request':
        return approvalOf(value, idOf(fieldsOf(value['toolCall'])['toolCallId']) ?? '')
      default:
        return this.#callEvents(value)
    }
  }

  finish(): readonly DraftEvent[] {
    return []
  }

  #callEvents(value: Fields): readonly DraftEvent[] {
    const { type, input, output, error, preliminary } = value
    const toolCallId = idOf(value['toolCallId']) ?? ''
    const { providerMetadata, toolMetadata } = callFields(value)
    switch (type) {
      case 'tool-call':
        return [this.#call(value, toolCallId, jsonOf(input))]
      case 'tool-result': {
        const more = given({ preliminary: flagOf(preliminary), providerMetadata, toolMetadata })
        return [{ type: 'tool-output-available', toolCallId, output: jsonOf(output), ...more }]
      }
      case 'tool-error':
        if (this.#invalid.delete(toolCallId)) return []
        this.#context.warn?.(`The tool call ${toolCallId} failed.`, error)
        return [{ type: 'tool-output-error', toolCallId, errorText, ...given({ providerMetadata, toolMetadata }) }]
      default:
        return []
    }
  }

  #call(value: Fields, toolCallId: string, input: ReturnType<typeof jsonOf>): DraftEvent {
    const call = { toolCallId, ...callFields(value), input }
    if (value['invalid'] !== true) return { type: 'tool-input-available', ...call }
    if (value['providerExecuted'] !== true) hold(this.#invalid, toolCallId, true)
    this.#context.warn?.(`The tool call ${toolCallId} is invalid.`, value['error'])
    return { type: 'tool-input-error', ...call, errorText }
  }
}

function fileOf(value: Fields): readonly DraftEvent[] {
  const file = fieldsOf(value['file'])
  const mediaType = textOf(file['mediaType']) ?? 'application/octet-stream'
  const base64 = textOf(file['base64'])
  if (base64 === undefined) return []
  const more = given({
    isReasoning: flagOf(value['type'] === 'reasoning-file'),
    providerMetadata: metadataOf(value['providerMetadata']) ?? metadataOf(file['providerMetadata']),
  })
  return [{ type: 'file', url: `data:${mediaType};base64,${base64}`, mediaType, ...more }]
}
