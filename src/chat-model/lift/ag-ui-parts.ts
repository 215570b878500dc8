// The texts of AG-UI: messages and reasoning, begun and ended, or in chunks without either.
import type { DraftEvent } from '../draft.ts'
import type { ProviderMetadata } from '../event.ts'
import { hold } from './dialect-lifter.ts'
import { type Fields, given, idOf, textOf } from './fields.ts'

type Kind = 'text' | 'reasoning'

/** Roles whose words are part of the answer; messages of others are told as well, and are no answer. */
const speakers = new Set<unknown>(['assistant', 'reasoning', undefined, null])

/** What is open of a source's texts. */
export class AgUiParts {
  /** By kind and message. `undefined`: a message of somebody else. */
  readonly #open = new Map<string, { readonly kind: Kind; readonly id: string; isChunk: boolean } | undefined>()
  readonly #wanted = new Map<string, ProviderMetadata>()
  readonly #last = new Map<Kind, string>()
  /** What is encrypted of reasoning comes right after its end. */
  #ending: string | undefined

  take(type: string, value: Fields): readonly DraftEvent[] {
    const kind = type.startsWith('TEXT_') ? 'text' : 'reasoning'
    const id = idOf(value['messageId']) ?? this.#last.get(kind) ?? kind
    if (type.endsWith('MESSAGE_START')) return this.#start(kind, id, value['role'], false)
    if (type.endsWith('_CONTENT')) return this.#say(kind, id, value)
    if (type.endsWith('_CHUNK')) return this.#chunk(kind, id, value)
    if (type.endsWith('MESSAGE_END')) return this.#takeEnd(kind, id)
    // Reasoning, as a whole, ends: what is open of it, too.
    return /^(REASONING|THINKING)_END$/.test(type) ? this.end('reasoning') : []
  }

  /** What a provider wants back with a text: told at its end, or as a part without text where that is over. */
  want(id: string, metadata: ProviderMetadata): readonly DraftEvent[] {
    const key = [`reasoning ${id}`, `text ${id}`].find((name) => this.#open.get(name) !== undefined)
    if (key !== undefined) {
      hold(this.#wanted, key, metadata)
      return []
    }
    const part = `${id}:encrypted`
    return [
      { type: 'reasoning-start', id: part, providerMetadata: metadata },
      { type: 'reasoning-end', id: part },
    ]
  }

  /** Ends the reasoning that has ended, and was kept for what is encrypted of it. */
  settle(): readonly DraftEvent[] {
    const key = this.#ending
    this.#ending = undefined
    return key === undefined ? [] : this.#endOne(key)
  }

  endChunks(): readonly DraftEvent[] {
    if (this.#open.size === 0) return []
    const keys = [...this.#last].map(([kind, id]) => `${kind} ${id}`)
    return keys.flatMap((key) => (this.#open.get(key)?.isChunk === true ? this.#endOne(key) : []))
  }

  end(kind?: Kind): readonly DraftEvent[] {
    const keys = [...this.#open.keys()].filter((key) => kind === undefined || key.startsWith(kind))
    return keys.flatMap((key) => this.#endOne(key))
  }

  #start(kind: Kind, id: string, role: unknown, isChunk: boolean): readonly DraftEvent[] {
    const key = `${kind} ${id}`
    const before = this.#endOne(key)
    this.#last.set(kind, id)
    if (!speakers.has(role)) {
      hold(this.#open, key, undefined)
      return before
    }
    hold(this.#open, key, { kind, id, isChunk })
    return [...before, { type: `${kind}-start`, id }]
  }

  #say(kind: Kind, id: string, value: Fields): readonly DraftEvent[] {
    const key = `${kind} ${id}`
    if (this.#open.has(key) && this.#open.get(key) === undefined) return []
    const delta = textOf(value['delta'])
    const start = this.#open.has(key) ? [] : this.#start(kind, id, undefined, false)
    return delta === undefined ? start : [...start, { type: `${kind}-delta`, id, delta }]
  }

  /** A chunk with another id ends the message before, and so does any other event. */
  #chunk(kind: Kind, id: string, value: Fields): readonly DraftEvent[] {
    const isNew = !this.#open.has(`${kind} ${id}`)
    const before = isNew ? this.endChunks() : []
    const start = isNew ? this.#start(kind, id, value['role'], true) : []
    return [...before, ...start, ...this.#say(kind, id, value)]
  }

  #takeEnd(kind: Kind, id: string): readonly DraftEvent[] {
    const key = `${kind} ${id}`
    if (kind === 'text') return this.#endOne(key)
    this.#ending = key
    return []
  }

  #endOne(key: string): readonly DraftEvent[] {
    const part = this.#open.get(key)
    this.#open.delete(key)
    if (part === undefined) return []
    const providerMetadata = this.#wanted.get(key)
    this.#wanted.delete(key)
    return [{ type: `${part.kind}-end`, id: part.id, ...given({ providerMetadata }) }]
  }
}
