// All streams that have been told of, within bounds.
import { checkOptions, wholeNumber, type OptionChecks } from '../base/index.ts'
import type { InspectorRecord, JournalRow, OpenedRecord, RunRow, TopicRow } from './record.ts'
import { InspectedStream, type ChangeRecord } from './stream.ts'

/** Options of an {@link Inspection}. */
export interface InspectionOptions {
  /** How many events are kept of a stream. Default 100. The oldest go first. */
  readonly eventsPerStream?: number | undefined
  /** How many streams are kept. Default 500. The oldest that have ended go first, then the oldest. */
  readonly maxStreams?: number | undefined
  /**
   * What all events may take up, in bytes: an estimate. Default 64 MiB. The streams that ended first go first; where none
   * has ended, the oldest events of the largest stream.
   */
  readonly maxBytes?: number | undefined
}

const optionChecks: OptionChecks<InspectionOptions> = {
  eventsPerStream: wholeNumber(),
  maxStreams: wholeNumber(),
  maxBytes: wholeNumber(),
}

/** What the bounds let go of. */
export interface Forgotten {
  readonly streams: number
  /** Events of streams that are still there; those of streams that have gone are not counted. */
  readonly events: number
}

/**
 * All streams that records tell of, and topics, runs and journals as they are now. It is bounded, and counts what it lets
 * go of. Throws `ERR_OPTION` for a bound that is none.
 */
export class Inspection {
  readonly #streams = new Map<string, InspectedStream>()
  readonly #eventsPerStream: number
  readonly #maxStreams: number
  readonly #maxBytes: number
  #heldBytes = 0
  #forgottenStreams = 0
  #version = 0
  /** Undefined until the first record of their kind: not every producer has them. */
  topics: readonly TopicRow[] | undefined
  runs: readonly RunRow[] | undefined
  journals: readonly JournalRow[] | undefined

  constructor(options: InspectionOptions = {}) {
    checkOptions('Inspection', options, optionChecks)
    this.#eventsPerStream = options.eventsPerStream ?? 100
    this.#maxStreams = options.maxStreams ?? 500
    this.#maxBytes = options.maxBytes ?? 64 * 1024 * 1024
  }

  /** The streams, in the order in which they were opened. */
  get streams(): readonly InspectedStream[] {
    return [...this.#streams.values()]
  }

  /** Changes with every record. */
  get version(): number {
    return this.#version
  }

  /** What all events take up, in bytes: an estimate. */
  get heldBytes(): number {
    return this.#heldBytes
  }

  /** What the bounds have let go of. */
  get forgotten(): Forgotten {
    const events = this.streams.reduce((sum, { forgottenCount }) => sum + forgottenCount, 0)
    return { streams: this.#forgottenStreams, events }
  }

  /** The stream of an id, if it is there. */
  find(id: string): InspectedStream | undefined {
    return this.#streams.get(id)
  }

  /** Folds a record in. Records of streams that were never opened, or were let go, are left out. */
  add(record: InspectorRecord): void {
    this.#version += 1
    switch (record.kind) {
      case 'opened':
        return this.#open(record)
      case 'topics':
        this.topics = record.topics
        return
      case 'runs':
        this.runs = record.runs
        return
      case 'journals':
        this.journals = record.journals
        return
      default:
        return this.#change(record)
    }
  }

  /** Forgets the streams that have ended, and the events of all others. What is cleared is not counted as let go. */
  clear(): void {
    this.#version += 1
    this.#forgottenStreams = 0
    for (const stream of this.streams) {
      if (stream.state === 'ended') this.#drop(stream)
      else this.#keepAccount(stream, () => stream.clear())
    }
  }

  #open(record: OpenedRecord): void {
    const before = this.#streams.get(record.stream)
    if (before !== undefined) this.#drop(before)
    if (this.#streams.size >= this.#maxStreams) this.#forget(this.#firstEnded() ?? this.streams[0])
    this.#streams.set(record.stream, new InspectedStream(record, this.#eventsPerStream))
  }

  #change(record: ChangeRecord): void {
    const stream = this.#streams.get(record.stream)
    if (stream === undefined) return
    this.#keepAccount(stream, () => stream.add(record))
    while (this.#heldBytes > this.#maxBytes) {
      const ended = this.#firstEnded()
      if (ended !== undefined) this.#forget(ended)
      else if (!this.#shortenLargest()) return
    }
  }

  /** The stream that ended before all others. */
  #firstEnded(): InspectedStream | undefined {
    return this.streams.reduce<InspectedStream | undefined>((first, stream) => {
      if (stream.ended === undefined) return first
      return first?.ended !== undefined && first.ended.at <= stream.ended.at ? first : stream
    }, undefined)
  }

  #shortenLargest(): boolean {
    const [first, ...others] = this.streams
    if (first === undefined) return false
    const largest = others.reduce((largest, stream) => (stream.heldBytes > largest.heldBytes ? stream : largest), first)
    return this.#keepAccount(largest, () => largest.forgetOldest())
  }

  /** Does something to a stream, and counts what its events take up afterwards. */
  #keepAccount<Result>(stream: InspectedStream, change: () => Result): Result {
    const before = stream.heldBytes
    const result = change()
    this.#heldBytes += stream.heldBytes - before
    return result
  }

  #forget(stream: InspectedStream | undefined): void {
    if (stream === undefined) return
    this.#forgottenStreams += 1
    this.#drop(stream)
  }

  #drop(stream: InspectedStream): void {
    this.#heldBytes -= stream.heldBytes
    this.#streams.delete(stream.id)
  }
}
