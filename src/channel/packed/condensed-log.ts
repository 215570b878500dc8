// A packed log for a reader that wants what it comes to, and not each event: the records are condensed, and not expanded.
import type { Page, StoredEvent } from '../../journal/index.ts'
import type { LogCodec } from './log-codec.ts'
import { isPacked } from './pack-log.ts'
import { positionAt, readRecord, type LogReads, type PackedPlace } from './place.ts'

/** Reads a packed log from its beginning, and then the end that is not packed. */
export class CondensedLog {
  readonly #reads: LogReads
  readonly #place: PackedPlace
  readonly #codec: LogCodec
  #records = 0
  /** The number of the last event that was read. */
  #seq = 0

  private constructor(reads: LogReads, place: PackedPlace, codec: LogCodec) {
    this.#reads = reads
    this.#place = place
    this.#codec = codec
  }

  /** Opens a log that is in the state of `page`, if it is packed and its own events were dropped. */
  static async open(
    reads: LogReads,
    place: PackedPlace,
    codec: LogCodec,
    { closed, first, tail }: Page,
  ): Promise<CondensedLog | undefined> {
    if (!closed || first !== tail || first === 1 || !(await isPacked(reads, place))) return undefined
    return new CondensedLog(reads, place, codec)
  }

  /** The next events; none at the end, also where the log is gone before that. */
  async next(): Promise<readonly StoredEvent[]> {
    const record = await readRecord(this.#reads, this.#place, this.#records)
    if (record === undefined) return this.#rest()
    if (record.first !== this.#seq + 1) return []
    this.#records += 1
    this.#seq = record.last
    return this.#codec.condense(record) ?? []
  }

  async #rest(): Promise<readonly StoredEvent[]> {
    const { events } = await this.#reads.read(this.#place.topic, positionAt(this.#place, this.#seq), { limit: 10 })
    if (events[0]?.seq !== this.#seq + 1) return []
    this.#seq = events.at(-1)?.seq ?? this.#seq
    return events
  }
}
