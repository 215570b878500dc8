// Publishes on a schedule, or as fast as the events are delivered.
import { once } from 'node:events'
import { createServer } from 'node:net'
import { now } from '../clock.mjs'
import { createTimedEvent } from '../event.mjs'

/** How many events may be under way where the schedule is "as fast as they are delivered". */
const eventsUnderWay = 32

/** Publishes through `publish(event)`: each event in a callback of its own, as it would come from a request or a message. */
export class Publisher {
  #publish
  #published = 0
  #delivered = 0
  #onDelivered = () => {}

  constructor(publish) {
    this.#publish = publish
  }

  /** Resolves to the port on which the reader tells what everybody has had. */
  async listen() {
    const server = createServer((socket) => {
      socket.on('error', () => {}) // the reader ends it as it likes
      socket.on('data', (bytes) => this.#take(bytes.toString('latin1')))
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return server.address().port
  }

  /**
   * `rate` events a second for `durationMs`. Each carries when it was due, not when its turn came: a server that is late is
   * seen to be. What is due when the time is over is not published. Resolves to how many were and when the first was due.
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

  /** As many as are delivered in `durationMs`: the next when fewer than 32 are under way. */
  async asDelivered({ durationMs }) {
    const startedAt = this.#begin()
    const isOver = () => now() > startedAt + durationMs
    let scheduled = 0
    const sendOne = () => this.#send(now())
    const sendMore = () => {
      if (isOver()) return
      for (; scheduled < this.#delivered + eventsUnderWay; scheduled += 1) setImmediate(sendOne)
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
    // The last line counts; one that is cut says less than it should, and the next one says it all.
    const last = lines.slice(0, lines.lastIndexOf('\n')).split('\n').at(-1)
    this.#delivered = Math.max(this.#delivered, Number(last))
    this.#onDelivered()
  }
}
