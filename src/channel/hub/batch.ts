// The events since the last flush of a hub, encoded once for all readers.
import { joinFrames, type Frame } from './frame.ts'
import type { FrameRing } from './frame-ring.ts'

/** The events of a ring behind `after`, up to `upTo`. They are looked at when the first follower asks for them. */
export class Batch {
  readonly after: number
  readonly upTo: number
  readonly #ring: FrameRing
  #frames: readonly Frame[] | undefined
  #isTaken = false
  #bytes: Uint8Array | undefined

  constructor(ring: FrameRing, after: number, upTo: number) {
    this.#ring = ring
    this.after = after
    this.upTo = upTo
  }

  /** What all readers get; `undefined` if each must look for itself, since there is nothing, or not all of it can be read. */
  get frames(): readonly Frame[] | undefined {
    if (!this.#isTaken) this.#frames = this.#take()
    this.#isTaken = true
    return this.#frames
  }

  get bytes(): Uint8Array {
    this.#bytes ??= joinFrames(this.frames ?? [])
    return this.#bytes
  }

  #take(): readonly Frame[] | undefined {
    const frames: Frame[] = []
    for (let seq = this.after + 1; seq <= this.upTo; seq += 1) {
      const frame = this.#ring.get(seq)
      // Each follower is told of a gap by its own cursor.
      if (frame === undefined || (!frame.isMark && !frame.isReadable)) return undefined
      if (!frame.isMark) frames.push(frame)
    }
    return frames.length === 0 ? undefined : frames
  }
}
