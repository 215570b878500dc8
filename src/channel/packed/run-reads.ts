// The reads of the logs of all runs of one `createChannels()`, also of those that are packed.
import { CondensedLog } from './condensed-log.ts'
import type { LogCodec } from './log-codec.ts'
import { positionAt, type LogReads, type PackedPlace } from './place.ts'
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

  /** The log of a run that is packed, in fewer events; `undefined` if it is not. And the number of its last event. */
  async condensed(place: PackedPlace): Promise<{ readonly log: CondensedLog | undefined; readonly length: number }> {
    const page = await this.#reads.read(place.topic, positionAt(place, 0), { limit: 0 })
    const log = this.codec && (await CondensedLog.open(this.#reads, place, this.codec, page))
    return { log, length: page.tail }
  }
}
