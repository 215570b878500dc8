// The items of an OpenAI response: texts, refusals and reasoning, and the frames in which each comes.
import type { Citation, PartKind } from '../../chat-model/index.ts'
import { namedFrame } from './frame.ts'

/** Numbers the frames of one response: `sequence_number` is how many frames came before. */
export class ResponseFrames {
  #next = 0

  /** The next frame. */
  write(type: string, fields: object): string {
    return namedFrame(type, JSON.stringify({ type, sequence_number: this.#next++, ...fields }))
  }
}

/** An item of the response's `output`. */
export interface OutputItem {
  /** The item as it stands. */
  value(): object
}

/** How an item ended: it is `incomplete` where the run was cut short within it. */
export type ItemStatus = 'in_progress' | 'completed' | 'incomplete' | 'failed'

/** Where an item stands in the response. */
export class ItemPlace {
  readonly id: string
  readonly #frames: ResponseFrames
  readonly #index: number

  constructor(frames: ResponseFrames, index: number, id: string) {
    this.#frames = frames
    this.#index = index
    this.id = id
  }

  /** A frame about the item. */
  write(type: string, fields: object): string {
    return this.#frames.write(type, { item_id: this.id, output_index: this.#index, ...fields })
  }

  /** The frame with which the item begins. */
  added(item: object): string {
    return this.#frames.write('response.output_item.added', { output_index: this.#index, item })
  }

  /** The frame with which the item ends. */
  done(item: object): string {
    return this.#frames.write('response.output_item.done', { output_index: this.#index, item })
  }
}

/** A part of text with a life of its own. */
export interface TextItem extends OutputItem {
  start(): readonly string[]
  delta(delta: string): readonly string[]
  end(status: ItemStatus, encrypted: string | undefined): readonly string[]
}

/** Makes the item of a part. */
export function createTextItem(kind: PartKind, place: ItemPlace, encrypted: string | undefined): TextItem {
  return kind === 'reasoning' ? new ReasoningItem(place, encrypted) : new MessageItem(kind, place)
}

/** A message with one part: what is said, or a refusal. */
export class MessageItem implements TextItem {
  readonly #place: ItemPlace
  readonly #kind: 'text' | 'refusal'
  readonly #annotations: object[] = []
  #text = ''
  #status: ItemStatus = 'in_progress'

  constructor(kind: 'text' | 'refusal', place: ItemPlace) {
    this.#kind = kind
    this.#place = place
  }

  start(): readonly string[] {
    const item = { ...this.#shape(), content: [] }
    return [
      this.#place.added(item),
      this.#place.write('response.content_part.added', { content_index: 0, part: this.#part() }),
    ]
  }

  delta(delta: string): readonly string[] {
    this.#text += delta
    if (this.#kind === 'refusal') return [this.#place.write('response.refusal.delta', { content_index: 0, delta })]
    return [this.#place.write('response.output_text.delta', { content_index: 0, delta, logprobs: [] })]
  }

  end(status: ItemStatus): readonly string[] {
    this.#status = status
    const text = this.#text
    const isRefusal = this.#kind === 'refusal'
    const told = isRefusal ? { content_index: 0, refusal: text } : { content_index: 0, text, logprobs: [] }
    return [
      this.#place.write(isRefusal ? 'response.refusal.done' : 'response.output_text.done', told),
      this.#place.write('response.content_part.done', { content_index: 0, part: this.#part() }),
      this.#place.done(this.value()),
    ]
  }

  /** Adds a citation of a page; `undefined` for another, which the protocol has no word for. */
  cite({ source, startIndex, endIndex }: Citation): readonly string[] | undefined {
    if (source.kind !== 'url' || this.#kind === 'refusal') return undefined
    const annotation = {
      type: 'url_citation',
      // Both are required: a citation without a place stands at the end of what has been said.
      start_index: startIndex ?? this.#text.length,
      end_index: endIndex ?? this.#text.length,
      title: source.title ?? source.url,
      url: source.url,
    }
    const annotation_index = this.#annotations.push(annotation) - 1
    const fields = { content_index: 0, annotation_index, annotation }
    return [this.#place.write('response.output_text.annotation.added', fields)]
  }

  value(): object {
    return { ...this.#shape(), content: [this.#part()] }
  }

  #shape(): object {
    return { id: this.#place.id, type: 'message', role: 'assistant', status: this.#status }
  }

  #part(): object {
    if (this.#kind === 'refusal') return { type: 'refusal', refusal: this.#text }
    return { type: 'output_text', text: this.#text, annotations: this.#annotations, logprobs: [] }
  }
}

/** A summary of what was thought. */
class ReasoningItem implements TextItem {
  readonly #place: ItemPlace
  #encrypted: string | undefined
  #text = ''
  #status: ItemStatus = 'in_progress'

  constructor(place: ItemPlace, encrypted: string | undefined) {
    this.#place = place
    this.#encrypted = encrypted
  }

  start(): readonly string[] {
    const item = { ...this.#shape(), summary: [] }
    return [
      this.#place.added(item),
      this.#place.write('response.reasoning_summary_part.added', { summary_index: 0, part: this.#part() }),
    ]
  }

  delta(delta: string): readonly string[] {
    this.#text += delta
    return [this.#place.write('response.reasoning_summary_text.delta', { summary_index: 0, delta })]
  }

  end(status: ItemStatus, encrypted: string | undefined): readonly string[] {
    this.#status = status
    this.#encrypted = encrypted ?? this.#encrypted
    return [
      this.#place.write('response.reasoning_summary_text.done', { summary_index: 0, text: this.#text }),
      this.#place.write('response.reasoning_summary_part.done', { summary_index: 0, part: this.#part() }),
      this.#place.done(this.value()),
    ]
  }

  value(): object {
    return { ...this.#shape(), summary: [this.#part()] }
  }

  #shape(): object {
    const shape = { id: this.#place.id, type: 'reasoning', status: this.#status }
    return this.#encrypted === undefined ? shape : { ...shape, encrypted_content: this.#encrypted }
  }

  #part(): object {
    return { type: 'summary_text', text: this.#text }
  }
}
