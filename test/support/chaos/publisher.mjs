// The publisher of a chaos run: lanes of numbers, each published until some node says that it is kept.
import { parsePosition } from 'tidings/journal'
// oxlint-disable-next-line no-restricted-imports -- load has a pace, and a trial lasts so long
import { setTimeout as sleep } from 'node:timers/promises'

const lanes = 4
const duplicates = 20

/** Publishes at random nodes. What fails is published again with its key, elsewhere; a fifth is published twice anyway. */
export class ChaosPublisher {
  published = 0
  retries = 0
  /** What was said to be kept: `{ id, position, sentAt }`. */
  acknowledged = []
  /** While it is `tight`, the log keeps so little that readers who are away for a second miss events. */
  retention = 'roomy'
  #random
  #pauseMs
  #isOver = false

  constructor(random, perSecond) {
    this.#random = random
    this.#pauseMs = (1000 * lanes) / perSecond
  }

  stop() {
    this.#isOver = true
  }

  /** Resolves when all lanes have stopped. */
  async run(urlOf) {
    await Promise.all(Array.from({ length: lanes }, (_, lane) => this.#runLane(lane, urlOf)))
  }

  async #runLane(lane, urlOf) {
    for (let n = 0; !this.#isOver; n += 1) {
      await this.#publish({ lane, n }, urlOf)
      this.published += 1
      if (this.#random.chance(duplicates)) await this.#publish({ lane, n }, urlOf)
      await sleep(this.#pauseMs * (0.5 + this.#random.number(1000) / 1000))
    }
  }

  async #publish(event, urlOf) {
    const body = JSON.stringify(event)
    const headers = { 'content-type': 'application/json' }
    for (;;) {
      const sentAt = performance.now()
      try {
        const url = `${urlOf()}/publish?key=${event.lane}-${event.n}&retention=${this.retention}`
        const response = await fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(5000) })
        const { id } = await response.json()
        if (response.ok) return this.acknowledged.push({ id, position: parsePosition(id), sentAt })
      } catch {
        // The node has died, or does not answer: another one may.
      }
      this.retries += 1
      await sleep(50)
    }
  }
}
