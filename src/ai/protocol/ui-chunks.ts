// The chunks of UI messages: what each event of a part, a call or data is in `ai`.
import type { ChatEvent, Citation, SourceRef } from '../../chat-model/index.ts'
import { dataFrame } from './frame.ts'
import type { Losses } from './loss.ts'
import type { EncoderOptions } from './protocol.ts'
import { UiApprovals } from './ui-approvals.ts'

/** Makes the chunks of single events. Most go out as the log has them: `ai` allows fields that it does not know. */
export class UiChunks {
  readonly #version: EncoderOptions['uiVersion']
  readonly #losses: Losses
  readonly #approvals: UiApprovals
  /** The ids of the sources that were told, by what they refer to. */
  readonly #sources = new Map<string, string>()
  /** The citations of the open texts. */
  readonly #citations = new Map<string, object[]>()

  constructor(options: EncoderOptions, losses: Losses) {
    this.#version = options.uiVersion
    this.#approvals = new UiApprovals(options, losses)
    this.#losses = losses
  }

  /** The frames of an event of ours, that no log holds. */
  encode(event: ChatEvent): readonly string[] {
    return this.frames(event, JSON.stringify(event))
  }

  /** The frames of an event. */
  frames(event: ChatEvent, data: string): readonly string[] {
    switch (event.type) {
      case 'text-start':
      case 'text-delta':
      case 'reasoning-start':
      case 'reasoning-delta':
      case 'reasoning-end':
      case 'tool-input-delta':
        return [dataFrame(data)]
      case 'tool-output-available':
      case 'tool-output-error':
      case 'tool-output-denied':
        return this.#approvals.output(event, data)
      case 'text-end':
        return this.#endText(event, data)
      case 'tool-input-start':
      case 'tool-input-available':
      case 'tool-input-error':
        return event.executor === 'provider' ? framesOf({ ...event, providerExecuted: true }) : [dataFrame(data)]
      default:
        return this.#other(event)
    }
  }

  #other(event: ChatEvent): readonly string[] {
    switch (event.type) {
      case 'refusal-start':
      case 'refusal-delta':
      case 'refusal-end':
        this.#losses.folded(event.type)
        return framesOf({ ...event, type: event.type.replace('refusal', 'text') })
      case 'message-metadata':
        return framesOf({ type: 'message-metadata', messageMetadata: event.metadata })
      case 'tool-approval-request':
        return this.#approvals.ask(event)
      case 'tool-approval-response':
        return this.#approvals.answer(event)
      case 'data': {
        const { name, id, data, transient } = event
        return framesOf({ type: `data-${name}`, id, data, transient })
      }
      case 'custom':
        this.#losses.folded('custom')
        return framesOf({ type: `data-${event.name}`, data: event.value, transient: true })
      default:
        return this.#attachment(event)
    }
  }

  #attachment(event: ChatEvent): readonly string[] {
    switch (event.type) {
      case 'source':
        return this.#source(event)
      case 'citation':
        return this.#cite(event)
      case 'file': {
        const { url, mediaType, filename, isReasoning } = event
        if (isReasoning !== true) return framesOf({ type: 'file', url, mediaType, filename })
        return this.#version === 7
          ? framesOf({ type: 'reasoning-file', url, mediaType })
          : this.#losses.dropped(event.type)
      }
      default:
        return []
    }
  }

  #source({ id, source, providerMetadata }: ChatEvent & { readonly type: 'source' }): readonly string[] {
    this.#sources.set(nameOf(source), id)
    return framesOf(chunkOf(id, source, providerMetadata))
  }

  /** A citation stands in the end of its text, for `ai` 7; its source is told at once, and once. */
  #cite({ partId, source, startIndex, endIndex, citedText }: Citation): readonly string[] {
    const known = this.#sources.get(nameOf(source))
    const id = known ?? source.id ?? `cited_${this.#sources.size + 1}`
    this.#sources.set(nameOf(source), id)
    const { kind, ...fields } = source
    const cited = { source: { ...fields, type: 'source', sourceType: kind, id }, startIndex, endIndex, citedText }
    const citations = this.#citations.get(partId)
    if (citations === undefined) this.#citations.set(partId, [cited])
    else citations.push(cited)
    return known === undefined ? framesOf(chunkOf(id, source)) : []
  }

  #endText(
    event: ChatEvent & { readonly type: 'text-end' | 'reasoning-end' | 'refusal-end' },
    data: string,
  ): readonly string[] {
    const citations = this.#citations.get(event.id)
    if (citations === undefined) return [dataFrame(data)]
    this.#citations.delete(event.id)
    return framesOf({ ...event, citations })
  }
}

function framesOf(chunk: object): readonly string[] {
  return [dataFrame(JSON.stringify(chunk))]
}

function nameOf(source: SourceRef): string {
  return source.kind === 'url'
    ? `url ${source.url}`
    : `document ${source.mediaType} ${source.filename ?? ''} ${source.title}`
}

function chunkOf(sourceId: string, source: SourceRef, providerMetadata?: object): object {
  if (source.kind === 'url')
    return { type: 'source-url', sourceId, url: source.url, title: source.title, providerMetadata }
  const { mediaType, title, filename } = source
  return { type: 'source-document', sourceId, mediaType, title, filename, providerMetadata }
}
