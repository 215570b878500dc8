// Texts that were there already, rendered a few in each frame: a long conversation does not hold up the page.

/** How many are begun in one frame. Each takes a few milliseconds at most, in the next one. */
const perFrame = 3

/** Begins work frame by frame. What was added last is at the end of a conversation, which is what is seen first. */
export class RenderQueue {
  readonly #work = new Set<() => void>()
  #isScheduled = false

  add(work: () => void): void {
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
      this.#begin()
    })
  }

  #begin(): void {
    for (const work of [...this.#work].slice(-perFrame).toReversed()) {
      this.#work.delete(work)
      work()
    }
    this.#schedule()
  }
}
