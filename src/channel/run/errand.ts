// Work that comes with each beat beside the beat itself: however long it takes, the beats come in time.

/** Options of an {@link Errand}. */
export interface ErrandParts {
  readonly work: () => Promise<void>
  readonly onError: (error: unknown) => void
  /** Called with each failure; `onError` with the first of several in a row. */
  readonly onFailure: (error: unknown) => void
}

/** Work that is not begun again while it is under way. */
export class Errand {
  readonly #parts: ErrandParts
  #isUnderWay = false
  #hasFailed = false

  constructor(parts: ErrandParts) {
    this.#parts = parts
  }

  begin(): void {
    if (this.#isUnderWay) return
    this.#isUnderWay = true
    void this.#run()
  }

  async #run(): Promise<void> {
    const { work, onError, onFailure } = this.#parts
    try {
      await work()
      this.#hasFailed = false
    } catch (error) {
      if (!this.#hasFailed) onError(error)
      this.#hasFailed = true
      onFailure(error)
    }
    this.#isUnderWay = false
  }
}
