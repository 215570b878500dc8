// A reader of a chaos run, as an EventSource would be: it drops, hops to another node, hands in its last id, and counts.
import { createHash } from 'node:crypto'
import { request } from 'node:http'
// oxlint-disable-next-line no-restricted-imports -- load has a pace, and a trial lasts so long
import { setTimeout as sleep } from 'node:timers/promises'
import { createParser } from 'tidings/sse'

/** Reads the feed of random nodes until it has been told to stop, and checks its own sequence. */
export class ChaosReader {
  lost = 0
  doubled = 0
  malformed = 0
  announced = 0
  connections = 0
  events = 0
  #position = ''
  /** The number that comes next, for each lane of the publisher. */
  #next
  #mayJump = false
  #order = createHash('sha1')
  #isOver = false
  #request

  constructor(lanes, { isSlow = false } = {}) {
    this.#next = Array.from({ length: lanes }, () => 0)
    this.isSlow = isSlow
  }

  /** Whether it has everything of every lane. */
  has(totals) {
    return this.#next.every((next, lane) => next >= totals[lane])
  }

  /** How many events it has not had. */
  missing(totals) {
    return this.#next.reduce((sum, next, lane) => sum + Math.max(0, totals[lane] - next), 0)
  }

  /** What it had, in its order, as a hash. */
  get order() {
    return this.#order.copy().digest('hex')
  }

  async run(urlOf) {
    while (!this.#isOver) {
      await this.#connect(urlOf())
      await sleep(Math.random() * 50)
    }
  }

  stop() {
    this.#isOver = true
    this.#request?.destroy()
  }

  /** One connection, of a random length; it resolves however it ends. */
  #connect(url) {
    this.connections += 1
    return new Promise((resolve) => {
      const headers = { accept: 'text/event-stream', 'cache-control': 'no-cache' }
      if (this.#position !== '') headers['last-event-id'] = this.#position
      const parser = createParser({ onEvent: (event) => this.#take(event) })
      const outgoing = request(`${url}/feed`, { headers, agent: false }, (response) => {
        response.on('data', (bytes) => response.statusCode === 200 && parser.feed(bytes))
        response.on('close', resolve)
        response.on('error', resolve)
        if (this.isSlow) this.#dawdle(response)
      })
      outgoing.on('error', resolve)
      outgoing.on('close', resolve)
      outgoing.end()
      this.#request = outgoing
      // oxlint-disable-next-line no-restricted-globals -- a reader that leaves when it likes
      const timer = setTimeout(() => outgoing.destroy(), 100 + Math.random() * 2500)
      outgoing.once('close', () => clearTimeout(timer))
    })
  }

  #dawdle(response) {
    response.pause()
    // oxlint-disable-next-line no-restricted-globals -- a reader that is slow when it likes
    setTimeout(() => response.resume(), 500 + Math.random() * 1000)
  }

  #take({ event, data, id }) {
    if (id !== undefined) this.#position = id
    if (event === 'tidings:gap' || event === 'tidings:reset') {
      this.announced += 1
      this.#mayJump = true
    }
    if (event !== undefined && event !== 'message') return
    const { lane, n } = parse(data)
    this.events += 1
    if (lane === undefined) {
      this.malformed += 1
      return
    }
    const next = this.#next[lane]
    if (n < next) {
      this.doubled += 1
      return
    }
    if (n > next && !this.#mayJump) this.lost += n - next
    this.#next[lane] = n + 1
    this.#order.update(`${lane}.${n} `)
  }
}

function parse(data) {
  try {
    return JSON.parse(data)
  } catch {
    // Counted: no event may arrive in pieces.
    return {}
  }
}
