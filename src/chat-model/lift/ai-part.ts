// What the UI message chunks of `ai` and the parts of `streamText` have in common.
import type { DraftEvent } from '../draft.ts'
import type { FinishReason, ProviderMetadata } from '../event.ts'
import { aiUsage, reasonOf } from './counts.ts'
import { type DialectLifter, hold } from './dialect-lifter.ts'
import { abortOf } from './failure.ts'
import {
  type Fields,
  fieldsOf,
  given,
  idOf,
  isFields,
  itemsOf,
  jsonOf,
  metadataOf,
  objectOf,
  textOf,
} from './fields.ts'

const shared = new Set([
  'start',
  'start-step',
  'finish-step',
  'reset-step',
  'finish',
  'abort',
  'custom',
  'text-start',
  'text-end',
  'reasoning-start',
  'reasoning-end',
  'steering-message',
  'tool-output-denied',
  'tool-approval-response',
])

/** Whether a value is of a type that means the same in both. */
export function isAiPart({ type }: Fields): boolean {
  return typeof type === 'string' && shared.has(type)
}

/** Lifts what both have. One for both dialects of a source: parts that one begins may go on in the other. */
export class AiPartLifter implements DialectLifter {
  /** Metadata of deltas without text, by part: providers put signatures there, and such deltas are not told. */
  readonly #held = new Map<string, ProviderMetadata>()
  #hasUsage = false

  lift(value: Fields): readonly DraftEvent[] {
    const { type } = value
    switch (type) {
      case 'start':
        return start(value)
      case 'start-step':
        return [{ type: 'step-start' }]
      case 'reset-step':
        return [{ type: 'step-reset' }]
      case 'finish-step':
        return this.#endStep(value)
      case 'finish':
        return this.#finish(value)
      case 'abort':
        return [abortOf(value['reason'])]
      case 'text-start':
      case 'reasoning-start':
        return [{ type, id: partId(value), ...given({ providerMetadata: metadataOf(value['providerMetadata']) }) }]
      case 'text-end':
      case 'reasoning-end':
        return this.#endPart(type, value)
      default:
        return rare(value)
    }
  }

  /** A delta of a part. Metadata of a delta without text goes to the part's next event. */
  delta(kind: 'text' | 'reasoning', value: Fields, delta: string): readonly DraftEvent[] {
    const id = partId(value)
    const key = `${kind} ${id}`
    const providerMetadata = metadataOf(value['providerMetadata']) ?? this.#held.get(key)
    if (delta === '') {
      if (providerMetadata !== undefined) hold(this.#held, key, providerMetadata)
      return []
    }
    if (this.#held.size > 0) this.#held.delete(key)
    return [{ type: `${kind}-delta`, id, delta, ...given({ providerMetadata }) }]
  }

  finish(): readonly DraftEvent[] {
    return []
  }

  #endPart(type: 'text-end' | 'reasoning-end', value: Fields): readonly DraftEvent[] {
    const id = partId(value)
    const key = `${type === 'text-end' ? 'text' : 'reasoning'} ${id}`
    const providerMetadata = metadataOf(value['providerMetadata']) ?? this.#held.get(key)
    this.#held.delete(key)
    const citations = itemsOf(value['citations']).flatMap((citation) => citationOf(id, citation))
    return [...citations, { type, id, ...given({ providerMetadata }) }]
  }

  #endStep(value: Fields): readonly DraftEvent[] {
    const usage = aiUsage(value['usage'])
    if (usage !== undefined) this.#hasUsage = true
    const word = textOf(value['finishReason'])
    const reason = word === undefined ? undefined : reasonOf('ai', word)
    const model = textOf(fieldsOf(value['response'])['modelId'])
    return [{ type: 'step-end', ...given({ reason, usage, model }) }]
  }

  /** The usage of the whole is told only where its steps did not: it is their sum. */
  #finish(value: Fields): readonly DraftEvent[] {
    const word = textOf(value['finishReason'])
    const reason: FinishReason = word === undefined ? 'stop' : reasonOf('ai', word)
    const rawReason = textOf(value['rawFinishReason']) ?? (reason === 'other' ? word : undefined)
    const usage = this.#hasUsage ? undefined : aiUsage(value['totalUsage'])
    this.#hasUsage = false
    const metadata = value['messageMetadata'] === undefined ? undefined : jsonOf(value['messageMetadata'])
    return [{ type: 'message-end', reason, ...given({ rawReason, usage, metadata }) }]
  }
}

