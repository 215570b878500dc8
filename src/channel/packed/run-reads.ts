// The reads of the logs of all runs of one `createChannels()`, also of those that are packed.
import type { LogCodec } from './log-codec.ts'
import type { LogReads, PackedPlace } from './place.ts'
import { WholeLog } from './whole-log.ts'

/** Reads the logs of runs. */
export class RunReads {
  /** How logs are packed here; `undefined` while no route has runs that are. */
  codec: LogCodec | undefined
  readonly #reads: LogReads

  constructor(reads: LogReads) {
    this.#reads = reads
  }

  /** The log of one run. */
  of(place: PackedPlace): WholeLog {
    return new WholeLog(this.#reads, place, () => this.codec)
  }
}
