// Events of AG-UI's kind CUSTOM whose names say what they are: those of TanStack AI, and our own.
import type { DraftEvent } from '../draft.ts'
import { isSourceRef } from './source-ref.ts'
import { type Fields, fieldsOf, flagOf, given, idOf, jsonOf, metadataOf, textOf } from './fields.ts'

/** The events of a CUSTOM; an event of the application's own where the name is not known. */
export function agUiCustom(name: string, value: unknown): readonly DraftEvent[] {
  const fields = fieldsOf(value)
  const known = name.startsWith('tidings:') ? ownEvent(name, fields) : tanStackEvent(name, fields)
  return known ?? [{ type: 'custom', name, value: jsonOf(value) }]
}

/** A tool that the client is to run, and a call that waits for a person. */
function tanStackEvent(name: string, value: Fields): readonly DraftEvent[] | undefined {
  const toolCallId = idOf(value['toolCallId'])
  if (toolCallId === undefined) return undefined
  const toolName = textOf(value['toolName']) ?? 'unknown'
  if (name === 'tool-input-available') {
    return [{ type: name, toolCallId, toolName, input: jsonOf(value['input']), executor: 'client' }]
  }
  const approvalId = idOf(fieldsOf(value['approval'])['id'])
  if (name !== 'approval-requested' || approvalId === undefined) return undefined
  return [{ type: 'tool-approval-request', approvalId, toolCallId }]
}

/** What our own AG-UI tells as CUSTOM, because the protocol has no event for it. The value is the event. */
function ownEvent(name: string, value: Fields): readonly DraftEvent[] | undefined {
  const { source, output } = value
  const url = textOf(value['url'])
  const toolCallId = idOf(value['toolCallId'])
  const providerMetadata = metadataOf(value['providerMetadata'])
  switch (name) {
    case 'tidings:source':
      if (!isSourceRef(source)) return undefined
      return [{ type: 'source', source, ...given({ id: idOf(value['id']), providerMetadata }) }]
    case 'tidings:citation':
      return citation(value)
    case 'tidings:file': {
      if (url === undefined) return undefined
      const mediaType = textOf(value['mediaType']) ?? 'application/octet-stream'
      const more = given({
        filename: textOf(value['filename']),
        isReasoning: flagOf(value['isReasoning']),
        providerMetadata,
      })
      return [{ type: 'file', url, mediaType, ...more }]
    }
    case 'tidings:metadata':
      return [{ type: 'message-metadata', metadata: jsonOf(value) }]
    case 'tidings:step-reset':
      return [{ type: 'step-reset' }]
    case 'tidings:tool-preliminary':
      if (toolCallId === undefined) return undefined
      return [{ type: 'tool-output-available', toolCallId, output: jsonOf(output), preliminary: true }]
    default:
      return undefined
  }
}

function citation(value: Fields): readonly DraftEvent[] | undefined {
  const { source, startIndex, endIndex, raw } = value
  if (!isSourceRef(source)) return undefined
  return [
    {
      type: 'citation',
      source,
      ...(typeof startIndex === 'number' ? { startIndex } : {}),
      ...(typeof endIndex === 'number' ? { endIndex } : {}),
      ...given({
        partId: idOf(value['partId']),
        citedText: textOf(value['citedText']),
        raw: raw === undefined ? undefined : jsonOf(raw),
      }),
    },
  ]
}
