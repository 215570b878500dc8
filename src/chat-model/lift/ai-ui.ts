// UI message chunks of `ai`: what `toUIMessageStream` makes, and what its servers send.
import type { DraftEvent } from '../draft.ts'
import { type AiPartLifter, callFields, sourceOf } from './ai-part.ts'
import type { DialectLifter } from './dialect-lifter.ts'
import { failureOf } from './failure.ts'
import { type Fields, flagOf, given, idOf, jsonOf, metadataOf, objectOf, textOf } from './fields.ts'

/** Whether a value is a chunk that parts of streams do not look like: told apart by fields where types are equal. */
export function isAiUi(value: Fields): boolean {
  const { type, delta, toolCallId, url, errorText, inputTextDelta } = value
  switch (type) {
    case 'text-delta':
    case 'reasoning-delta':
      return typeof delta === 'string'
    case 'tool-input-start':
    case 'tool-approval-request':
      return idOf(toolCallId) !== undefined
    case 'tool-input-delta':
      return typeof inputTextDelta === 'string' && idOf(toolCallId) !== undefined
    case 'tool-input-available':
    case 'tool-input-error':
    case 'tool-output-available':
    case 'tool-output-error':
      return idOf(toolCallId) !== undefined
    case 'file':
    case 'reasoning-file':
      return typeof url === 'string'
    case 'error':
      return typeof errorText === 'string'
    case 'source-url':
    case 'source-document':
    case 'message-metadata':
      return true
    default:
      return typeof type === 'string' && type.startsWith('data-') && type !== 'data-'
  }
}

/** Lifts UI message chunks; {@link AiPartLifter} lifts those that streams have as well. */
export class AiUiLifter implements DialectLifter {
  readonly #parts: AiPartLifter

  constructor(parts: AiPartLifter) {
    this.#parts = parts
  }

  lift(value: Fields): readonly DraftEvent[] {
    const { type, delta } = value
    switch (type) {
      case 'text-delta':
        return this.#parts.delta('text', value, String(delta))
      case 'reasoning-delta':
        return this.#parts.delta('reasoning', value, String(delta))
      case 'error':
        return [failureOf(value['errorText'])]
      case 'message-metadata':
        return [{ type, metadata: jsonOf(value['messageMetadata']) }]
      case 'source-url':
      case 'source-document':
        return sourceOf({ ...value, id: value['sourceId'], sourceType: type.slice('source-'.length) })
      case 'file':
      case 'reasoning-file':
        return [fileOf(value)]
      default:
        return typeof type === 'string' && type.startsWith('data-') ? [dataOf(type, value)] : toolEvents(value)
    }
  }

  finish(): readonly DraftEvent[] {
    return []
  }
}

function toolEvents(value: Fields): readonly DraftEvent[] {
  const { type, input, output, preliminary } = value
  const toolCallId = idOf(value['toolCallId']) ?? ''
  const { toolName, executor, ...extra } = callFields(value)
  const call = { toolCallId, toolName, ...given({ executor }), ...extra }
  const errorText = textOf(value['errorText']) ?? 'An error occurred.'
  const { providerMetadata, toolMetadata } = extra
  switch (type) {
    case 'tool-input-start':
      return [{ type, ...call, ...inputEncodingOf(value) }]
    case 'tool-input-delta': {
      const inputTextDelta = textOf(value['inputTextDelta'])
      return inputTextDelta === undefined ? [] : [{ type, toolCallId, inputTextDelta }]
    }
    case 'tool-input-available':
      return [{ type, ...call, input: jsonOf(input) }]
    case 'tool-input-error':
      return [{ type, ...call, input: jsonOf(input), errorText }]
    case 'tool-output-available': {
      const more = given({ preliminary: flagOf(preliminary), providerMetadata, toolMetadata })
      return [{ type, toolCallId, output: jsonOf(output), ...more }]
    }
    case 'tool-output-error':
      return [{ type, toolCallId, errorText, ...given({ providerMetadata, toolMetadata }) }]
    default:
      return approvalOf(value, toolCallId)
  }
}

const ownFields = new Set(['type', 'approvalId', 'reason', 'toolCallId', 'toolCall'])

/** The request of an approval, with the fields that must come back as they were. */
export function approvalOf(value: Fields, toolCallId: string): readonly DraftEvent[] {
  const { type, reason } = value
  const id = idOf(value['approvalId'])
  if (type !== 'tool-approval-request' || id === undefined) return []
  const known = Object.entries(value).filter(([name, field]) => field !== undefined && !ownFields.has(name))
  const extra = known.length === 0 ? undefined : objectOf(Object.fromEntries(known))
  return [{ type, approvalId: id, toolCallId, ...given({ reason: textOf(reason), extra }) }]
}

/** How the deltas of a call are to be read, where it is said. */
export function inputEncodingOf({ inputEncoding }: Fields): { inputEncoding?: 'json' | 'text' } {
  return inputEncoding === 'json' || inputEncoding === 'text' ? { inputEncoding } : {}
}

function fileOf(value: Fields): DraftEvent {
  return {
    type: 'file',
    url: String(value['url']),
    mediaType: textOf(value['mediaType']) ?? 'application/octet-stream',
    ...given({
      filename: textOf(value['filename']),
      isReasoning: flagOf(value['type'] === 'reasoning-file'),
      providerMetadata: metadataOf(value['providerMetadata']),
    }),
  }
}

function dataOf(type: string, { id, data, transient }: Fields): DraftEvent {
  const name = type.slice('data-'.length)
  return { type: 'data', name, data: jsonOf(data), ...given({ id: idOf(id), transient: flagOf(transient) }) }
}
