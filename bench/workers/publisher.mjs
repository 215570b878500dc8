// The publisher of the measure `fan-out`: publishes at a fixed rate, or as fast as the events are delivered.
import { once } from 'node:events'
import { createServer } from 'node:net'
import { now } from '../clock.mjs'
import { createTimedEvent } from '../event.mjs'

/** The number of events in flight when publishing as fast as they are delivered. */
const maxEventsInFlight = 32

/** Publishes by `publish(event)`, each event in its own callback, as if a request or a message had triggered it. */
export class Publisher {
  #publish
  #published = 0
  #delivered = 0
  #onDelivered = () => {}

  constructor(publish) {
    this.#publish = publish
  }

  /** Listens for the reader's reports of the last event that all readers have; resolves to the port. */
  async listen() {
    const server = createServer((socket) => {
      socket.on('error', () => {}) // the reader may reset the connection
      socket.on('data', (bytes) => this.#take(bytes.toString('latin1')))
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return server.address().port
  }

  /**
   * Publishes `rate` events a second for `durationMs`. Each event carries its due time and not the time of publishing,
   * so that the latency shows a server that falls behind. Events that are still pending at the end are not published.
   * Resolves to the number of published events and the due time of the first.
   */
  async atRate({ rate, durationMs }) {
    const count = Math.max(1, Math.round((rate * durationMs) / 1000))
    const startedAt = this.#begin() + 10
    const dueAt = (index) => startedAt + (index * 1000) / rate
    await new Promise((resolve) => {
      let scheduled = 0
      const tick = () => {
        for (; scheduled < count && dueAt(scheduled) <= now(); scheduled += 1)
          setImmediate(publishDue, dueAt(scheduled))
        if (scheduled === count || now() > startedAt + durationMs) setImmediate(resolve)
        else setTimeout(tick, dueAt(scheduled) - now())
      }
      const publishDue = (dueMs) => {
        if (now() < startedAt + durationMs) this.#send(dueMs)
      }
      tick()
    })
    return { startedAt, published: this.#published }
  }

  /** Publishes as fast as events are delivered for `durationMs`: the next one when fewer than 32 are in flight. */
  async asDelivered({ durationMs }) {
    const startedAt = this.#begin()
    const isOver = () => now() > startedAt + durationMs
    let scheduled = 0
    const sendOne = () => this.#send(now())
    const sendMore = () => {
      if (isOver()) return
      for (; scheduled < this.#delivered + maxEventsInFlight; scheduled += 1) setImmediate(sendOne)
    }
    this.#onDelivered = sendMore
    sendMore()
    await new Promise((resolve) => {
      setTimeout(resolve, durationMs)
    })
    this.#onDelivered = () => {}
    await new Promise((resolve) => {
      setImmediate(resolve)
    })
    return { startedAt, published: this.#published }
  }

  #begin() {
    this.#published = 0
    this.#delivered = 0
    return now()
  }

  #send(dueMs) {
    this.#published += 1
    this.#publish(createTimedEvent(this.#published, dueMs))
  }

  #take(lines) {
    // Only the last complete line counts. If it lost its beginning, its number is too low until the next report.
    const last = lines.slice(0, lines.lastIndexOf('\n')).split('\n').at(-1)
    this.#delivered = Math.max(this.#delivered, Number(last))
    this.#onDelivered()
  }
}
