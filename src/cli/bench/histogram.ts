// Percentiles of any number of times, in a fixed amount of memory.

/** Each bucket is this much wider than the one before: what is read off is at most 2 % too high. */
const growth = 1.02
/** The first bucket: up to a microsecond. */
const leastMs = 0.001
/** Up to more than an hour. */
const bucketCount = 1150

/** What a {@link Histogram} comes to, in milliseconds. */
export interface Percentiles {
  readonly p50: number
  readonly p90: number
  readonly p99: number
  readonly max: number
}

/** Counts times in buckets. */
export class Histogram {
  readonly #buckets = new Uint32Array(bucketCount)
  #count = 0
  #maxMs = 0

  /** Counts a time; one below 0 as 0. */
  add(ms: number): void {
    const bucket = ms <= leastMs ? 0 : Math.ceil(Math.log(ms / leastMs) / Math.log(growth))
    const index = Math.min(bucket, bucketCount - 1)
    this.#buckets[index] = (this.#buckets[index] ?? 0) + 1
    this.#count += 1
    this.#maxMs = Math.max(this.#maxMs, ms)
  }

  /** The percentiles; `undefined` of nothing. */
  percentiles(): Percentiles | undefined {
    if (this.#count === 0) return undefined
    return { p50: this.#at(0.5), p90: this.#at(0.9), p99: this.#at(0.99), max: this.#maxMs }
  }

  /** The least time that this share of all times does not exceed, to the width of a bucket. */
  #at(share: number): number {
    let left = Math.ceil(share * this.#count)
    const index = this.#buckets.findIndex((count) => (left -= count) <= 0)
    return Math.min(leastMs * growth ** index, this.#maxMs)
  }
}