/** A start without an id begins no message of its own: two calls of a provider in one handler are one message. */
function start(value: Fields): readonly DraftEvent[] {
  const id = idOf(value['messageId'])
  const { messageMetadata } = value
  const metadata = messageMetadata === undefined ? undefined : jsonOf(messageMetadata)
  if (id !== undefined) return [{ type: 'message-start', id, ...given({ metadata }) }]
  return metadata === undefined ? [] : [{ type: 'message-metadata', metadata }]
}

function rare(value: Fields): readonly DraftEvent[] {
  const { type, kind, providerMetadata, toolCallId, approvalId, approved, reason } = value
  const callId = idOf(toolCallId)
  if (type === 'tool-output-denied') return callId === undefined ? [] : [{ type, toolCallId: callId }]
  if (type === 'custom') {
    const metadata = objectOf(providerMetadata)
    const name = textOf(kind)
    return name === undefined
      ? []
      : [{ type, name, value: metadata === undefined ? {} : { providerMetadata: metadata } }]
  }
  if (type === 'steering-message') {
    const { id, parts, message } = value
    return [{ type: 'custom', name: type, value: { id: jsonOf(id), parts: jsonOf(parts ?? message) } }]
  }
  const approval = idOf(approvalId)
  if (type !== 'tool-approval-response' || approval === undefined) return []
  return [{ type, approvalId: approval, approved: approved === true, ...given({ reason: textOf(reason) }) }]
}

/** A source of `ai`: of a stream, or of a citation. */
export function sourceOf(value: Fields): readonly DraftEvent[] {
  const { sourceType, providerMetadata } = value
  const id = idOf(value['id'] ?? value['sourceId'])
  const title = textOf(value['title'])
  const url = textOf(value['url'])
  const extra = given({ id, providerMetadata: metadataOf(providerMetadata) })
  if (sourceType !== 'document' && url !== undefined) {
    return [{ type: 'source', source: { kind: 'url', url, ...given({ title }) }, ...extra }]
  }
  const mediaType = textOf(value['mediaType'])
  if (mediaType === undefined) return []
  const filename = textOf(value['filename'])
  const source = { kind: 'document', mediaType, title: title ?? filename ?? '', ...given({ filename }) } as const
  return [{ type: 'source', source, ...extra }]
}

function citationOf(partId: string, citation: unknown): readonly DraftEvent[] {
  const { source, startIndex, endIndex, citedText } = fieldsOf(citation)
  return sourceOf(fieldsOf(source)).flatMap((draft) => {
    if (draft.type !== 'source') return []
    const range = {
      ...(typeof startIndex === 'number' ? { startIndex } : {}),
      ...(typeof endIndex === 'number' ? { endIndex } : {}),
      ...given({ citedText: textOf(citedText) }),
    }
    const cited = { ...draft.source, ...given({ id: draft.id }) }
    return [{ type: 'citation', partId, source: cited, ...range, raw: jsonOf(citation) }]
  })
}

/** The id of a part; chunks of text without one are of one part. */
function partId(value: Fields): string {
  return idOf(value['id']) ?? 'part'
}

/** What a call has in both dialects, beside its id and its input. */
export function callFields(value: Fields): {
  toolName: string
  executor?: 'provider'
  dynamic?: boolean
  title?: string
  providerMetadata?: ProviderMetadata
  toolMetadata?: NonNullable<ReturnType<typeof objectOf>>
} {
  const { toolName, providerExecuted, dynamic, title, providerMetadata, toolMetadata } = value
  return {
    toolName: textOf(toolName) ?? 'unknown',
    ...given({
      executor: providerExecuted === true ? ('provider' as const) : undefined,
      dynamic: typeof dynamic === 'boolean' ? dynamic : undefined,
      title: textOf(title),
      providerMetadata: metadataOf(providerMetadata),
      toolMetadata: isFields(toolMetadata) ? objectOf(toolMetadata) : undefined,
    }),
  }
}
