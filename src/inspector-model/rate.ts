// How fast a stream is at the moment.

const secondsKept = 10

interface Second {
  readonly second: number
  events: number
  bytes: number
}

/** What came in each of the last seconds. */
export class Rate {
  readonly #seconds: Second[] = []

  /** Counts what came at a time, in ms since 1970. */
  add(at: number, events: number, bytes: number): void {
    const second = Math.floor(at / 1000)
    const last = this.#seconds.at(-1)
    if (last !== undefined && last.second >= second) {
      last.events += events
      last.bytes += bytes
      return
    }
    this.#seconds.push({ second, events, bytes })
    if (this.#seconds.length > secondsKept) this.#seconds.shift()
  }

  /** Events and bytes a second, over the ten seconds before `now`, or since `begin` where that is later. */
  at(now: number, begin: number): StreamRate {
    const first = Math.floor(now / 1000) - secondsKept
    const recent = this.#seconds.filter(({ second }) => second > first)
    const seconds = Math.min(Math.max((now - begin) / 1000, 1), secondsKept)
    return {
      eventsPerSecond: recent.reduce((sum, { events }) => sum + events, 0) / seconds,
      bytesPerSecond: recent.reduce((sum, { bytes }) => sum + bytes, 0) / seconds,
    }
  }
}

/** How fast a stream is. */
export interface StreamRate {
  readonly eventsPerSecond: number
  readonly bytesPerSecond: number
}
