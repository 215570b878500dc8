// The publisher of a chaos run: lanes of numbers, each published until some node says that it is kept.
// oxlint-disable-next-line no-restricted-imports -- load has a pace, and a trial lasts so long
import { setTimeout as sleep } from 'node:timers/promises'

const duplicates = 0.2

/** Publishes at random nodes. What fails is published again with its key, elsewhere; a fifth is published twice anyway. */
export class ChaosPublisher {
  /** How many numbers of each lane are published. */
  totals
  published = 0
  retries = 0
  /** Repeated keys that were taken for new events. */
  missedDuplicates = 0
  #isOver = false

  constructor(lanes) {
    this.totals = Array.from({ length: lanes }, () => 0)
  }

  stop() {
    this.#isOver = true
  }

  /** Resolves when all lanes have stopped; `pauseMs` lies between two events of a lane. */
  async run(urlOf, pauseMs) {
    await Promise.all(this.totals.map((_, lane) => this.#runLane(lane, urlOf, pauseMs)))
  }

  async #runLane(lane, urlOf, pauseMs) {
    for (let n = 0; !this.#isOver; n += 1) {
      await this.#publish({ lane, n }, urlOf)
      this.totals[lane] = n + 1
      this.published += 1
      if (Math.random() < duplicates) {
        const { duplicate } = await this.#publish({ lane, n }, urlOf)
        if (!duplicate) this.missedDuplicates += 1
      }
      await sleep(pauseMs * (0.5 + Math.random()))
    }
  }

  async #publish(event, urlOf) {
    const body = JSON.stringify(event)
    const headers = { 'content-type': 'application/json' }
    for (;;) {
      try {
        const url = `${urlOf()}/publish?key=${event.lane}-${event.n}`
        const response = await fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(5000) })
        const answer = await response.json()
        if (response.ok) return answer
      } catch {
        // The node has died, or does not answer: another one may.
      }
      this.retries += 1
      await sleep(50)
    }
  }
}
