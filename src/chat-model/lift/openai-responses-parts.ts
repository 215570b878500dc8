// The texts of one output item of an OpenAI response: of a message, or of reasoning.
import type { DraftEvent } from '../draft.ts'
import type { PartKind, ProviderMetadata } from '../event.ts'
import { hold } from './dialect-lifter.ts'
import { type Fields, fieldsOf, given, idOf, itemsOf, jsonOf, textOf } from './fields.ts'
import { annotationOf } from './url-file.ts'

interface Part {
  readonly kind: PartKind
  readonly id: string
  /** Whether it has told any text, and so all that `done` events repeat. */
  hasText: boolean
  isEnded: boolean
  citations: number
}

/** By the event's type without `.delta`, `.done`: the kind of its part, the field of its place, and its letter in ids. */
const families = new Map<string, readonly [kind: PartKind, place: string, letter: string]>([
  ['response.output_text', ['text', 'content_index', 'c']],
  ['response.refusal', ['refusal', 'content_index', 'c']],
  ['response.reasoning_text', ['reasoning', 'content_index', 'r']],
  ['response.reasoning_summary_text', ['reasoning', 'summary_index', 's']],
])

const annotation = 'response.output_text.annotation.added'

/** The parts of one item, by kind and place. */
export class ResponseParts {
  readonly #key: string
  readonly #itemId: string | undefined
  readonly #parts = new Map<string, Part>()
  /** Reasoning ends with its item: only that has what the provider wants back. */
  #reasoning: Part | undefined

  constructor(key: string, itemId: string | undefined) {
    this.#key = key
    this.#itemId = itemId
  }

  /** Whether events of this type are about parts. */
  static takes(type: string): boolean {
    return type === annotation || families.has(type.replace(/\.(delta|done)$/, ''))
  }

  take(type: string, value: Fields): readonly DraftEvent[] {
    const drafts: DraftEvent[] = []
    const [kind, place, letter] = families.get(type.replace(/\.(delta|done)$/, '')) ?? ['text', 'content_index', 'c']
    const part = this.#part(kind, `${letter}${idOf(value[place]) ?? '0'}`)
    if (type === annotation) this.#cite(part, value['annotation'], drafts)
    else if (type.endsWith('.delta')) this.#say(part, value['delta'], drafts)
    else this.#whole(part, value['text'] ?? value['refusal'], drafts)
    return drafts
  }

  /** The item as a whole. */
  done(value: Fields): readonly DraftEvent[] {
    const drafts: DraftEvent[] = []
    const isReasoning = value['type'] === 'reasoning'
    if (isReasoning) this.#takeList(value['summary'], 'reasoning', 's', drafts)
    this.#takeList(value['content'], isReasoning ? 'reasoning' : 'text', isReasoning ? 'r' : 'c', drafts)
    const encrypted = textOf(value['encrypted_content'])
    // Reasoning without a word of text is kept where the provider wants it back.
    if (encrypted !== undefined && this.#reasoning === undefined) this.#start(this.#part('reasoning', 's0'), drafts)
    drafts.push(...this.#endReasoning(encrypted), ...this.end())
    return drafts
  }

  /** Ends what is open. */
  end(): readonly DraftEvent[] {
    const texts = [...this.#parts.values()].filter((part) => part.kind !== 'reasoning' && part.hasText && !part.isEnded)
    return [...this.#endReasoning(undefined), ...texts.flatMap((part) => end(part))]
  }

  #takeList(list: unknown, kind: PartKind, letter: string, drafts: DraftEvent[]): void {
    itemsOf(list).forEach((item, index) => {
      const { type, text, refusal, annotations } = fieldsOf(item)
      const part = this.#part(type === 'refusal' ? 'refusal' : kind, `${letter}${index}`)
      const cited = part.citations
      this.#whole(part, text ?? refusal, drafts)
      if (cited === 0) for (const value of itemsOf(annotations)) this.#cite(part, value, drafts)
    })
  }

  #say(part: Part, text: unknown, drafts: DraftEvent[]): void {
    const delta = textOf(text)
    if (delta === undefined || part.isEnded) return
    this.#start(part, drafts)
    drafts.push({ type: `${part.kind}-delta`, id: part.id, delta })
  }

  #whole(part: Part, text: unknown, drafts: DraftEvent[]): void {
    if (!part.hasText) this.#say(part, text, drafts)
    if (part.kind !== 'reasoning' && part.hasText) drafts.push(...end(part))
  }

  #cite(part: Part, value: unknown, drafts: DraftEvent[]): void {
    const cited = annotationOf(value)
    part.citations += 1
    if (cited !== undefined) drafts.push({ type: 'citation', partId: part.id, ...cited, raw: jsonOf(value) })
  }

  #start(part: Part, drafts: DraftEvent[]): void {
    if (part.hasText) return
    part.hasText = true
    if (part.kind === 'reasoning') {
      drafts.push(...this.#endReasoning(undefined))
      this.#reasoning = part
    }
    drafts.push({ type: `${part.kind}-start`, id: part.id, ...given({ providerMetadata: this.#metadata(undefined) }) })
  }

  #endReasoning(encrypted: string | undefined): readonly DraftEvent[] {
    const part = this.#reasoning
    this.#reasoning = undefined
    return part === undefined ? [] : end(part, this.#metadata(encrypted))
  }

  #metadata(encrypted: string | undefined): ProviderMetadata | undefined {
    if (this.#itemId === undefined && encrypted === undefined) return undefined
    return { openai: given({ itemId: this.#itemId, reasoningEncryptedContent: encrypted }) }
  }

  #part(kind: PartKind, place: string): Part {
    const key = `${kind} ${place}`
    const known = this.#parts.get(key)
    if (known !== undefined) return known
    const id = `${this.#key}:${place}`
    return hold(this.#parts, key, { kind, id, hasText: false, isEnded: false, citations: 0 })
  }
}

function end(part: Part, providerMetadata?: ProviderMetadata): readonly DraftEvent[] {
  if (part.isEnded) return []
  part.isEnded = true
  return [{ type: `${part.kind}-end`, id: part.id, ...given({ providerMetadata }) }]
}
