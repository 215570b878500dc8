// The codec of the logs of chats: records of a packed log, and the events that they stand for.
import type { LogCodec, PackedRecord } from '../../channel/internal.ts'
import type { StoredEvent } from '../../journal/index.ts'
import { ChatPacker } from './chat-packer.ts'
import { createDeltaData, isDeltaType, type DeltaPart } from './delta.ts'
import { decodeNumbers } from './numbers.ts'

/**
 * Packs the logs of chats. A run of 1,000 deltas with 5,000 characters, 47 kB of JSON in 1,006 events, is one record of 6.5 kB,
 * or 14.6 kB with the nonces of SQLite, Redis and Postgres.
 */
export const chatCodec: LogCodec = {
  createPacker: () => new ChatPacker(),
  expand: (record) => unpack(record, false),
  condense: (record) => unpack(record, true),
}

/** What an entry says of an event, but for its number and its nonce, and how many events of the log it stands for. */
interface Content {
  readonly event?: string
  readonly data: string
  readonly erased?: true
  readonly count: number
}

function unpack({ first, last, data }: PackedRecord, isCondensed: boolean): readonly StoredEvent[] | undefined {
  const record = parseRecord(data)
  const nonces = record && noncesOf(record.nonces, last - first + 1)
  if (record === undefined || nonces === undefined) return undefined
  const events: StoredEvent[] = []
  let seq = first - 1
  for (const entry of record.events) {
    const contents = contentsOf(entry, isCondensed)
    if (contents === undefined) return undefined
    for (const { count, ...content } of contents) {
      seq += count
      events.push({ seq, nonce: nonces[seq - first] ?? '', ...content })
    }
  }
  return seq === last ? events : undefined
}

function contentsOf(entry: unknown, isCondensed: boolean): readonly Content[] | undefined {
  if (typeof entry !== 'object' || entry === null) return undefined
  if ('parts' in entry && 'order' in entry) return deltasOf(entry.parts, entry.order, isCondensed)
  if ('erased' in entry) return [{ data: 'null', erased: true, count: 1 }]
  const name = 'name' in entry ? entry.name : undefined
  if (name !== undefined && typeof name !== 'string') return undefined
  const data = 'text' in entry ? entry.text : 'data' in entry && JSON.stringify(entry.data)
  if (typeof data !== 'string') return undefined
  return [name === undefined ? { data, count: 1 } : { event: name, data, count: 1 }]
}

/** A part of a run of deltas, and how much of it has been given out. */
interface PartText extends DeltaPart {
  readonly text: string
  readonly toData: (text: string) => string
  at: number
}

/** The deltas of a run; those of one part that follow each other as one, if it is condensed. */
function deltasOf(parts: unknown, order: unknown, isCondensed: boolean): readonly Content[] | undefined {
  const texts = Array.isArray(parts) ? parts.map(toPartText) : []
  const steps = typeof order === 'string' ? stepsOf(order, texts.length) : undefined
  if (steps === undefined) return undefined
  const contents: Content[] = []
  for (let index = 0; index < steps.length;) {
    const [part = 0] = steps[index] ?? []
    const text = texts[part]
    if (text === undefined) return undefined
    const next = isCondensed ? endOfSpeech(steps, index) : index + 1
    const end = steps.slice(index, next).reduce((at, [, length]) => at + length, text.at)
    contents.push({ event: text.type, data: text.toData(text.text.slice(text.at, end)), count: next - index })
    text.at = end
    index = next
  }
  return contents
}

function toPartText(part: unknown): PartText | undefined {
  const [type, id, text]: readonly unknown[] = Array.isArray(part) ? part : []
  if (!isDeltaType(type) || typeof id !== 'string' || typeof text !== 'string') return undefined
  return { type, id, text, toData: createDeltaData({ type, id }), at: 0 }
}

/** Which part a delta is of, and how long it is. */
type Step = readonly [part: number, length: number]

/** The index behind the deltas of one part that begin at `index`. */
function endOfSpeech(steps: readonly Step[], index: number): number {
  let end = index + 1
  while (end < steps.length && steps[end]?.[0] === steps[index]?.[0]) end += 1
  return end
}

function stepsOf(order: string, parts: number): readonly Step[] | undefined {
  const numbers = decodeNumbers(order)
  if (parts === 1) return numbers?.map((length) => [0, length])
  return numbers?.flatMap((part, index) => (index % 2 === 0 ? [[part, numbers[index + 1] ?? 0] as const] : []))
}

function noncesOf(nonces: unknown, count: number): readonly string[] | undefined {
  if (nonces === undefined) return []
  if (typeof nonces !== 'string') {
    return Array.isArray(nonces) && nonces.every((nonce) => typeof nonce === 'string') ? nonces : undefined
  }
  const length = nonces.length / count
  return Array.from({ length: count }, (_, index) => nonces.slice(index * length, (index + 1) * length))
}

function parseRecord(data: string): { readonly events: readonly unknown[]; readonly nonces: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(data)
    if (typeof value !== 'object' || value === null || !('events' in value) || !Array.isArray(value.events))
      return undefined
    return { events: value.events, nonces: 'nonces' in value ? value.nonces : undefined }
  } catch {
    return undefined
  }
}
