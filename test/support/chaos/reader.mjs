// A reader of a chaos run, as an EventSource would be: it drops, hops to another node and hands in its last id.
import { request } from 'node:http'
// oxlint-disable-next-line no-restricted-imports -- load has a pace, and a trial lasts so long
import { setTimeout as sleep } from 'node:timers/promises'
import { createParser } from 'tidings/sse'

/** How readers behave: how long they stay and stay away, and for how long they take nothing, each `[least, more]` in ms. */
const kinds = {
  hopping: { stayMs: [100, 2500], awayMs: [0, 50], dawdleMs: [0, 0] },
  steady: { stayMs: [20_000, 40_000], awayMs: [0, 50], dawdleMs: [0, 0] },
  slow: { stayMs: [2000, 2000], awayMs: [0, 50], dawdleMs: [500, 1000] },
  absent: { stayMs: [500, 1000], awayMs: [2000, 3000], dawdleMs: [0, 0] },
}

/** Six readers of ten hop. */
export function kindOf(index) {
  return ['steady', 'absent', 'hopping', 'hopping', 'slow', 'hopping', 'steady', 'hopping', 'hopping', 'hopping'][
    index % 10
  ]
}

/** Reads the feed of random nodes until it has been told to stop. */
export class ChaosReader {
  /** The id of the last event, which it hands in when it comes back. */
  position = ''
  /** The numbers of the messages that it had. */
  seen = []
  connections = 0
  #kind
  #random
  #messages
  #isOver = false
  #request
  #hurry = new AbortController()

  constructor(messages, random, kind = 'hopping') {
    this.#messages = messages
    this.#random = random
    this.#kind = kinds[kind]
  }

  async run(urlOf) {
    while (!this.#isOver) {
      const { length } = this.seen
      await this.#connect(urlOf())
      await sleep(this.#draw('awayMs'), undefined, { signal: this.#hurry.signal }).catch(() => {})
      // Many that try in vain again and again would leave a node that starts no time for it.
      if (this.seen.length === length) await sleep(100 + this.#random.number(200))
    }
  }

  /** From now on it stays away no more. */
  hurry() {
    this.#hurry.abort()
  }

  stop() {
    this.#isOver = true
    this.#hurry.abort()
    this.#request?.destroy()
  }

  #draw(name) {
    const [least, more] = this.#kind[name]
    return least + (more > 0 ? this.#random.number(more) : 0)
  }

  /** One connection, of a random length; it resolves however it ends. */
  #connect(url) {
    this.connections += 1
    return new Promise((resolve) => {
      const headers = { accept: 'text/event-stream', 'cache-control': 'no-cache' }
      if (this.position !== '') headers['last-event-id'] = this.position
      const parser = createParser({ onEvent: (event) => this.#take(event) })
      const outgoing = request(`${url}/feed`, { headers, agent: false }, (response) => {
        response.on('data', (bytes) => response.statusCode === 200 && parser.feed(bytes))
        response.on('close', resolve)
        response.on('error', resolve)
        this.#dawdle(response, this.#draw('dawdleMs'))
      })
      outgoing.on('error', resolve)
      outgoing.on('close', resolve)
      outgoing.end()
      this.#request = outgoing
      // oxlint-disable-next-line no-restricted-globals -- a reader that leaves when it likes
      const timer = setTimeout(() => outgoing.destroy(), this.#draw('stayMs'))
      outgoing.once('close', () => clearTimeout(timer))
    })
  }

  #dawdle(response, forMs) {
    if (forMs === 0) return
    response.pause()
    // oxlint-disable-next-line no-restricted-globals -- a reader that is slow when it likes
    setTimeout(() => response.resume(), forMs)
  }

  #take(event) {
    if (event.id !== undefined) this.position = event.id
    this.seen.push(this.#messages.numberOf(event))
  }
}
