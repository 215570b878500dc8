// A journal whose hints come late: by up to a second, and in their order.
import { forwarding } from './forwarding.mjs'

/** Wraps a journal. In every other second, at random, its hints are not delayed. */
export function withLateHints(journal, random, mostMs = 1000) {
  return {
    ...forwarding(journal),
    watch: (topic, watcher) => {
      const line = new Line(random, mostMs)
      return journal.watch(topic, {
        onEvent: (event) => line.pass(() => watcher.onEvent(event)),
        onReconnect: () => watcher.onReconnect(),
      })
    },
  }
}

/** Calls wait in it, each for a time of its own, but none overtakes another. */
class Line {
  #random
  #mostMs
  #dueAt = 0
  #spellEndsAt = 0
  #isSlow = false

  constructor(random, mostMs) {
    this.#random = random
    this.#mostMs = mostMs
  }

  pass(call) {
    const now = performance.now()
    if (now >= this.#spellEndsAt) {
      this.#spellEndsAt = now + 1000
      this.#isSlow = this.#random.chance(50)
    }
    this.#dueAt = Math.max(this.#dueAt, now + (this.#isSlow ? this.#random.number(this.#mostMs) : 0))
    // oxlint-disable-next-line no-restricted-globals -- the time is what is late
    setTimeout(() => call(), this.#dueAt - now)
  }
}
