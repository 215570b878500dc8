// A clock that stands still until a test lets it run. Against vitest's own: a hundred thousand timers cost nothing.

interface Timer {
  readonly callback: (...given: unknown[]) => void
  readonly given: readonly unknown[]
  readonly everyMs: number | undefined
}

type Handler = Timer['callback']

const { setImmediate: realImmediate } = globalThis

/** All promises that can go on have gone on. */
function settled(): Promise<void> {
  return new Promise((resolve) => realImmediate(resolve))
}

/** Whole milliseconds; timers of the same one are called in the order in which they were set. */
export class VirtualClock {
  #now = 0
  #lastId = 0
  readonly #timers = new Map<number, Timer>()
  readonly #idsAt = new Map<number, number[]>()
  readonly #immediates: Handler[] = []

  /** Puts itself in the place of the timers, `setImmediate` and `performance.now` of this process; gives back how to undo it. */
  install(): () => void {
    const { setTimeout, clearTimeout, setInterval, clearInterval, setImmediate } = globalThis
    const clear = (id: unknown): void => void this.#timers.delete(Number(id))
    Object.assign(globalThis, {
      setTimeout: (callback: Handler, ms = 0, ...given: unknown[]) =>
        this.#set({ callback, given, everyMs: undefined }, ms),
      clearTimeout: clear,
      setInterval: (callback: Handler, ms = 0, ...given: unknown[]) => this.#set({ callback, given, everyMs: ms }, ms),
      clearInterval: clear,
      setImmediate: (callback: Handler) => this.#immediates.push(callback),
    })
    performance.now = () => this.#now
    return () => {
      Object.assign(globalThis, { setTimeout, clearTimeout, setInterval, clearInterval, setImmediate })
      // The one of its prototype is there again.
      Reflect.deleteProperty(performance, 'now')
    }
  }

  get waiting(): number {
    return this.#timers.size
  }

  /** Lets so much time pass. After each callback all promises go on. */
  async pass(ms: number): Promise<void> {
    const end = this.#now + ms
    await settled()
    while (this.#now <= end) {
      for (let next = this.#next(); next !== undefined; next = this.#next()) {
        next()
        await settled()
      }
      if (this.#now === end) return
      this.#now += 1
    }
  }

  #set(timer: Timer, ms: number): number {
    this.#lastId += 1
    this.#add(this.#lastId, timer, ms)
    return this.#lastId
  }

  #add(id: number, timer: Timer, ms: number): void {
    const at = this.#now + Math.max(1, Math.ceil(ms))
    this.#timers.set(id, timer)
    const ids = this.#idsAt.get(at)
    if (ids === undefined) this.#idsAt.set(at, [id])
    else ids.push(id)
  }

  /** What is to be called now. */
  #next(): (() => void) | undefined {
    const immediate = this.#immediates.shift()
    if (immediate !== undefined) return immediate
    const ids = this.#idsAt.get(this.#now) ?? []
    for (let id = ids.shift(); id !== undefined; id = ids.shift()) {
      const timer = this.#timers.get(id)
      if (timer === undefined) continue
      this.#timers.delete(id)
      if (timer.everyMs !== undefined) this.#add(id, timer, timer.everyMs)
      return () => timer.callback(...timer.given)
    }
    this.#idsAt.delete(this.#now)
    return undefined
  }
}
