// The connection for subscriptions, from its opening to its loss.
import type { Connection, Subscriber, SubscriberEvents } from './connection.ts'

/** A connection for subscriptions that rejects pending commands when it is lost, and detects a dead peer by pings. */
export class LiveConnection {
  readonly #subscriber: Subscriber
  readonly #onLost: () => void
  readonly #pending = new Set<(error: Error) => void>()
  readonly #checkMs: number
  #timer: ReturnType<typeof setInterval> | undefined
  #isAnswering = true
  #isLost = false

  /** @throws TidingsError `ERR_JOURNAL_UNAVAILABLE` if no node of a cluster is known. */
  constructor(connection: Connection, checkMs: number, events: SubscriberEvents) {
    this.#checkMs = checkMs
    this.#onLost = () => events.onLost()
    this.#subscriber = connection.createSubscriber({
      onMessage: (channel, message) => events.onMessage(channel, message),
      onLost: () => this.close(),
    })
  }

  get isLost(): boolean {
    return this.#isLost
  }

  /** Resolves once connected. The connection counts as lost if that takes longer than `checkMs`. */
  async open(): Promise<void> {
    this.#isAnswering = false
    this.#timer = setInterval(() => this.#check(), this.#checkMs)
    try {
      await this.#orLost(this.#subscriber.connect())
    } catch (error) {
      this.close()
      throw error
    }
    this.#isAnswering = true
  }

  subscribe(channel: string): Promise<unknown> {
    return this.#orLost(this.#subscriber.subscribe(channel))
  }

  unsubscribe(channel: string): Promise<unknown> {
    return this.#orLost(this.#subscriber.unsubscribe(channel))
  }

  close(): void {
    if (this.#isLost) return
    this.#isLost = true
    clearInterval(this.#timer)
    for (const reject of this.#pending) reject(new Error('The connection for subscriptions was lost.'))
    this.#pending.clear()
    this.#subscriber.close()
    this.#onLost()
  }

  /** Settles like `answer`; rejects when the connection is lost, since a client may leave `answer` pending for ever. */
  #orLost(answer: Promise<unknown>): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#pending.add(reject)
      answer.then(resolve, reject).finally(() => this.#pending.delete(reject))
    })
  }

  /** Pings; closes the connection if the last ping is unanswered. A dead peer goes unnoticed while nothing is sent. */
  #check(): void {
    if (!this.#isAnswering) return this.close()
    this.#isAnswering = false
    this.#ping().catch(() => this.close())
  }

  async #ping(): Promise<void> {
    await this.#subscriber.ping()
    this.#isAnswering = true
  }
}
