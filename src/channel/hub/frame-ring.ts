// The latest frames of a topic, without gaps: most readers find here what they need, and share it.
import type { Frame } from './frame.ts'
import { NonceMarks } from './nonce-marks.ts'

const maxFrames = 1024
const maxChars = 4 * 1024 * 1024

/** Frames by sequence number. Keeps at most 1,024 frames and 4 Mi characters of data, but always the newest frame. */
export class FrameRing {
  #frames: Frame[] = []
  /** The index of the first kept frame in the array, and its sequence number. */
  #head = 0
  #first = 1
  #chars = 0
  readonly #released = new NonceMarks()

  get(seq: number): Frame | undefined {
    return seq < this.#first ? undefined : this.#frames[this.#head + seq - this.#first]
  }

  /** Adds the frame that follows the last one. */
  push(frame: Frame): void {
    if (this.#head === this.#frames.length) this.#first = frame.stored.seq
    this.#frames.push(frame)
    this.#chars += frame.stored.data.length
    while (this.size > 1 && this.#isOver) this.#dropFirst()
  }

  get size(): number {
    return this.#frames.length - this.#head
  }

  /** Whether the event of this number had another nonce, as far as that is known. */
  isOther(seq: number, nonce: string): boolean {
    const frame = this.get(seq)
    return frame === undefined ? this.#released.isOther(seq, nonce) : frame.stored.nonce !== nonce
  }

  /** Drops the frames up to `seq`, which all readers have, but keeps the last `spare` of all. */
  release(seq: number, spare: number): void {
    const count = Math.min(seq - this.#first + 1, this.size - spare)
    if (count <= 0) return
    const kept = this.#head + count
    for (let index = this.#head; index < kept; index += 1) {
      const stored = this.#frames[index]?.stored
      if (stored === undefined) continue
      this.#chars -= stored.data.length
      this.#released.add(stored.seq, stored.nonce)
    }
    this.#frames = this.#frames.slice(kept)
    this.#head = 0
    this.#first += count
  }

  clear(): void {
    this.#frames = []
    this.#head = 0
    this.#chars = 0
    this.#released.clear()
  }

  get #isOver(): boolean {
    return this.size > maxFrames || this.#chars > maxChars
  }

  #dropFirst(): void {
    this.#chars -= this.#frames[this.#head]?.stored.data.length ?? 0
    this.#head += 1
    this.#first += 1
    // Linear: a frame is moved once for every 1,024 that are dropped.
    if (this.#head < maxFrames) return
    this.#frames = this.#frames.slice(this.#head)
    this.#head = 0
  }
}
