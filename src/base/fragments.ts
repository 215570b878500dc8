// A string builder: joins text that arrives in pieces, in linear time and bounded memory.

/**
 * A string builder: collects pieces of text until {@link take} joins them. Each character is copied at most twice,
 * whatever the size of the pieces, and memory is little more than the text: 16 MiB in one-character pieces are a rope
 * of 512 MiB in a string grown by `+=`, and 16 MiB plus 1,024 pieces here.
 */
export class Fragments {
  readonly #separator: string
  readonly #recent: string[] = []
  readonly #joined: string[] = []
  #length = 0

  /** `separator` is inserted between the pieces; {@link length} does not count it. */
  constructor(separator = '') {
    this.#separator = separator
  }

  /** The number of characters in all pieces together. */
  get length(): number {
    return this.#length
  }

  push(piece: string): void {
    this.#length += piece.length
    // Linear: a piece is joined once into its group of 1,024, and the group once into the whole.
    if (this.#recent.push(piece) === 1024) this.#joined.push(this.#joinRecent())
  }

  /** Joins all pieces and removes them. */
  take(): string {
    this.#length = 0
    if (this.#joined.length === 0) return this.#joinRecent()
    if (this.#recent.length > 0) this.#joined.push(this.#joinRecent())
    const text = this.#joined.join(this.#separator)
    this.#joined.length = 0
    return text
  }

  /** Discards all pieces. */
  clear(): void {
    this.#length = 0
    this.#recent.length = 0
    this.#joined.length = 0
  }

  #joinRecent(): string {
    const text = this.#recent.length === 1 ? (this.#recent[0] ?? '') : this.#recent.join(this.#separator)
    this.#recent.length = 0
    return text
  }
}
