// The text parts of a run as they are made well-formed: unique ids, starts and ends, no character cut in two.
import type { ChatEvent, PartDelta, PartEnd, PartKind, PartStart, ProviderMetadata } from './event.ts'
import { joinHalves, replacement } from './surrogate.ts'

interface TextPart {
  readonly kind: PartKind
  readonly id: string
  /** The id by which its source knows it; an automatic part has none. */
  readonly key: string | undefined
  readonly source: object
  /** How many parts had begun before it. */
  readonly ordinal: number
  /** The first half of a character, whose second half has not come. */
  half: string
  /** Came with deltas that had no text to carry it. */
  metadata: ProviderMetadata | undefined
}

/** What is known of the parts of one source. */
interface SourceParts {
  readonly open: Map<string, TextPart>
  /** Final ids of parts that have ended, by the source's own. */
  readonly ended: Map<string, string>
  /** The final id of its latest part. */
  last: string | undefined
}

/** Gives the parts of all sources ids that are unique in the run, and adds what is missing. */
export class TextParts {
  readonly #open = new Map<string, TextPart>()
  readonly #sources = new Map<object, SourceParts>()
  readonly #counts: Record<PartKind, number> = { text: 0, reasoning: 0, refusal: 0 }
  readonly #warn: (text: string) => void
  #automatic: TextPart | undefined
  #ordinal = 0
  #last: string | undefined

  constructor(warn: (text: string) => void) {
    this.#warn = warn
  }

  /** How many parts have begun. */
  get count(): number {
    return this.#ordinal
  }

  /** Text without a part: it goes into the open automatic part, or begins one. */
  say(delta: string, source: object, out: ChatEvent[]): void {
    if (delta === '') return
    if (this.#automatic !== undefined && this.#automatic.source !== source) this.endAutomatic(out)
    this.#automatic ??= this.#begin('text', undefined, source, undefined, out)
    this.#append(this.#automatic, delta, undefined, out)
  }

  /** Something else is shown now: text that follows stands behind it. */
  endAutomatic(out: ChatEvent[]): void {
    if (this.#automatic !== undefined) this.#end(this.#automatic, undefined, out)
  }

  start({ type, id, providerMetadata }: PartStart, source: object, out: ChatEvent[]): void {
    const kind = kindOf(type)
    const open = this.#sources.get(source)?.open.get(keyOf(kind, id))
    if (open !== undefined) this.#end(open, undefined, out)
    this.endAutomatic(out)
    this.#begin(kind, keyOf(kind, id), source, providerMetadata, out)
  }

  append({ type, id, delta, providerMetadata }: PartDelta, source: object, out: ChatEvent[]): void {
    const kind = kindOf(type)
    let part = this.#sources.get(source)?.open.get(keyOf(kind, id))
    if (part === undefined) {
      if (delta === '' && providerMetadata === undefined) return
      this.endAutomatic(out)
      part = this.#begin(kind, keyOf(kind, id), source, undefined, out)
    }
    this.#append(part, delta, providerMetadata, out)
  }

  end({ type, id, providerMetadata }: PartEnd, source: object, out: ChatEvent[]): void {
    const part = this.#sources.get(source)?.open.get(keyOf(kindOf(type), id))
    if (part === undefined) this.#warn(`${type} of ${JSON.stringify(id)}, which is not open, was left out.`)
    else this.#end(part, providerMetadata, out)
  }

  /** Ends the open parts that began after the first `from` parts. */
  endAll(out: ChatEvent[], from = 0): void {
    for (const part of this.#open.values()) {
      if (part.ordinal >= from) this.#end(part, undefined, out)
    }
  }

  /** The part that a citation is of: the one that it names, else the source's latest, else the latest of all. */
  cited(id: string | undefined, source: object): string | undefined {
    const parts = this.#sources.get(source)
    if (id !== undefined) {
      for (const kind of ['text', 'reasoning', 'refusal'] as const) {
        const found = parts?.open.get(keyOf(kind, id))?.id ?? parts?.ended.get(keyOf(kind, id))
        if (found !== undefined) return found
      }
    }
    return parts?.last ?? this.#last
  }

  #begin(
    kind: PartKind,
    key: string | undefined,
    source: object,
    providerMetadata: ProviderMetadata | undefined,
    out: ChatEvent[],
  ): TextPart {
    this.#counts[kind] += 1
    const id = `${letters[kind]}${this.#counts[kind]}`
    const part: TextPart = { kind, id, key, source, ordinal: this.#ordinal, half: '', metadata: undefined }
    this.#ordinal += 1
    this.#open.set(id, part)
    const parts = this.#partsOf(source)
    if (key !== undefined) parts.open.set(key, part)
    parts.last = id
    this.#last = id
    out.push({ type: `${kind}-start`, id, ...given(providerMetadata) })
    return part
  }

  #append(part: TextPart, delta: string, providerMetadata: ProviderMetadata | undefined, out: ChatEvent[]): void {
    const [whole, half] = joinHalves(part.half, delta)
    part.half = half
    part.metadata = joinMetadata(part.metadata, providerMetadata)
    if (whole === '') return
    out.push({ type: `${part.kind}-delta`, id: part.id, delta: whole, ...given(part.metadata) })
    part.metadata = undefined
  }

  #end(part: TextPart, providerMetadata: ProviderMetadata | undefined, out: ChatEvent[]): void {
    const { kind, id, key, source, half, metadata } = part
    if (half !== '') out.push({ type: `${kind}-delta`, id, delta: replacement })
    out.push({ type: `${kind}-end`, id, ...given(joinMetadata(metadata, providerMetadata)) })
    this.#open.delete(id)
    if (this.#automatic === part) this.#automatic = undefined
    if (key === undefined) return
    const parts = this.#partsOf(source)
    parts.open.delete(key)
    parts.ended.set(key, id)
  }

  #partsOf(source: object): SourceParts {
    const known = this.#sources.get(source)
    if (known !== undefined) return known
    const parts: SourceParts = { open: new Map(), ended: new Map(), last: undefined }
    this.#sources.set(source, parts)
    return parts
  }
}

const letters: Readonly<Record<PartKind, string>> = { text: 't', reasoning: 'r', refusal: 'f' }

/** The kind of part that an event is of. */
export function kindOf(type: (PartStart | PartDelta | PartEnd)['type']): PartKind {
  if (type.startsWith('text')) return 'text'
  return type.startsWith('reasoning') ? 'reasoning' : 'refusal'
}

/** What providers want back, joined: later fields of the same provider replace earlier ones. */
export function joinMetadata(
  one: ProviderMetadata | undefined,
  other: ProviderMetadata | undefined,
): ProviderMetadata | undefined {
  if (one === undefined || other === undefined) return one ?? other
  const providers = [...Object.keys(one), ...Object.keys(other)]
  return Object.fromEntries(providers.map((provider) => [provider, { ...one[provider], ...other[provider] }]))
}

function given(providerMetadata: ProviderMetadata | undefined): { providerMetadata?: ProviderMetadata } {
  return providerMetadata === undefined ? {} : { providerMetadata }
}

function keyOf(kind: PartKind, id: string): string {
  return `${kind} ${id}`
}
