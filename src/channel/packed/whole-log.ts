// Reads the log of a run as if it had never been packed: what its own topic has no more comes from its packed form.
import {
  fillRead,
  type Page,
  type Position,
  type ReadFrom,
  type ReadOptions,
  type StoredEvent,
} from '../../journal/index.ts'
import type { LogCodec, PackedRecord } from './log-codec.ts'
import { isPacked } from './pack-log.ts'
import { readRecord, type LogReads, type PackedPlace } from './place.ts'

/** A record that was expanded. */
interface Expanded {
  readonly record: PackedRecord
  readonly events: readonly StoredEvent[]
}

/** One log for its readers in this process. */
export class WholeLog {
  readonly #reads: LogReads
  readonly #place: PackedPlace
  readonly #codec: () => LogCodec | undefined
  /** How many events of the log were erased when it was found to be packed. */
  #packedAt: number | undefined
  /** The number of the first event of each record, as far as they are known. */
  readonly #starts: number[] = [1]
  /** The last record that was read: most readers go on with it. */
  #last: Expanded | undefined

  constructor(reads: LogReads, place: PackedPlace, codec: () => LogCodec | undefined) {
    this.#reads = reads
    this.#place = place
    this.#codec = codec
  }

  /** Reads a page of the log, as `Journal.read` does. */
  async read(from: ReadFrom, options: ReadOptions): Promise<Page> {
    const page = await this.#reads.read(this.#place.topic, from, options)
    const codec = this.#codec()
    if (codec === undefined || typeof from === 'string' || page.foreign || !isTrimmed(page)) return page
    if (!(await this.#isPacked(page))) return page
    return (await this.#complete(page, from, options, codec)) ?? page
  }

  /** A page with the events that were dropped; `undefined` where they cannot be read. */
  async #complete(page: Page, from: Position, options: ReadOptions, codec: LogCodec): Promise<Page | undefined> {
    const whole = { ...page, first: 1, trimmedNonce: '' }
    if (from.seq > 0 && from.seq < page.first && from.nonce !== '') {
      const known = await this.#eventAt(from.seq, codec)
      if (known === undefined) return undefined
      if (known.nonce !== '' && known.nonce !== from.nonce) return { ...whole, foreign: true, events: [] }
    }
    const { limit, maxBytes } = fillRead(options)
    const found: StoredEvent[] = []
    let seq = from.seq
    for (let chars = 0; seq + 1 < page.first && found.length < limit && chars < maxBytes;) {
      const events = await this.#recordWith(seq + 1, codec)
      if (events === undefined) return undefined
      for (const event of events) {
        if (event.seq <= seq || event.seq >= page.first) continue
        found.push(event)
        chars += event.data.length
        seq = event.seq
      }
    }
    if (seq + 1 >= page.first) found.push(...page.events)
    return { ...whole, events: within(found, limit, maxBytes) }
  }

  async #isPacked({ erasures }: Page): Promise<boolean> {
    if (this.#packedAt === erasures) return true
    this.#last = undefined
    const is = await isPacked(this.#reads, this.#place)
    this.#packedAt = is ? erasures : undefined
    return is
  }

  async #eventAt(seq: number, codec: LogCodec): Promise<StoredEvent | undefined> {
    const events = await this.#recordWith(seq, codec)
    return events?.find((event) => event.seq === seq)
  }

  /** The events of the record that has the one with this number; `undefined` if there is none that can be read. */
  async #recordWith(seq: number, codec: LogCodec): Promise<readonly StoredEvent[] | undefined> {
    const known = this.#last
    if (known !== undefined && known.record.first <= seq && seq <= known.record.last) return known.events
    for (let at = this.#indexOf(seq); ; at += 1) {
      const record = await readRecord(this.#reads, this.#place, at)
      if (record === undefined) return undefined
      this.#starts[at + 1] = record.last + 1
      if (record.last < seq) continue
      const events = codec.expand(record)
      if (events === undefined || !isWhole(events, record)) return undefined
      this.#last = { record, events }
      return events
    }
  }

  /** The index of the last record that may have this event, and is known to begin where it does. */
  #indexOf(seq: number): number {
    let at = this.#starts.length - 1
    while (at > 0 && (this.#starts[at] ?? 0) > seq) at -= 1
    return at
  }
}

/** Whether the events before the end of a closed log are not in its own topic. */
function isTrimmed({ closed, first }: Page): boolean {
  return closed && first > 1
}

function isWhole(events: readonly StoredEvent[], { first, last }: PackedRecord): boolean {
  return events.length === last - first + 1 && events.every(({ seq }, index) => seq === first + index)
}

/** As many events as a page has: at least one, if there is any and `limit` is not 0. */
function within(events: readonly StoredEvent[], limit: number, maxBytes: number): readonly StoredEvent[] {
  let bytes = 0
  let count = 0
  for (const { data } of events.slice(0, limit)) {
    bytes += data.length
    if (bytes > maxBytes && count > 0) break
    count += 1
  }
  return events.slice(0, count)
}
