// Packs the log of a chat's run: consecutive deltas are kept as the text of each part, and the length of each delta.
import type { LogPacker, PackedRecord } from '../../channel/internal.ts'
import type { StoredEvent } from '../../journal/index.ts'
import { deltaOf, type Delta, type DeltaPart } from './delta.ts'
import { encodeNumber } from './numbers.ts'

/** A record is full from so many events, or characters, on: whoever wants one event of it expands all. */
const fullEvents = 1024
const fullChars = 64 * 1024

/**
 * Packs events into records, `{ events, nonces? }`. An entry of `events` is one event, `{ name?, data }`, or `{ name?, text }`
 * where its data would not be the same text once it was parsed, or `{ erased }`; or it is a run of deltas, `{ parts, order }`.
 */
export class ChatPacker implements LogPacker {
  #first = 0
  #last = 0
  #chars = 0
  #entries: string[] = []
  #nonces: string[] = []
  #deltas: DeltaRun | undefined

  add(event: StoredEvent): PackedRecord | undefined {
    const isFull = this.#nonces.length >= fullEvents || this.#chars >= fullChars
    const before = isFull ? this.end() : undefined
    if (this.#nonces.length === 0) this.#first = event.seq
    this.#last = event.seq
    this.#chars += event.data.length
    this.#nonces.push(event.nonce)
    const delta = deltaOf(event)
    if (delta === undefined) this.#addOther(event)
    else this.#addDelta(delta)
    return before
  }

  end(): PackedRecord | undefined {
    if (this.#nonces.length === 0) return undefined
    this.#endDeltas()
    const data = `{"events":[${this.#entries.join(',')}]${encodeNonces(this.#nonces)}}`
    const record = { first: this.#first, last: this.#last, data }
    this.#entries = []
    this.#nonces = []
    this.#chars = 0
    return record
  }

  #addDelta(delta: Delta): void {
    this.#deltas ??= new DeltaRun()
    this.#deltas.add(delta)
  }

  #addOther(event: StoredEvent): void {
    this.#endDeltas()
    this.#entries.push(encodeOther(event))
  }

  #endDeltas(): void {
    if (this.#deltas !== undefined) this.#entries.push(this.#deltas.encode())
    this.#deltas = undefined
  }
}

/** Consecutive deltas, of any number of parts. */
class DeltaRun {
  readonly #parts = new Map<string, { readonly part: DeltaPart; readonly index: number; text: string }>()
  readonly #order: (readonly [part: number, length: number])[] = []

  add({ type, id, text }: Delta): void {
    const key = `${type} ${id}`
    const known = this.#parts.get(key) ?? { part: { type, id }, index: this.#parts.size, text: '' }
    known.text += text
    this.#parts.set(key, known)
    this.#order.push([known.index, text.length])
  }

  /** Which part each delta is of, and its length in UTF-16 code units; of a single part the lengths alone. */
  encode(): string {
    const parts = [...this.#parts.values()].map(({ part, text }) => [part.type, part.id, text])
    const order = this.#order
      .map(([part, length]) => (parts.length === 1 ? '' : encodeNumber(part)) + encodeNumber(length))
      .join('')
    return JSON.stringify({ parts, order })
  }
}

function encodeOther({ event, data, erased }: StoredEvent): string {
  if (erased === true) return '{"erased":true}'
  const name = event === undefined ? '' : `"name":${JSON.stringify(event)},`
  return isPlain(data) ? `{${name}"data":${data}}` : `{${name}"text":${JSON.stringify(data)}}`
}

/** Whether JSON is the same text again once it was parsed. */
function isPlain(data: string): boolean {
  try {
    return JSON.stringify(JSON.parse(data)) === data
  } catch {
    return false
  }
}

/** Most engines have none, and those of one engine are of one length, but for those that it has lost. */
function encodeNonces(nonces: readonly string[]): string {
  const length = nonces[0]?.length ?? 0
  const isEven = nonces.every((nonce) => nonce.length === length)
  if (isEven && length === 0) return ''
  return `,"nonces":${JSON.stringify(isEven ? nonces.join('') : nonces)}`
}
