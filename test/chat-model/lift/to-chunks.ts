// UI chunks of the events that were lifted from some: what is missing in them was lost.
import type { DraftEvent } from '../../../src/chat-model/index.ts'

/** The UI chunks that say the same as these events. */
export function toChunks(drafts: readonly DraftEvent[]): readonly object[] {
  return drafts.map((draft) => toChunk(draft))
}

function toChunk(draft: DraftEvent): object {
  switch (draft.type) {
    case 'message-start':
      return { type: 'start', messageId: draft.id, ...metadata(draft.metadata) }
    case 'message-end':
      return { type: 'finish', finishReason: draft.reason, ...metadata(draft.metadata) }
    case 'message-metadata':
      return { type: 'message-metadata', ...metadata(draft.metadata) }
    case 'step-start':
      return { type: 'start-step' }
    case 'step-end':
      return { type: 'finish-step' }
    case 'source': {
      const { source, id, type: _type, ...rest } = draft
      const { kind, ...fields } = source
      return { type: `source-${kind}`, sourceId: id, ...fields, ...rest }
    }
    case 'failure':
      return { type: 'error', errorText: draft.error }
    default: {
      const { executor, ...rest } = { executor: undefined, ...draft }
      return executor === 'provider' ? { ...rest, providerExecuted: true } : rest
    }
  }
}

function metadata(value: unknown): object {
  return value === undefined ? {} : { messageMetadata: value }
}
