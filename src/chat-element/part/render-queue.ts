// Work that may wait: as much of it in a frame as does not hold up the page, the newest first.

/** How long the work of one frame may take, in milliseconds. */
const budgetMs = 8

/** Does work in slices. What was added last is at the end of a conversation, which is what is seen first. */
export class RenderQueue {
  readonly #work = new Set<() => void>()
  #isScheduled = false

  add(work: () => void): void {
    this.#work.delete(work)
    this.#work.add(work)
    this.#schedule()
  }

  remove(work: () => void): void {
    this.#work.delete(work)
  }

  #schedule(): void {
    if (this.#isScheduled || this.#work.size === 0) return
    this.#isScheduled = true
    requestAnimationFrame(() => {
      this.#isScheduled = false
      this.#doSlice()
    })
  }

  #doSlice(): void {
    const end = performance.now() + budgetMs
    for (const work of [...this.#work].toReversed()) {
      this.#work.delete(work)
      work()
      if (performance.now() >= end) break
    }
    this.#schedule()
  }
}
