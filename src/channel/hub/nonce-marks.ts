// What is remembered of events whose frames were dropped: enough to tell that another event has the number of one now.

/** How many events are remembered at most. */
const mostMarks = 1024
const firstMarks = 16

/** The nonces of the latest events that were dropped, as numbers of 32 bits: no object that garbage collection has to visit. */
export class NonceMarks {
  #marks: Int32Array | undefined
  #last = 0
  #count = 0

  /** Whether the event of this number had another nonce; `false` if it is not remembered. */
  isOther(seq: number, nonce: string): boolean {
    if (this.#marks === undefined || seq > this.#last || seq <= this.#last - this.#count) return false
    return this.#marks[seq % this.#marks.length] !== markOf(nonce)
  }

  /** Remembers an event. Only those without a gap before it stay remembered. */
  add(seq: number, nonce: string): void {
    if (seq !== this.#last + 1) this.#count = 0
    const marks = this.#roomy()
    marks[seq % marks.length] = markOf(nonce)
    this.#last = seq
    this.#count = Math.min(this.#count + 1, mostMarks)
  }

  clear(): void {
    this.#marks = undefined
    this.#count = 0
  }

  /** The marks, with room for one more. Most runs are short: it grows as they do. */
  #roomy(): Int32Array {
    const marks = this.#marks ?? new Int32Array(firstMarks)
    this.#marks = marks
    if (this.#count < marks.length || marks.length === mostMarks) return marks
    const larger = new Int32Array(marks.length * 2)
    for (let seq = this.#last - this.#count + 1; seq <= this.#last; seq += 1)
      larger[seq % larger.length] = marks[seq % marks.length] ?? 0
    this.#marks = larger
    return larger
  }
}

function markOf(nonce: string): number {
  let mark = 0
  for (let at = 0; at < nonce.length; at += 1) mark = (Math.imul(mark, 31) + nonce.charCodeAt(at)) | 0
  return mark
}
