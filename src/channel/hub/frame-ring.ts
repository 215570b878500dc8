// The latest frames of a topic, without gaps: most readers find here what they need, and share it.
import type { Frame } from './frame.ts'

const maxFrames = 1024
const maxChars = 4 * 1024 * 1024

/** Frames by sequence number. Keeps at most 1,024 frames and 4 Mi characters of data, but always the newest frame. */
export class FrameRing {
  #frames: Frame[] = []
  /** The index of the first kept frame in the array, and its sequence number. */
  #head = 0
  #first = 1
  #chars = 0

  get(seq: number): Frame | undefined {
    return seq < this.#first ? undefined : this.#frames[this.#head + seq - this.#first]
  }

  /** Adds the frame that follows the last one. */
  push(frame: Frame): void {
    if (this.#head === this.#frames.length) this.#first = frame.stored.seq
    this.#frames.push(frame)
    this.#chars += frame.stored.data.length
    while (this.#frames.length - this.#head > 1 && this.#isOver) this.#dropFirst()
  }

  clear(): void {
    this.#frames = []
    this.#head = 0
    this.#chars = 0
  }

  get #isOver(): boolean {
    return this.#frames.length - this.#head > maxFrames || this.#chars > maxChars
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
