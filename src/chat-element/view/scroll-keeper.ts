// Keeps the end of a conversation in view, as long as the reader has not scrolled away from it.

/** How far from the end still counts as at the end, in pixels. */
const nearEnd = 32

/** Follows the end of what grows. Sizes are read where the browser has just computed them, so that nothing is laid out twice. */
export class ScrollKeeper {
  readonly #scroller: HTMLElement
  readonly #onChange: (isAtEnd: boolean) => void
  readonly #observer: ResizeObserver
  #isFollowing = true
  #top = 0

  /** `onChange` is told when the end goes out of view, and when it is back. */
  constructor(scroller: HTMLElement, contents: readonly HTMLElement[], onChange: (isAtEnd: boolean) => void) {
    this.#scroller = scroller
    this.#onChange = onChange
    this.#observer = new ResizeObserver(() => this.#keep())
    for (const element of [scroller, ...contents]) this.#observer.observe(element)
    scroller.addEventListener('scroll', () => this.#note(), { passive: true })
  }

  /** Goes to the end, and follows it from now on. */
  toEnd(isSmooth = false): void {
    this.#follow(true)
    const behavior = isSmooth && !matchMedia('(prefers-reduced-motion: reduce)').matches ? 'smooth' : 'instant'
    this.#scroller.scrollTo({ top: this.#scroller.scrollHeight, behavior })
  }

  dispose(): void {
    this.#observer.disconnect()
  }

  #keep(): void {
    if (!this.#isFollowing) return
    const { scrollHeight } = this.#scroller
    this.#scroller.scrollTop = scrollHeight
    this.#top = this.#scroller.scrollTop
  }

  /** Only who scrolls up leaves the end: what grows below takes nobody away from it. */
  #note(): void {
    const { scrollTop, scrollHeight, clientHeight } = this.#scroller
    const isUp = scrollTop < this.#top
    this.#top = scrollTop
    if (scrollHeight - clientHeight - scrollTop <= nearEnd) this.#follow(true)
    else if (isUp) this.#follow(false)
  }

  #follow(isFollowing: boolean): void {
    if (isFollowing === this.#isFollowing) return
    this.#isFollowing = isFollowing
    this.#onChange(isFollowing)
  }
}
