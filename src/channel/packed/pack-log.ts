// Packs a closed log: its records are appended to a log beside it, and behind the last of them its own events are dropped.
import type { Journal, StoredEvent } from '../../journal/index.ts'
import { isRefusal } from '../refusal.ts'
import type { LogCodec, PackedRecord } from './log-codec.ts'
import { nameOfRecord, positionAt, type LogReads, type PackedPlace } from './place.ts'

/** What {@link packLog} needs. */
export interface PackingParts {
  readonly journal: Journal
  readonly codec: LogCodec
  /** How long the packed log is kept, in milliseconds. */
  readonly forgetAfterMs: number
}

/** A log of fewer events is left as it is. */
const fewestEvents = 64

/**
 * Packs a log that is closed, but for its last event, with which its end, its epoch and its erasures stay known. Any number of
 * nodes may do so at once, and any of them may die at any time: a record depends on its events alone, so that the next one
 * finds in the packed log what it would have written itself, and goes on behind that. Nothing is dropped before all is packed.
 */
export async function packLog(place: PackedPlace, parts: PackingParts): Promise<void> {
  const { journal } = parts
  const { closed, first, tail, erasures } = await journal.read(place.topic, positionAt(place, 0), { limit: 0 })
  if (!closed || tail < fewestEvents || first === tail) return
  // Otherwise a part of it is dropped already: all of it is packed, or its beginning was never kept.
  if (first === 1 && !(await new Packing(place, parts).write(tail - 1))) return
  if (!(await isPacked(journal, place))) return
  const now = await journal.read(place.topic, positionAt(place, 0), { limit: 0 })
  // What was erased meanwhile is not to come back by what was packed before.
  if (now.erasures === erasures) await journal.trim(place.topic, tail)
}

/** Whether a log is packed: closed, and nothing of it was erased. */
export async function isPacked(reads: LogReads, place: PackedPlace): Promise<boolean> {
  const { packedTopic } = place
  const { epoch, closed, first, erasures } = await reads.read(packedTopic, positionAt(place, 0), { limit: 0 })
  return epoch === place.id && closed && first === 1 && erasures === 0
}

/** One node's way through a log. */
class Packing {
  readonly #place: PackedPlace
  readonly #parts: PackingParts
  /** How many records are in the packed log up to here. */
  #count = 0
  /** What the packed log has behind that. */
  #found: readonly StoredEvent[] = []
  #isAtEnd = false
  /** A record that is not in the packed log yet: the last one closes it. */
  #held: PackedRecord | undefined

  constructor(place: PackedPlace, parts: PackingParts) {
    this.#place = place
    this.#parts = parts
  }

  /** Packs the events up to the one with this number. Resolves with whether the packed log has them all, and is closed. */
  async write(last: number): Promise<boolean> {
    const packer = this.#parts.codec.createPacker()
    for (let seq = 0; seq < last;) {
      const { events } = await this.#parts.journal.read(this.#place.topic, positionAt(this.#place, seq))
      // It was forgotten, or erased.
      if (events[0]?.seq !== seq + 1) return false
      for (const event of events.filter((stored) => stored.seq <= last)) {
        seq = event.seq
        const record = packer.add(event)
        if (record !== undefined && !(await this.#put(record))) return false
      }
    }
    const rest = packer.end()
    return (rest === undefined || (await this.#put(rest))) && this.#store(true)
  }

  async #put(record: PackedRecord): Promise<boolean> {
    const isStored = this.#held === undefined || (await this.#store(false))
    this.#held = record
    return isStored
  }

  /** Appends the record that is held, unless it is there. Resolves with whether it is. */
  async #store(close: boolean): Promise<boolean> {
    const { journal, forgetAfterMs } = this.#parts
    const { packedTopic, id } = this.#place
    const record = this.#held
    if (record === undefined) return false
    const event = nameOfRecord(record)
    const retention = { maxEvents: false, maxBytes: false, forgetAfterMs } as const
    const options = { event, close, epoch: id, expectSeq: this.#count, retention }
    const isSame = (stored: StoredEvent): boolean => stored.event === event && stored.data === record.data
    const found = this.#isAtEnd ? undefined : await this.#next()
    try {
      if (found === undefined) await journal.append(packedTopic, record.data, options)
      else if (!isSame(found)) return false
      this.#isAtEnd = found === undefined
    } catch (error) {
      if (!isRefusal(error)) throw error
      // Another node was faster.
      this.#isAtEnd = false
      const other = await this.#next()
      if (other === undefined || !isSame(other)) return false
    }
    this.#count += 1
    return true
  }

  /** The event of the packed log behind the records that were passed. */
  async #next(): Promise<StoredEvent | undefined> {
    const isNext = ({ seq }: StoredEvent): boolean => seq === this.#count + 1
    const known = this.#found.find(isNext)
    if (known !== undefined) return known
    const { packedTopic } = this.#place
    const { events } = await this.#parts.journal.read(packedTopic, positionAt(this.#place, this.#count))
    this.#found = events
    // The first one has another number where those before it were erased: it is not what was to be written.
    return events.find(isNext) ?? events[0]
  }
}
