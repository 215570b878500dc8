// Answers that others have asked for, which wait to be followed here.

/** How many are remembered: of those that wait, and of those that are known here already. */
const most = 32

/** The answers of a chat that this page has not asked for, in the order in which they have begun. */
export class OtherRuns {
  readonly #known = new Set<string>()
  #waiting: readonly string[] = []

  /** Answers have begun. Where very many wait, the oldest are given up. */
  add(runIds: readonly string[]): void {
    const added = runIds.filter((id) => !this.#known.has(id) && !this.#waiting.includes(id))
    this.#waiting = [...this.#waiting, ...added].slice(-most)
  }

  /** An answer is followed here. */
  note(runId: string): void {
    // Behind all others, so that it is forgotten last.
    this.#known.delete(runId)
    this.#known.add(runId)
    for (const [oldest] of this.#known.entries()) {
      if (this.#known.size <= most) break
      this.#known.delete(oldest)
    }
  }

  /** Takes the first that waits and is not known here. */
  next(): string | undefined {
    const next = this.#waiting.find((id) => !this.#known.has(id))
    this.#waiting = next === undefined ? [] : this.#waiting.slice(this.#waiting.indexOf(next) + 1)
    return next
  }
}
